const SYNC = 0x7e;
const FRAME_BYTES_MIN = 5;
const FRAME_BYTES_MAX = 64;
/** Room for many blocks, so that the last one has to be moved to the front only now and then. */
const WINDOW_BYTES = 1024;
const SEQ_MASK = 0xf0;
const SEQ_DEST = 0x10;

/**
 * CRC-16/CCITT as Klipper's MCU protocol uses it (initial 0xffff, reflected), bitwise form of the
 * published polynomial x^16 + x^12 + x^5 + 1; see "Message blocks" in Klipper's protocol document.
 */
export function crc16Ccitt(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffff;
  for (let i = start; i < end; i++) {
    crc ^= bytes[i] ?? 0;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

/**
 * Counts Klipper MCU message blocks in a byte stream: length, sequence, content, CRC, sync. Text
 * never matches, and 16 bits of checksum make chance hits as good as impossible after a few.
 */
export class KlipperFrames {
  readonly #last = new Uint8Array(WINDOW_BYTES);
  #count = 0;
  /** Whole blocks with a right checksum seen so far. */
  blocks = 0;

  /** Takes the next byte. */
  step(byte: number): void {
    if (this.#count === WINDOW_BYTES) {
      this.#last.copyWithin(0, WINDOW_BYTES - FRAME_BYTES_MAX);
      this.#count = FRAME_BYTES_MAX;
    }
    this.#last[this.#count++] = byte;
    if (byte === SYNC && this.#endsBlock()) {
      this.blocks++;
      this.#count = 0;
    }
  }

  #endsBlock(): boolean {
    for (let length = FRAME_BYTES_MIN; length <= Math.min(this.#count, FRAME_BYTES_MAX); length++) {
      const start = this.#count - length;
      if (this.#last[start] !== length) continue;
      if (((this.#last[start + 1] ?? 0) & SEQ_MASK) !== SEQ_DEST) continue;
      const crcAt = this.#count - 3;
      const stated = (this.#last[crcAt] ?? 0) << 8 | (this.#last[crcAt + 1] ?? 0);
      if (crc16Ccitt(this.#last, start, crcAt) === stated) return true;
    }
    return false;
  }
}
