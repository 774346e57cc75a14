import { FrameDecoder } from "../tap/frame.ts";
import { encodeAgentMessage } from "../tap/orders.ts";
import type { Observation, Source, SourcePosition } from "./observation.ts";
import { TapFrames } from "./tap_frames.ts";
import { TapConnectionOrders } from "./tap_orders.ts";
import { wait } from "../../shared/wait.ts";

const READ_BYTES = 65_536;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2000;
/**
 * What came is dealt with at once, and what comes within this after it together: an agent that is
 * woken for each line takes half as much again. The bytes' own way isn't this one, ms.
 */
const GATHER_MS = 20;

/** What a tap source needs. */
export interface TapSourceOptions {
  socketPath: string;
  /** The place in the stream that was reached before, or null to see all that the tap kept. */
  after: SourcePosition | null;
  /** Told of each connection that failed or broke, and why. */
  onTrouble?: (reason: string) => void;
}

/**
 * The agent's end of a tap's socket: observations of one printer, live. It connects again by itself
 * and goes on where it was; frames that the tap had to overwrite meanwhile come out as a gap.
 *
 * Under Deno 2.9 it needs `--allow-net=unix:PATH --allow-read=PATH --allow-write=PATH`.
 */
export class TapSource implements Source {
  /** Orders to the same tap, over the same connection. */
  readonly orders = new TapConnectionOrders();
  readonly #options: TapSourceOptions;
  readonly #frames: TapFrames;

  constructor(options: TapSourceOptions) {
    this.#options = options;
    this.#frames = new TapFrames(options.after);
  }

  /** Frames and lines that couldn't be taken whole. */
  get garbled(): number {
    return this.#frames.garbledFrames + this.#frames.overlongLines;
  }

  position(): SourcePosition | null {
    return this.#frames.position;
  }

  async *observations(signal: AbortSignal): AsyncGenerator<Observation> {
    let retryMs = RETRY_MS_MIN;
    while (!signal.aborted) {
      const connection = await this.#connect();
      if (connection !== null) {
        retryMs = RETRY_MS_MIN;
        yield* this.#session(connection, signal);
      }
      await wait(retryMs, signal);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    }
  }

  async #connect(): Promise<Deno.UnixConn | null> {
    try {
      return await Deno.connect({ transport: "unix", path: this.#options.socketPath });
    } catch (error) {
      this.#trouble(error);
      return null;
    }
  }

  #trouble(reason: unknown): void {
    const text = reason instanceof Error ? reason.message : String(reason);
    this.#options.onTrouble?.(`${this.#options.socketPath}: ${text}`);
  }

  /** One connection, from hello to its end. */
  async *#session(connection: Deno.UnixConn, signal: AbortSignal): AsyncGenerator<Observation> {
    const close = () => {
      try {
        connection.close();
      } catch {
        // It was closed already.
      }
    };
    signal.addEventListener("abort", close);
    const writer = new OrderedWriter(connection, close);
    try {
      yield* this.#read(connection, writer);
    } catch (error) {
      if (!signal.aborted) this.#trouble(error);
    } finally {
      this.orders.connect(null);
      signal.removeEventListener("abort", close);
      close();
    }
  }

  async *#read(connection: Deno.UnixConn, writer: OrderedWriter): AsyncGenerator<Observation> {
    const decoder = new FrameDecoder();
    const buffer = new Uint8Array(READ_BYTES);
    let hasBegun = false;
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) throw new Error("the tap closed the connection");
      const frames = decoder.push(buffer.subarray(0, length));
      if (!frames.ok) throw new Error(frames.issue);
      for (const frame of frames.value) {
        if (!hasBegun && this.#frames.begin(frame)) {
          hasBegun = true;
          const after = this.#frames.resumeAfter;
          writer.send(encodeAgentMessage({ v: 1, type: "resume", after }));
          this.orders.connect((text) => writer.send(text));
          continue;
        }
        const { observations, ack, bye } = this.#frames.step(frame);
        if (bye !== null) throw new Error(`the tap ended the connection: ${bye}`);
        if (!hasBegun) throw new Error("a hello was required as the first frame");
        if (ack !== null) this.orders.acknowledge(ack);
        const last = observations.pop();
        yield* observations;
        // Nobody can look at the position between two observations of one frame but whoever takes
        // them; with the last of them the frame is dealt with.
        this.#frames.settle(frame);
        if (last !== undefined) yield last;
      }
      if (length < READ_BYTES) await wait(GATHER_MS);
    }
  }
}

/** Writes texts one after another; a write that fails ends the connection. */
class OrderedWriter {
  #tail: Promise<void> = Promise.resolve();

  constructor(readonly connection: Deno.UnixConn, readonly onFailure: () => void) {}

  send(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#tail = this.#tail.then(() => this.#write(bytes)).catch(() => this.onFailure());
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.connection.write(bytes.subarray(at));
  }
}
