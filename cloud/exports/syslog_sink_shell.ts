import { createSocket, type Socket } from "node:dgram";
import { type ForwardTo, SYSLOG_PORTS } from "./forward_config.ts";
import { type Delivery, type Sink, unreachable } from "./sink.ts";

type Target = Extract<ForwardTo, { type: "syslog" }>;

const CONNECT_TIMEOUT_MS = 8_000;

/**
 * A syslog receiver: datagrams (RFC 5426), or a stream with octet counting, plain (RFC 6587) or over
 * TLS (RFC 5425). Syslog has no answers: over a stream a message counts as taken once the kernel
 * has it and the receiver hasn't hung up, over UDP once it was sent.
 */
export function syslogSink(target: Target, caCerts: string[]): Sink {
  const port = target.port ?? SYSLOG_PORTS[target.transport];
  const action = `Cannot send to ${target.transport}://${target.host}:${port}`;
  return target.transport === "udp"
    ? datagramSink(target.host, port, action)
    : streamSink(() => open(target, port, caCerts), action);
}

function datagramSink(host: string, port: number, action: string): Sink {
  let socket: Socket | null = null;
  return {
    send(text) {
      socket ??= createSocket(host.includes(":") ? "udp6" : "udp4").unref();
      const to = socket;
      return new Promise((resolve) =>
        to.send(
          text,
          port,
          host,
          (error) => resolve(error ? unreachable(action, error) : { type: "taken" }),
        )
      );
    },
    close: () => new Promise((resolve) => socket ? socket.close(() => resolve()) : resolve()),
  };
}

async function open(target: Target, port: number, caCerts: string[]): Promise<Deno.Conn> {
  const { host: hostname } = target;
  const connecting = target.transport === "tcp"
    ? Deno.connect({ hostname, port })
    : Deno.connectTls({ hostname, port, caCerts }).then(async (connection) => {
      // Without this a certificate that is refused would be found out only by a later write.
      await connection.handshake();
      return connection;
    });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`an answer within ${CONNECT_TIMEOUT_MS / 1000} s was required`)),
      CONNECT_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    connecting.then((connection) => connection.close(), () => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Line {
  connection: Deno.Conn;
  hungUp: boolean;
}

function streamSink(connect: () => Promise<Deno.Conn>, action: string): Sink {
  let line: Line | null = null;
  const drop = () => {
    try {
      line?.connection.close();
    } catch {
      // It was closed already by its other end.
    }
    line = null;
  };
  return {
    async send(text): Promise<Delivery> {
      if (line?.hungUp) drop();
      try {
        line ??= watched(await connect());
        await writeAll(line.connection, framed(text));
        return { type: "taken" };
      } catch (error) {
        drop();
        return unreachable(action, error);
      }
    },
    close() {
      drop();
      return Promise.resolve();
    },
  };
}

/** A receiver that hangs up says so only to whoever reads. */
function watched(connection: Deno.Conn): Line {
  const line = { connection, hungUp: false };
  const watch = async () => {
    const scratch = new Uint8Array(256);
    while (await connection.read(scratch) !== null);
  };
  watch().catch(() => {}).finally(() => line.hungUp = true);
  return line;
}

/** RFC 6587, section 3.4.1: the length in octets, a space, the message. */
function framed(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const head = new TextEncoder().encode(`${bytes.length} `);
  const frame = new Uint8Array(head.length + bytes.length);
  frame.set(head);
  frame.set(bytes, head.length);
  return frame;
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
