import { connect, createServer, type Server, type Socket } from "node:net";
import { Buffer } from "node:buffer";

/** One message that crossed the wire, as the NATS client protocol frames it. */
export interface Captured {
  from: "edge" | "broker";
  /** PUB, HPUB, MSG or HMSG. */
  operation: string;
  subject: string;
  reply: string;
  /** Headers included. */
  bytes: number;
  payload: Uint8Array;
}

/** Reads one direction of the NATS client protocol, in whatever pieces it comes. */
class ProtocolReader {
  #held = Buffer.alloc(0);
  /** Lines that carry no message: CONNECT, INFO, SUB, PING, … */
  readonly lines: string[] = [];

  constructor(readonly from: "edge" | "broker", readonly messages: Captured[]) {}

  push(chunk: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#one());
  }

  #one(): boolean {
    const end = this.#held.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.#held.toString("utf8", 0, end);
    const [operation = "", ...words] = line.split(/\s+/);
    if (!["PUB", "HPUB", "MSG", "HMSG"].includes(operation)) {
      this.lines.push(line);
      this.#held = this.#held.subarray(end + 2);
      return true;
    }
    const bytes = Number(words.at(-1));
    if (this.#held.length < end + 2 + bytes + 2) return false;
    const headerBytes = operation.startsWith("H") ? Number(words.at(-2)) : 0;
    const body = this.#held.subarray(end + 2 + headerBytes, end + 2 + bytes);
    const { from } = this;
    this.messages.push({
      ...message(operation, words),
      from,
      bytes,
      payload: Uint8Array.from(body),
    });
    this.#held = this.#held.subarray(end + 2 + bytes + 2);
    return true;
  }
}

/** `PUB subject [reply] n`, `HPUB subject [reply] h n`, `MSG subject sid [reply] n`, `HMSG …`. */
function message(operation: string, words: string[]) {
  const fixed = operation === "PUB" ? 2 : operation === "HPUB" ? 3 : operation === "MSG" ? 3 : 4;
  const at = operation.endsWith("MSG") ? 2 : 1;
  return { operation, subject: words[0] ?? "", reply: words.length > fixed ? words[at] ?? "" : "" };
}

/** A proxy between an edge and its broker that keeps everything that crosses it. */
export interface Capture {
  url: string;
  messages: Captured[];
  /** Every other protocol line of the edge: CONNECT, SUB, … */
  edgeLines: string[];
  bytes: { fromEdge: number; fromBroker: number };
  stop(): Promise<void>;
}

/** Starts one on a free port in front of a broker's port. */
export async function startCapture(brokerPort: number): Promise<Capture> {
  const messages: Captured[] = [];
  const edgeLines: string[] = [];
  const bytes = { fromEdge: 0, fromBroker: 0 };
  const open = new Set<Socket>();
  const server: Server = createServer((edge) => {
    const broker = connect(brokerPort, "127.0.0.1");
    const readers = {
      edge: new ProtocolReader("edge", messages),
      broker: new ProtocolReader("broker", messages),
    };
    for (const socket of [edge, broker]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      socket.on("error", () => socket.destroy());
    }
    edge.on("data", (chunk: Uint8Array) => {
      bytes.fromEdge += chunk.length;
      readers.edge.push(chunk);
      edgeLines.push(...readers.edge.lines.splice(0));
      broker.write(chunk);
    });
    broker.on("data", (chunk: Uint8Array) => {
      bytes.fromBroker += chunk.length;
      readers.broker.push(chunk);
      edge.write(chunk);
    });
    edge.on("close", () => broker.destroy());
    broker.on("close", () => edge.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `nats://127.0.0.1:${port}`,
    messages,
    edgeLines,
    bytes,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
