import type { BootClock } from "../serial/clock.ts";
import { ERRNO, type Libc } from "../serial/libc.ts";
import { acceptUnix, peerOf } from "../serial/unix_socket.ts";
import { readAgentMessage } from "./agent_message.ts";
import type { TapControl, TapState } from "./control.ts";
import { encodeControl } from "./encode_control.ts";
import { DIR } from "./frame.ts";
import { ORDER_CHARS_MAX } from "./order_bounds.ts";
import type { AgentMessage } from "./orders.ts";
import type { ReplayRing, RingCursor } from "./ring.ts";

const OUT_BYTES = 65_536;
const RESUME_WITHIN_MS = 5000;

/** What the mirror needs to know of the tap. */
export interface MirrorHost {
  readonly tapId: string;
  /** The first frame of a connection. */
  hello(): TapControl;
  state(): TapState;
  /** Frames up to `seq` are about to be sent. */
  sending(seq: number): void;
  /** A message of the agent's other than `resume`. */
  order(message: Exclude<AgentMessage, { type: "resume" }>): void;
  log(text: string): void;
}

/**
 * The agent's connection: a copy of all frames out of the ring, and the agent's orders in. It never
 * waits: what the socket doesn't take stays in the ring, and what the ring loses is reported as a
 * gap. One agent at a time: a newer connection replaces the older, so that an agent that hangs
 * can't keep its successor out.
 */
export class Mirror {
  /** The agent's socket, −1 while there is none. */
  fd = -1;
  readonly #out = new Uint8Array(OUT_BYTES);
  readonly #in = new Uint8Array(4096);
  readonly #text = new TextDecoder();
  #outStart = 0;
  #outEnd = 0;
  #cursor: RingCursor | null = null;
  #line = "";
  #acceptedMs = 0;
  #full = false;

  /** @param uids who may connect, besides whom the socket file's mode lets */
  constructor(
    readonly libc: Libc,
    readonly clock: BootClock,
    readonly ring: ReplayRing,
    readonly listenFd: number,
    readonly uids: ReadonlySet<number>,
    readonly host: MirrorHost,
  ) {}

  /** Whether frames wait that the socket might take. */
  get hasUnsent(): boolean {
    return this.#cursor !== null && !this.#full &&
      (this.#cursor.seq < this.ring.nextSeq || this.#outStart < this.#outEnd);
  }

  /** Whether the socket was full and has to be asked for room. */
  get wantsWrite(): boolean {
    return this.#full;
  }

  /** Takes a waiting connection. */
  accept(): void {
    const fd = acceptUnix(this.libc, this.listenFd);
    if (fd < 0) return;
    const peer = peerOf(this.libc, fd);
    if (peer === null || !this.uids.has(peer.uid)) {
      this.host.log(`refused a connection by user ${peer?.uid ?? "unknown"}`);
      this.#sayBye(fd, `user ${peer?.uid} is not the agent's; start the tap with --agent-uid`);
      return;
    }
    if (this.fd >= 0) this.drop("a newer connection took its place");
    this.fd = fd;
    this.#acceptedMs = this.clock.read();
    this.#queue(this.host.hello());
    this.flush();
  }

  /** Ends the connection, saying why if the socket takes it. */
  drop(reason: string): void {
    if (this.fd < 0) return;
    if (this.#outStart === this.#outEnd) this.#sayBye(this.fd, reason);
    else this.libc.call.close(this.fd);
    this.#forget();
  }

  #forget(): void {
    this.fd = -1;
    this.#outStart = 0;
    this.#outEnd = 0;
    this.#cursor = null;
    this.#line = "";
    this.#full = false;
  }

  #sayBye(fd: number, reason: string): void {
    const frame = this.#passing({ type: "bye", reason });
    this.libc.call.write(fd, frame, frame.length);
    this.libc.call.close(fd);
  }

  #passing(control: TapControl): Uint8Array<ArrayBuffer> {
    this.clock.read();
    const seq = (this.#cursor?.seq ?? this.ring.nextSeq) - 1;
    const { seconds, nanoseconds } = this.clock;
    return this.ring.passing(DIR.control, encodeControl(control), seq, seconds, nanoseconds);
  }

  #queue(control: TapControl): void {
    const frame = this.#passing(control);
    if (this.#outEnd + frame.length > OUT_BYTES) return;
    this.#out.set(frame, this.#outEnd);
    this.#outEnd += frame.length;
  }

  /** Sends the agent its clock, unless it is behind: then the frames on their way carry the time. */
  beat(): void {
    if (this.#cursor === null || this.#full || this.#cursor.seq < this.ring.nextSeq) return;
    if (this.#outStart === this.#outEnd) this.#queue({ type: "heartbeat" });
    this.flush();
  }

  /** Ends a connection that never said where it wants to go on. */
  expire(nowMs: number): void {
    if (this.fd >= 0 && this.#cursor === null && nowMs - this.#acceptedMs > RESUME_WITHIN_MS) {
      this.drop("no resume came within 5 s");
    }
  }

  /** Sends what the socket takes, at most one buffer full. */
  flush(): void {
    if (this.fd < 0) return;
    if (this.#outStart === this.#outEnd) this.#refill();
    if (this.#outStart === this.#outEnd) return;
    const rest = this.#outStart === 0 ? this.#out : this.#out.subarray(this.#outStart);
    const written = this.libc.call.write(this.fd, rest, this.#outEnd - this.#outStart);
    if (written < 0 && this.libc.errno() !== ERRNO.EAGAIN) return this.#lost();
    this.#outStart += Math.max(written, 0);
    this.#full = this.#outStart < this.#outEnd;
  }

  #refill(): void {
    this.#outStart = 0;
    this.#outEnd = 0;
    if (this.#cursor === null) return;
    if (this.#cursor.seq < this.ring.oldestSeq) this.#reportGap(this.#cursor.seq);
    this.#outEnd += this.ring.copyOut(this.#cursor, this.#out, this.#outEnd);
    this.host.sending(this.#cursor.seq - 1);
  }

  #reportGap(fromSeq: number): void {
    const missedFrames = this.ring.oldestSeq - fromSeq;
    this.#cursor = this.ring.cursorAt(this.ring.oldestSeq);
    const { nextSeq } = this.ring;
    this.#queue({ type: "gap", fromSeq, missedFrames, nextSeq, state: this.host.state() });
    this.host.log(`the agent was too slow: ${missedFrames} frames were overwritten`);
  }

  #lost(): void {
    this.libc.call.close(this.fd);
    this.#forget();
  }

  /** Reads what the agent says. */
  onReadable(): void {
    const bytes = this.libc.call.read(this.fd, this.#in, this.#in.length);
    if (bytes < 0 && this.libc.errno() === ERRNO.EAGAIN) return;
    if (bytes <= 0) return this.#lost();
    this.#line += this.#text.decode(this.#in.subarray(0, bytes));
    for (let end = this.#line.indexOf("\n"); end >= 0; end = this.#line.indexOf("\n")) {
      const line = this.#line.slice(0, end);
      this.#line = this.#line.slice(end + 1);
      this.#message(line);
      if (this.fd < 0) return;
    }
    if (this.#line.length > ORDER_CHARS_MAX) {
      this.drop(`a message of at most ${ORDER_CHARS_MAX} characters was required`);
    }
  }

  #message(line: string): void {
    const message = readAgentMessage(line);
    if (!message.ok) return this.drop(message.issue);
    if (message.value.type !== "resume") return this.host.order(message.value);
    if (this.#cursor !== null) return this.drop("one resume was required, got a second");
    const seq = this.#firstWanted(message.value.after);
    // A frame that is gone is no place in the ring: the first refill finds that and reports the gap.
    this.#cursor = seq < this.ring.oldestSeq ? { seq, at: 0 } : this.ring.cursorAt(seq);
    this.flush();
  }

  #firstWanted(after: "oldest" | "now" | { tapId: string; seq: number }): number {
    if (after === "now") return this.ring.nextSeq;
    if (after === "oldest" || after.tapId !== this.host.tapId) return this.ring.oldestSeq;
    return after.seq + 1;
  }
}
