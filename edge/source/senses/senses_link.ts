import { reasonOf } from "../../../shared/reason.ts";
import { refused, type Result } from "../../../shared/result.ts";
import { wait } from "../../../shared/wait.ts";
import {
  decodeSensesMessage,
  type RelayState,
  type SensesMessage,
  type ToSenses,
} from "../../senses/protocol.ts";
import { encodeLine } from "../../senses/encode_line.ts";
import type { HeatAsked } from "../../senses/relay/asked.ts";

const READ_BYTES = 65_536, LINE_CHARS_MAX = 16_384;
const RETRY_MS_MIN = 200, RETRY_MS_MAX = 2000;
const ANSWER_WITHIN_MS = 5000;

/** What one printer wants to hear of its senses. */
export interface SensesListener {
  onReadings(message: Extract<SensesMessage, { type: "readings" }>): void;
  /** `news` is empty where the state was only told anew, as on a new connection. */
  onRelay(state: RelayState | null, news: string): void;
}

/**
 * The agent's end of the senses' socket, for all of a device's printers. It connects again by
 * itself; what was said meanwhile is gone, for a reading that is late is none.
 *
 * Under Deno 2.9 it needs `--allow-net=unix:PATH --allow-read=PATH --allow-write=PATH`.
 */
export class SensesLink {
  readonly #listeners = new Map<string, SensesListener>();
  readonly #waiting = new Map<string, (answer: Result<string>) => void>();
  #socket: Deno.UnixConn | null = null;
  #writing: Promise<void> = Promise.resolve();
  #told = "";

  constructor(
    private readonly socketPath: string,
    private readonly onTrouble: (reason: string) => void,
  ) {}

  listen(printer: string, listener: SensesListener): void {
    this.#listeners.set(printer, listener);
  }

  /** Listens until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let retryMs = RETRY_MS_MIN;
    const hangUp = () => this.#hangUp("the agent ends");
    signal.addEventListener("abort", hangUp);
    while (!signal.aborted) {
      try {
        this.#socket = await Deno.connect({ transport: "unix", path: this.socketPath });
        retryMs = RETRY_MS_MIN;
        await this.#read(this.#socket);
      } catch (error) {
        if (!signal.aborted) this.#trouble(error);
      }
      this.#hangUp("the senses' connection was lost");
      await wait(retryMs, signal);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    }
    signal.removeEventListener("abort", hangUp);
  }

  #trouble(error: unknown): void {
    const text = reasonOf(error);
    if (text !== this.#told) this.onTrouble(`${this.socketPath}: ${text}`);
    this.#told = text;
  }

  async #read(socket: Deno.UnixConn): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(READ_BYTES);
    let rest = "";
    for (;;) {
      const length = await socket.read(buffer);
      if (length === null) throw new Error("the senses closed the connection");
      const text = rest + decoder.decode(buffer.subarray(0, length), { stream: true });
      const lines = text.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_CHARS_MAX) throw new Error("a line end was required");
      for (const line of lines) this.#take(line);
    }
  }

  #take(line: string): void {
    const decoded = decodeSensesMessage(line);
    if (!decoded.ok) throw new Error(decoded.issue);
    const message = decoded.value;
    switch (message.type) {
      case "hello":
        this.#told = "";
        for (const { printer, relay } of message.printers) {
          this.#listeners.get(printer)?.onRelay(relay, "");
        }
        return;
      case "readings":
        return this.#listeners.get(message.printer)?.onReadings(message);
      case "relay":
        return this.#listeners.get(message.printer)?.onRelay(message.state, message.news);
      case "fault":
        return this.onTrouble(
          `${message.printer}, ${message.sense}: ${message.fault ?? "in order again"}`,
        );
      case "ack":
        this.#waiting.get(message.id)?.(
          message.result === "applied"
            ? { ok: true, value: message.detail }
            : refused(message.detail),
        );
    }
  }

  /** Says what is asked of a printer's hotend; lost where nobody listens. */
  asked(printer: string, asked: HeatAsked): void {
    this.#send({ v: 1, type: "asked", printer, asked });
  }

  stop(printer: string, decisionId: string, reason: string): Promise<Result<string>> {
    return this.#order({
      v: 1,
      type: "stop",
      id: crypto.randomUUID(),
      printer,
      decisionId,
      reason,
    });
  }

  release(printer: string, by: string): Promise<Result<string>> {
    return this.#order({ v: 1, type: "release", id: crypto.randomUUID(), printer, by });
  }

  #order(order: Exclude<ToSenses, { type: "asked" }>): Promise<Result<string>> {
    if (this.#socket === null) {
      return Promise.resolve(
        refused("Cannot move the relay: a connection to the senses was required"),
      );
    }
    return new Promise((resolve) => {
      const finish = (answer: Result<string>) => {
        clearTimeout(timer);
        this.#waiting.delete(order.id);
        resolve(answer);
      };
      const late = `Cannot move the relay: an answer within ${
        ANSWER_WITHIN_MS / 1000
      } s was required`;
      const timer = setTimeout(() => finish(refused(late)), ANSWER_WITHIN_MS);
      this.#waiting.set(order.id, finish);
      this.#send(order);
    });
  }

  #send(message: ToSenses): void {
    const socket = this.#socket;
    if (socket === null) return;
    const bytes = new TextEncoder().encode(encodeLine(message));
    this.#writing = this.#writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
    }).catch(() => {});
  }

  #hangUp(why: string): void {
    try {
      this.#socket?.close();
    } catch {
      // It was closed already.
    }
    this.#socket = null;
    for (const answer of [...this.#waiting.values()]) {
      answer(refused(`Cannot move the relay: ${why}`));
    }
  }
}
