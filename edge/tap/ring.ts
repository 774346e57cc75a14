import {
  type Dir,
  FRAME_HEADER_BYTES,
  frameBytesAt,
  frameTemplate,
  PAYLOAD_BYTES_MAX,
  writeHeader,
} from "./frame.ts";

const FRAME_BYTES_MAX = FRAME_HEADER_BYTES + PAYLOAD_BYTES_MAX;
/** Below this a loop copies faster than a call, and allocates no view. */
const SMALL_COPY_BYTES = 256;

/** Where a reader of the ring stands: the next frame that it wants. */
export interface RingCursor {
  seq: number;
  /** Where that frame starts; of no meaning once the frame was overwritten. */
  at: number;
}

/** Where a ring keeps its frames and its own place among them; owned by the ring from then on. */
export interface RingMemory {
  /** Frames: the capacity and a reserve as long as the longest frame. */
  readonly frames: Uint8Array<ArrayBuffer>;
  /** Two sets of four marks (head, tail, next and oldest number), of which one is in force. */
  readonly marks: Float64Array<ArrayBuffer>;
  /** Which set is in force. */
  readonly turn: Int32Array<ArrayBuffer>;
}

const MARKS = 4;
/** Bytes before the frames where all lies in one piece of memory. */
const MARKS_BYTES = 4096;

/** How much memory a ring of this capacity takes in one piece. */
export function ringMemoryBytes(capacityBytes: number): number {
  return MARKS_BYTES + capacityBytes + FRAME_BYTES_MAX;
}

/** A ring's memory in one piece, as a run before left it or full of zeros. */
export function ringMemoryIn(memory: ArrayBuffer): RingMemory {
  return {
    frames: new Uint8Array(memory, MARKS_BYTES),
    marks: new Float64Array(memory, 64, 2 * MARKS),
    turn: new Int32Array(memory, 0, 1),
  };
}

/**
 * The last frames, encoded as they go over the socket, in one buffer that never grows: the oldest
 * are overwritten. Frames lie whole: one may begin anywhere below the capacity and run past it into
 * a reserve as long as the longest frame.
 */
export class ReplayRing {
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #capacity: number;
  readonly #template: Uint8Array;
  #head = 0;
  #tail = 0;
  #nextSeq = 1;
  #oldestSeq = 1;

  readonly #marks: Float64Array;
  readonly #turn: Int32Array;

  /**
   * @param capacityBytes at least one frame of the largest size
   * @param firstSeq the number of the first frame to come, where none is there yet
   * @param memory where frames are kept; what a run before left there goes on
   */
  constructor(capacityBytes: number, bootId: string, firstSeq = 1, memory?: RingMemory) {
    if (!Number.isInteger(capacityBytes) || capacityBytes < FRAME_BYTES_MAX) {
      throw new RangeError(
        `Cannot make a replay ring: at least ${FRAME_BYTES_MAX} bytes were required, ` +
          `got ${capacityBytes}`,
      );
    }
    this.#capacity = capacityBytes;
    const { frames, marks, turn } = memory ??
      ringMemoryIn(new ArrayBuffer(ringMemoryBytes(capacityBytes)));
    if (frames.length !== capacityBytes + FRAME_BYTES_MAX) {
      throw new RangeError(`Cannot make a replay ring: memory for ${capacityBytes} was required`);
    }
    this.#buffer = frames;
    this.#marks = marks;
    this.#turn = turn;
    this.#template = frameTemplate(bootId);
    const at = (turn[0] === 1 ? 1 : 0) * MARKS;
    const [head = 0, tail = 0, nextSeq = 0, oldestSeq = 0] = marks.subarray(at, at + MARKS);
    this.#head = head;
    this.#tail = tail;
    this.#nextSeq = nextSeq > 0 ? nextSeq : firstSeq;
    this.#oldestSeq = nextSeq > 0 ? oldestSeq : firstSeq;
  }

  /** The sequence number that the next frame gets. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** The oldest frame still here; equals `nextSeq` while there is none. */
  get oldestSeq(): number {
    return this.#oldestSeq;
  }

  /** Keeps `length` bytes of `from` at `start`, in as many frames as they need. */
  append(
    dir: Dir,
    from: Uint8Array,
    start: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    for (let done = 0; done < length; done += PAYLOAD_BYTES_MAX) {
      const part = Math.min(length - done, PAYLOAD_BYTES_MAX);
      this.#appendFrame(dir, from, start + done, part, seconds, nanoseconds);
    }
  }

  #appendFrame(
    dir: Dir,
    from: Uint8Array,
    start: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    const size = FRAME_HEADER_BYTES + length;
    this.#makeRoom(size);
    this.#commit();
    const at = this.#head;
    writeHeader(this.#buffer, at, this.#template, dir, this.#nextSeq, seconds, nanoseconds, length);
    copy(from, start, length, this.#buffer, at + FRAME_HEADER_BYTES);
    this.#head = this.#after(at, size);
    this.#nextSeq++;
    this.#commit();
  }

  /** Writes the marks down beside those in force, then puts them in force by one word. */
  #commit(): void {
    const turn = this.#turn[0] === 1 ? 0 : 1;
    const marks = this.#marks, at = turn * MARKS;
    marks[at] = this.#head;
    marks[at + 1] = this.#tail;
    marks[at + 2] = this.#nextSeq;
    marks[at + 3] = this.#oldestSeq;
    Atomics.store(this.#turn, 0, turn);
  }

  /** A frame that is sent at once and not kept: it repeats the last sequence number given. */
  passing(dir: Dir, payload: Uint8Array, seq: number, seconds: number, nanoseconds: number) {
    const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
    writeHeader(frame, 0, this.#template, dir, seq, seconds, nanoseconds, payload.length);
    frame.set(payload, FRAME_HEADER_BYTES);
    return frame;
  }

  /** A cursor at the frame `seq`, or at the oldest where that is gone. */
  cursorAt(seq: number): RingCursor {
    const cursor = { seq: this.#oldestSeq, at: this.#tail };
    while (cursor.seq < seq && cursor.seq < this.#nextSeq) this.#advance(cursor);
    return cursor;
  }

  /**
   * Copies whole frames from the cursor on into `into` from `at` on, as many as fit, and moves the
   * cursor. The cursor must not stand before `oldestSeq`.
   *
   * @returns how many bytes were copied
   */
  copyOut(cursor: RingCursor, into: Uint8Array, at: number): number {
    const start = at;
    while (cursor.seq < this.#nextSeq) {
      const size = frameBytesAt(this.#buffer, cursor.at);
      if (at + size > into.length) break;
      copy(this.#buffer, cursor.at, size, into, at);
      at += size;
      this.#advance(cursor);
    }
    return at - start;
  }

  #advance(cursor: RingCursor): void {
    cursor.at = this.#after(cursor.at, frameBytesAt(this.#buffer, cursor.at));
    cursor.seq++;
  }

  #after(at: number, size: number): number {
    return at + size >= this.#capacity ? 0 : at + size;
  }

  #makeRoom(size: number): void {
    while (
      this.#oldestSeq < this.#nextSeq && this.#tail >= this.#head &&
      this.#tail < this.#head + size
    ) {
      this.#tail = this.#after(this.#tail, frameBytesAt(this.#buffer, this.#tail));
      this.#oldestSeq++;
    }
    if (this.#oldestSeq === this.#nextSeq) this.#tail = this.#head;
  }
}

function copy(from: Uint8Array, start: number, length: number, into: Uint8Array, at: number) {
  if (length > SMALL_COPY_BYTES) {
    into.set(from.subarray(start, start + length), at);
    return;
  }
  for (let i = 0; i < length; i++) into[at + i] = from[start + i] ?? 0;
}
