import { refused, type Result } from "../../shared/result.ts";

/** The version of the frames on a tap's socket. */
const FRAME_VERSION = 1;

/** Bytes before a frame's payload. */
export const FRAME_HEADER_BYTES = 40;

/** No payload is larger than this, in bytes. */
export const PAYLOAD_BYTES_MAX = 4096;

/** Where a frame's bytes went and whose they were; `control` carries JSON about the tap itself. */
export const DIR = {
  hostToPrinter: 1,
  printerToHost: 2,
  agentToPrinter: 3,
  agentToHost: 4,
  control: 5,
} as const;
export type Dir = (typeof DIR)[keyof typeof DIR];
const DIR_MAX = DIR.control;

/**
 * One chunk that crossed the tap, or one word of the tap's about itself.
 *
 * On the socket, little-endian: u32 length of all that follows, u8 version, u8 dir, u16 zero,
 * 16 bytes boot id, u64 seq, u32 seconds and u32 nanoseconds of CLOCK_BOOTTIME, then the bytes.
 */
export interface Frame {
  v: typeof FRAME_VERSION;
  /** The kernel's boot id: what `eventTimeNs` counts from. */
  bootId: string;
  /** Counts up by one per kept frame of one run of the tap; a frame that isn't kept (hello, heartbeat, gap, bye) repeats the last. */
  seq: number;
  /** CLOCK_BOOTTIME in nanoseconds; as a double it is exact for 104 days and to 4 ns for years. */
  eventTimeNs: number;
  dir: Dir;
  /** Owned by the receiver. */
  bytes: Uint8Array;
}

/** What every frame of one run has in common, with room for the rest. */
export function frameTemplate(bootId: string): Uint8Array<ArrayBuffer> {
  const template = new Uint8Array(FRAME_HEADER_BYTES);
  template[4] = FRAME_VERSION;
  template.set(uuidBytes(bootId), 8);
  return template;
}

/**
 * Writes a frame's header at `at`; its payload goes behind it.
 *
 * @param template from `frameTemplate`
 * @param payloadBytes 0–4096
 */
export function writeHeader(
  into: Uint8Array,
  at: number,
  template: Uint8Array,
  dir: Dir,
  seq: number,
  seconds: number,
  nanoseconds: number,
  payloadBytes: number,
): void {
  for (let i = 4; i < 24; i++) into[at + i] = template[i] ?? 0;
  into[at + 5] = dir;
  writeU32(into, at, FRAME_HEADER_BYTES - 4 + payloadBytes);
  writeU32(into, at + 24, seq >>> 0);
  writeU32(into, at + 28, Math.floor(seq / 2 ** 32));
  writeU32(into, at + 32, seconds);
  writeU32(into, at + 36, nanoseconds);
}

/** The whole length of the frame that starts at `at`, in bytes. */
export function frameBytesAt(from: Uint8Array, at: number): number {
  return readU32(from, at) + 4;
}

function writeU32(into: Uint8Array, at: number, value: number): void {
  into[at] = value;
  into[at + 1] = value >>> 8;
  into[at + 2] = value >>> 16;
  into[at + 3] = value >>> 24;
}

function readU32(from: Uint8Array, at: number): number {
  return ((from[at] ?? 0) | (from[at + 1] ?? 0) << 8 | (from[at + 2] ?? 0) << 16 |
    (from[at + 3] ?? 0) << 24) >>> 0;
}

/** @throws {RangeError} if `id` is not a UUID */
function uuidBytes(id: string): Uint8Array {
  const hex = id.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/.test(hex)) {
    throw new RangeError(`Cannot write a boot id: a UUID was required, got '${id}'`);
  }
  return Uint8Array.from(
    { length: 16 },
    (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
}

/**
 * Puts frames together from whatever pieces a socket gives. After a refusal the stream can't be
 * trusted any further and the connection has to be dropped.
 */
export class FrameDecoder {
  #held = new Uint8Array(0);

  /** Takes the next bytes and gives the frames that they complete. */
  push(chunk: Uint8Array): Result<Frame[]> {
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = frameBytesAt(bytes, at);
      if (length < FRAME_HEADER_BYTES || length > FRAME_HEADER_BYTES + PAYLOAD_BYTES_MAX) {
        return refused(
          `Cannot decode a frame: ${FRAME_HEADER_BYTES} to ` +
            `${FRAME_HEADER_BYTES + PAYLOAD_BYTES_MAX} bytes were required, got ${length}`,
        );
      }
      if (bytes.length - at < length) break;
      const frame = decodeFrame(bytes.subarray(at, at + length));
      if (!frame.ok) return frame;
      frames.push(frame.value);
      at += length;
    }
    this.#held = bytes.slice(at);
    return { ok: true, value: frames };
  }
}

function decodeFrame(bytes: Uint8Array): Result<Frame> {
  const version = bytes[4] ?? 0;
  if (version !== FRAME_VERSION) {
    return refused(`Cannot decode a frame: version ${FRAME_VERSION} was required, got ${version}`);
  }
  const dir = bytes[5] ?? 0;
  if (dir < 1 || dir > DIR_MAX || bytes[6] !== 0 || bytes[7] !== 0) {
    return refused(
      `Cannot decode a frame: a direction of 1 to ${DIR_MAX} was required, got ${dir}`,
    );
  }
  const seq = readU32(bytes, 24) + readU32(bytes, 28) * 2 ** 32;
  const nanoseconds = readU32(bytes, 36);
  if (!Number.isSafeInteger(seq) || nanoseconds >= 1e9) {
    return refused(
      `Cannot decode a frame: a safe sequence and under 1e9 ns were required, ` +
        `got ${seq} and ${nanoseconds}`,
    );
  }
  return {
    ok: true,
    value: {
      v: FRAME_VERSION,
      bootId: uuidText(bytes.subarray(8, 24)),
      seq,
      eventTimeNs: readU32(bytes, 32) * 1e9 + nanoseconds,
      dir: dir as Dir,
      bytes: bytes.slice(FRAME_HEADER_BYTES),
    },
  };
}
