import { encodeLine } from "./encode_line.ts";
import type { SensesMessage, ToSenses } from "./protocol.ts";
import { readToSenses } from "./read_to_senses.ts";

/** No line of the agent's is longer, in characters. */
const AGENT_CHARS_MAX = 2048;

/** What the socket's side of the senses needs to know of the rest. */
export interface ServerHost {
  /** The first message of each connection. */
  hello(): SensesMessage;
  take(message: ToSenses, answer: (message: SensesMessage) => void): void;
  log(text: string): void;
}

/** More may be connected for a moment, as when an agent replaces another or a doctor looks. */
const CONNECTIONS_MAX = 4;
/** What waits for a reader that doesn't read, in messages; then it is hung up on. */
const WAITING_MAX = 256;

/** The senses' socket: what they say goes to everyone who listens, and nobody is waited for. */
export class SensesServer {
  readonly #connections = new Set<Connection>();
  #listener: Deno.UnixListener | null = null;

  constructor(private readonly path: string, private readonly host: ServerHost) {}

  /** @throws {Error} if another program answers there, or the folder can't be written */
  async listen(): Promise<void> {
    if (await isAnswered(this.path)) {
      throw new Error(`Cannot listen on ${this.path}: another program already answers there`);
    }
    await Deno.remove(this.path).catch(() => {});
    this.#listener = Deno.listen({ transport: "unix", path: this.path });
    await Deno.chmod(this.path, 0o660);
  }

  /** Serves until it is closed. */
  async serve(): Promise<void> {
    if (this.#listener === null) return;
    for await (const socket of this.#listener) {
      if (this.#connections.size >= CONNECTIONS_MAX) {
        this.host.log("a fifth connection was refused");
        socket.close();
        continue;
      }
      const connection = new Connection(socket, this.host, () => {
        this.#connections.delete(connection);
      });
      this.#connections.add(connection);
      connection.send(this.host.hello());
      void connection.read();
    }
  }

  tell(message: SensesMessage): void {
    for (const connection of [...this.#connections]) connection.send(message);
  }

  /** Whether anyone listens. */
  get isHeard(): boolean {
    return this.#connections.size > 0;
  }

  close(): void {
    for (const connection of [...this.#connections]) connection.close();
    this.#listener?.close();
    this.#listener = null;
    try {
      Deno.removeSync(this.path);
    } catch {
      // It was removed already.
    }
  }
}

async function isAnswered(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch {
    return false;
  }
}

/** One listener: messages go out in order, and whoever doesn't read is hung up on. */
class Connection {
  readonly #waiting: Uint8Array[] = [];
  #isWriting = false;
  #isClosed = false;

  constructor(
    private readonly socket: Deno.UnixConn,
    private readonly host: ServerHost,
    private readonly onClosed: () => void,
  ) {}

  send(message: SensesMessage): void {
    if (this.#waiting.length >= WAITING_MAX) return this.close();
    this.#waiting.push(new TextEncoder().encode(encodeLine(message)));
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        for (let at = 0; at < next.length;) at += await this.socket.write(next.subarray(at));
        this.#waiting.shift();
      }
    } catch {
      this.close();
    }
    this.#isWriting = false;
  }

  async read(): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(4096);
    let rest = "";
    try {
      for (;;) {
        const length = await this.socket.read(buffer);
        if (length === null) break;
        const lines = (rest + decoder.decode(buffer.subarray(0, length), { stream: true }))
          .split("\n");
        rest = lines.pop() ?? "";
        lines.forEach((line) => this.#take(line));
        if (rest.length > AGENT_CHARS_MAX) break;
      }
    } catch {
      // The other side is gone.
    }
    this.close();
  }

  #take(line: string): void {
    const message = readToSenses(line);
    if (!message.ok) return this.#refuse(message.issue);
    try {
      this.host.take(message.value, (answer) => this.send(answer));
    } catch (error) {
      // A mistake of ours: whoever asked learns by the end of the connection that nobody answers.
      const reason = error instanceof Error ? error.stack ?? error.message : String(error);
      this.#refuse(`a message of type '${message.value.type}' failed: ${reason}`);
    }
  }

  #refuse(issue: string): void {
    this.host.log(issue);
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.socket.close();
    } catch {
      // It was closed already.
    }
    this.onClosed();
  }
}
