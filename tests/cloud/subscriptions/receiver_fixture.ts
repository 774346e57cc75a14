/** An HTTP receiver on a free port of loopback, as a person would run one. */
export interface Received {
  path: string;
  headers: Headers;
  text: string;
  bytes: Uint8Array<ArrayBuffer>;
  atMs: number;
}

export interface Receiver {
  url: string;
  got: Received[];
  /** What it answers from now on. */
  answer: (request: Received) => Response | Promise<Response>;
  close(): Promise<void>;
}

export function startReceiver(): Receiver {
  const receiver: Receiver = {
    url: "",
    got: [],
    answer: () => new Response("thanks"),
    close: async () => await server.shutdown(),
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const bytes = new Uint8Array(await request.arrayBuffer());
      const received = {
        path: new URL(request.url).pathname,
        headers: request.headers,
        text: new TextDecoder().decode(bytes),
        bytes,
        atMs: performance.now(),
      };
      receiver.got.push(received);
      return await receiver.answer(received);
    },
  );
  // One that a failed test leaves behind must not keep the others from ending.
  server.unref();
  receiver.url = `http://127.0.0.1:${server.addr.port}`;
  return receiver;
}
