import { KlipperFrames } from "./klipper_frames.ts";

/** Bytes per bucket of the share of non-text, and the share that makes a bucket bad. */
const BUCKET_BYTES = 256;
const BAD_SHARE = 0.3;
/** So much and so long: noise at a wrong baud rate while a printer boots stays below both. */
const BAD_BUCKETS = 8;
const BAD_S = 2;
const KLIPPER_BLOCKS = 3;
/** Whole lines of plain text in a row that make a direction readable again. */
const TEXT_LINES = 8;
const LINE_BYTES_MAX = 256;
const PREFIX_BYTES = 48;

const LF = 10;
const CR = 13;
const MEATPACK_SIGNAL = 0xff;
const MEATPACK_ENABLE = 251;
const MEATPACK_DISABLE = 250;
const MEATPACK_RESET = 249;
const BINARY_TRANSFER = /^\s*(?:N\d+\s*)?M28\s.*\bB1\b/i;

/** Printable ASCII and the usual white space. */
const IS_TEXT = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte === 9 || byte === LF || byte === CR || (byte >= 32 && byte < 127) ? 1 : 0,
);

/**
 * Says of one direction of a serial link whether its bytes are lines of text: `null` while they
 * are, else the reason why they can't be read. It only looks; nothing is held back or changed. A
 * few garbled bytes, UTF-8 in comments, and a burst of noise don't count.
 *
 * Pure but for its own state: same bytes at the same times, same words.
 */
export class Legible {
  /** Why the direction can't be read, or null while it can. */
  blind: string | null = null;
  readonly #klipper = new KlipperFrames();
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #lineBytes = 0;
  #lineIsText = true;
  #textLines = 0;
  #signals = 0;
  #bucketBytes = 0;
  #bucketBad = 0;
  #badBuckets = 0;
  #badSinceS = 0;
  #utf8Left = 0;
  #utf8Bytes = 0;

  /** @param towardsPrinter only there do MeatPack and binary transfers begin */
  constructor(readonly towardsPrinter: boolean) {}

  /**
   * Takes the next bytes of the direction.
   *
   * @param timeS when they came, in seconds on any monotonic clock
   * @returns whether `blind` changed
   */
  step(bytes: Uint8Array, start: number, length: number, timeS: number): boolean {
    const before = this.blind;
    for (let i = start; i < start + length; i++) this.#byte(bytes[i] ?? 0, timeS);
    return this.blind !== before;
  }

  #byte(byte: number, timeS: number): void {
    if (byte < 0x80) this.#breakUtf8();
    const isText = IS_TEXT[byte] === 1 || this.#isUtf8(byte);
    if (!isText || this.#signals > 0) this.#signal(byte);
    if (this.#klipper.step(byte), this.#klipper.blocks >= KLIPPER_BLOCKS) {
      this.blind ??= "Klipper MCU messages";
      if (!isText) this.#textLines = 0;
    }
    this.#share(isText, timeS);
    this.#line(byte, isText);
  }

  /**
   * Whether a byte may be part of a UTF-8 character (RFC 3629). A character that turns out to be
   * none is made up for at the byte that breaks it off.
   */
  #isUtf8(byte: number): boolean {
    if (this.#utf8Left > 0 && (byte & 0xc0) === 0x80) {
      this.#utf8Left--;
      this.#utf8Bytes = this.#utf8Left === 0 ? 0 : this.#utf8Bytes + 1;
      return true;
    }
    this.#breakUtf8();
    this.#utf8Left = utf8Following(byte);
    this.#utf8Bytes = this.#utf8Left > 0 ? 1 : 0;
    return this.#utf8Left > 0;
  }

  #breakUtf8(): void {
    if (this.#utf8Bytes === 0) return;
    this.#bucketBad += this.#utf8Bytes;
    this.#lineIsText = false;
    this.#utf8Left = 0;
    this.#utf8Bytes = 0;
  }

  /** MeatPack's negotiation: 0xff 0xff and a command. */
  #signal(byte: number): void {
    if (byte === MEATPACK_SIGNAL) {
      this.#signals = Math.min(this.#signals + 1, 2);
      return;
    }
    const isCommand = this.#signals === 2 && this.towardsPrinter;
    this.#signals = 0;
    if (!isCommand) return;
    if (byte === MEATPACK_ENABLE) this.blind ??= "MeatPack";
    const ends = byte === MEATPACK_DISABLE || byte === MEATPACK_RESET;
    if (ends && this.blind === "MeatPack") this.#see();
  }

  #share(isText: boolean, timeS: number): void {
    this.#bucketBytes++;
    if (!isText) this.#bucketBad++;
    if (this.#bucketBytes < BUCKET_BYTES) return;
    const isBad = this.#bucketBad >= BUCKET_BYTES * BAD_SHARE;
    if (isBad && this.#badBuckets === 0) this.#badSinceS = timeS;
    this.#badBuckets = isBad ? this.#badBuckets + 1 : 0;
    this.#bucketBytes = 0;
    this.#bucketBad = 0;
    if (this.#badBuckets >= BAD_BUCKETS && timeS - this.#badSinceS >= BAD_S) {
      this.blind ??= "bytes that are no text";
    }
  }

  #line(byte: number, isText: boolean): void {
    if (byte !== LF && byte !== CR) {
      if (this.#lineBytes < PREFIX_BYTES) this.#prefix[this.#lineBytes] = byte;
      this.#lineBytes++;
      if (!isText) this.#lineIsText = false;
      return;
    }
    if (this.#lineBytes === 0) return;
    const isTextLine = this.#lineIsText && this.#lineBytes <= LINE_BYTES_MAX;
    this.#textLines = isTextLine ? this.#textLines + 1 : 0;
    // Blocks count only close together: weeks of noise would gather three by chance.
    if (isTextLine && this.blind === null) this.#klipper.blocks = 0;
    if (this.blind !== null && this.#textLines >= TEXT_LINES) this.#see();
    if (this.blind === null && isTextLine && this.towardsPrinter) this.#beginsTransfer();
    this.#lineBytes = 0;
    this.#lineIsText = true;
  }

  #beginsTransfer(): void {
    // M28 is rare: three bytes decide before any text is made.
    if (!this.#prefixHas28()) return;
    const length = Math.min(this.#lineBytes, PREFIX_BYTES);
    const line = String.fromCharCode(...this.#prefix.subarray(0, length));
    if (!BINARY_TRANSFER.test(line)) return;
    this.blind = "a binary file transfer";
    this.#textLines = 0;
  }

  #prefixHas28(): boolean {
    const length = Math.min(this.#lineBytes, PREFIX_BYTES);
    for (let i = 0; i + 2 < length; i++) {
      const isM = this.#prefix[i] === 0x4d || this.#prefix[i] === 0x6d;
      if (isM && this.#prefix[i + 1] === 0x32 && this.#prefix[i + 2] === 0x38) return true;
    }
    return false;
  }

  #see(): void {
    this.blind = null;
    this.#klipper.blocks = 0;
    this.#badBuckets = 0;
    this.#textLines = 0;
  }
}

/** How many bytes follow a UTF-8 lead byte; 0 for any other. */
function utf8Following(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}
