import type { Libc } from "../serial/libc.ts";

const BYTES = 64;
const SEQ_AT = 40;
const HOLD_AT = 48;
const HOLDS = ["none", "leased", "latched"] as const;

/** Whether the host's lines are withheld, and how long for: a latched hold until it is released. */
export type HoldKind = (typeof HOLDS)[number];

/**
 * What a tap's successor has to know besides its descriptors, in a file in memory that is kept like
 * them: which run it was for the agent, how far the agent had been told, and whether lines were
 * withheld. Each note is one pwrite(2), so it is there whole or not at all.
 */
export class Session {
  /** Whether a run before left it. */
  readonly goesOn: boolean;
  readonly tapId: string;
  readonly #bytes = new Uint8Array(BYTES);
  readonly #view = new DataView(this.#bytes.buffer);

  /** @param fd a file in memory, empty or as a session left it */
  constructor(readonly libc: Libc, readonly fd: number) {
    this.goesOn = libc.call.pread(fd, this.#bytes, BYTES, 0) === BYTES;
    const id = new TextDecoder().decode(this.#bytes.subarray(0, 36));
    this.tapId = this.goesOn ? id : crypto.randomUUID();
    if (this.goesOn) return;
    new TextEncoder().encodeInto(this.tapId, this.#bytes);
    this.#write();
  }

  /** The last frame that the agent may have got. */
  get seq(): number {
    return Number(this.#view.getBigUint64(SEQ_AT, true));
  }

  /** The number of this run's first frame: at least one that was never sent is missing before it. */
  get firstSeq(): number {
    return this.goesOn ? this.seq + 2 : 1;
  }

  get hold(): HoldKind {
    return HOLDS[this.#bytes[HOLD_AT] ?? 0] ?? "none";
  }

  /** Notes that frames up to `seq` are about to be sent. */
  noteSeq(seq: number): void {
    if (seq === this.seq) return;
    this.#view.setBigUint64(SEQ_AT, BigInt(seq), true);
    this.#write();
  }

  /** Notes that a hold took effect, or ended. */
  noteHold(kind: HoldKind): void {
    if (kind === this.hold) return;
    this.#bytes[HOLD_AT] = HOLDS.indexOf(kind);
    this.#write();
  }

  #write(): void {
    this.libc.call.pwrite(this.fd, this.#bytes, BYTES, 0);
  }
}
