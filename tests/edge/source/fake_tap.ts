import type { TapControl } from "../../../edge/tap/control.ts";
import { encodeControl } from "../../../edge/tap/encode_control.ts";
import { DIR, type Dir } from "../../../edge/tap/frame.ts";
import { type AgentMessage, decodeAgentMessage } from "../../../edge/tap/orders.ts";
import { ReplayRing } from "../../../edge/tap/ring.ts";

const BOOT = "01234567-89ab-4def-8123-456789abcdef";

/** A tap's end of the socket without a tap: says what a test wants, hears what the agent says. */
export class FakeTap {
  readonly heard: AgentMessage[] = [];
  readonly #ring = new ReplayRing(10_000, BOOT);
  readonly #listener: Deno.UnixListener;
  readonly #done: Promise<void>;
  #connection: Deno.UnixConn | null = null;
  #seq = 0;

  constructor(readonly path: string, readonly tapId = "11111111-1111-4111-8111-111111111111") {
    this.#listener = Deno.listen({ transport: "unix", path });
    this.#done = this.#serve();
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connection = connection;
      await this.say({
        type: "hello",
        tapId: this.tapId,
        printer: "p",
        oldestSeq: 1,
        nextSeq: this.#seq + 1,
        orders: true,
        state: {
          host: true,
          printer: true,
          bypass: false,
          held: false,
          blind: null,
          baud: 115_200,
        },
      });
      await this.#hear(connection);
    }
  }

  async #hear(connection: Deno.UnixConn): Promise<void> {
    const buffer = new Uint8Array(4096);
    try {
      for (;;) {
        const length = await connection.read(buffer);
        if (length === null) return;
        const lines = new TextDecoder().decode(buffer.subarray(0, length)).trimEnd().split("\n");
        for (const line of lines) {
          const message = decodeAgentMessage(line);
          if (message.ok) this.heard.push(message.value);
        }
      }
    } catch {
      // The test closed the connection.
    }
  }

  async raw(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection?.write(bytes.subarray(at)) ?? bytes.length;
    }
  }

  async say(control: TapControl): Promise<void> {
    await this.raw(this.#ring.passing(DIR.control, encodeControl(control), this.#seq, 5, 0));
  }

  async bytes(dir: Dir, text: string): Promise<void> {
    this.#seq++;
    const payload = new TextEncoder().encode(text);
    await this.raw(this.#ring.passing(dir, payload, this.#seq, this.#seq, 0));
  }

  drop(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  async close(): Promise<void> {
    this.drop();
    this.#listener.close();
    await this.#done.catch(() => {});
  }
}
