/** Receivers that a test starts, and that a forward can be pointed at. */

export interface LineReceiver {
  port: number;
  /** Every message that came, by octet counting. */
  messages: string[];
  close(): void;
}

/** A syslog receiver over a stream that reads octet counts (RFC 6587, RFC 5425). */
export function syslogReceiver(listener: Deno.Listener): LineReceiver {
  const messages: string[] = [];
  const connections = new Set<Deno.Conn>();
  const serve = async () => {
    for await (const connection of listener) {
      connections.add(connection);
      readFrames(connection, messages).catch(() => {});
    }
  };
  serve().catch(() => {});
  return {
    port: (listener.addr as Deno.NetAddr).port,
    messages,
    close() {
      listener.close();
      for (const connection of connections) {
        try {
          connection.close();
        } catch {
          // Its other end was quicker.
        }
      }
    },
  };
}

async function readFrames(connection: Deno.Conn, messages: string[]): Promise<void> {
  let waiting = new Uint8Array();
  for await (const chunk of connection.readable) {
    const joined = new Uint8Array(waiting.length + chunk.length);
    joined.set(waiting);
    joined.set(chunk, waiting.length);
    waiting = joined;
    for (;;) {
      const space = waiting.indexOf(32);
      const length = space < 0 ? NaN : Number(new TextDecoder().decode(waiting.subarray(0, space)));
      if (!(waiting.length >= space + 1 + length)) break;
      messages.push(new TextDecoder().decode(waiting.subarray(space + 1, space + 1 + length)));
      waiting = waiting.slice(space + 1 + length);
    }
  }
}

export interface HttpReceiver {
  url: string;
  requests: { body: string; headers: Headers }[];
  /** What it answers from now on. */
  status: number;
  close(): Promise<void>;
}

export function httpReceiver(): HttpReceiver {
  const receiver: HttpReceiver = { url: "", requests: [], status: 202, close: async () => {} };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const body = await request.text();
      if (receiver.status < 300) receiver.requests.push({ body, headers: request.headers });
      return new Response("heard", { status: receiver.status });
    },
  );
  receiver.url = `http://127.0.0.1:${server.addr.port}/in`;
  receiver.close = () => server.shutdown();
  return receiver;
}

/** A self-signed certificate for `localhost` in `folder`; null where there is no openssl. */
export async function selfSigned(folder: string): Promise<{ cert: string; key: string } | null> {
  const [keyFile, certFile] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  args.push("-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext");
  args.push("subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE");
  args.push("-keyout", keyFile, "-out", certFile);
  try {
    const { success } = await new Deno.Command("openssl", { args, stderr: "null" }).output();
    if (!success) return null;
  } catch {
    return null;
  }
  return { cert: await Deno.readTextFile(certFile), key: await Deno.readTextFile(keyFile) };
}
