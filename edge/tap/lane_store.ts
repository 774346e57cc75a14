import { ERRNO, type Libc } from "../serial/libc.ts";
import type { Pipe } from "../serial/pipe.ts";
import { openPty } from "../serial/pty.ts";
import type { LaneIo } from "./lane_io.ts";

const SPLICE_F_NONBLOCK = 2;
const SCRATCH_BYTES = 65_536;
/** A piece of a pipe is a page at most. */
const PIECE_BYTES = 4096;

/** One end of a lane: its descriptor, −1 while it isn't there. */
export interface LaneEnd {
  readonly fd: number;
}

/** How a lane's bytes are moved. */
export interface LaneManner {
  splices: boolean;
  passing: Int32Array<ArrayBuffer>;
}

/**
 * Moves a lane's bytes from one end to the other without ever having them in this process alone:
 * splice(2) takes them from the near side into a pipe, tee(2) shows what they are, splice(2) passes
 * them on. Each is one call, done or not done, so that a SIGKILL between any two instructions loses
 * none of them as long as somebody keeps the pipe.
 */
export class LaneStore implements LaneIo {
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  readonly #slots: number;
  #stored = 0;
  #pieces = 0;

  /**
   * @param kept the pipe that holds what waits
   * @param copy an empty one to look through
   * @param hasFar whether anybody is at the far side; what nobody is there for is thrown away
   * @param how.splices whether the kernel's terminals splice; else bytes are copied through this
   *   process, and a SIGKILL within those microseconds loses or doubles what is just being copied
   * @param how.passing a word that is 1 from before bytes are passed on until that is written down
   */
  constructor(
    readonly libc: Libc,
    readonly kept: Pipe,
    readonly copy: Pipe,
    readonly near: LaneEnd,
    readonly far: LaneEnd,
    readonly hasFar: () => boolean,
    readonly how: LaneManner = { splices: true, passing: new Int32Array(1) },
  ) {
    // A user with too many pipes gets them with one slot (Linux 5.11 to 5.13): slow, but it moves.
    this.#slots = Math.max(1, Math.min(kept.slots, copy.slots) - 1);
  }

  get hasRoom(): boolean {
    return this.#pieces < this.#slots;
  }

  read(into: Uint8Array<ArrayBuffer>, bytesMax: number): number {
    const { kept } = this;
    const bytes = this.how.splices
      ? this.#splice(this.near.fd, kept.writeFd, bytesMax)
      : this.#copyIn(bytesMax);
    if (bytes <= 0) return bytes === 0 ? -1 : this.#orGone();
    this.#pieces++;
    if (this.#stored === 0) this.#look(into, bytes);
    else {
      this.#look(this.#scratch, this.#stored + bytes);
      into.set(this.#scratch.subarray(this.#stored, this.#stored + bytes));
    }
    this.#stored += bytes;
    return bytes;
  }

  /** Copies the oldest bytes of those that wait. */
  #look(into: Uint8Array<ArrayBuffer>, bytes: number): void {
    const { call } = this.libc;
    const shown = call.tee(this.kept.readFd, this.copy.writeFd, bytes, SPLICE_F_NONBLOCK);
    const got = call.read(this.copy.readFd, into, bytes);
    if (shown === bytes && got === bytes) return;
    throw new Error(
      `Cannot look at ${bytes} bytes that wait: only ${shown} were shown, ${got} read`,
    );
  }

  pass(bytes: number): number {
    Atomics.store(this.how.passing, 0, 1);
    const passed = this.#pass(bytes);
    if (passed <= 0) this.settle();
    return passed;
  }

  settle(): void {
    Atomics.store(this.how.passing, 0, 0);
  }

  #pass(bytes: number): number {
    if (!this.hasFar()) {
      this.drop(bytes);
      return bytes;
    }
    const passed = this.how.splices
      ? this.#splice(this.kept.readFd, this.far.fd, bytes)
      : this.#copyOut(bytes);
    if (passed <= 0) return passed === 0 ? 0 : this.#orGone();
    if (this.how.splices) this.#took(passed);
    else this.drop(passed);
    return passed;
  }

  #copyIn(bytesMax: number): number {
    const { call } = this.libc;
    const bytes = call.read(this.near.fd, this.#scratch, Math.min(bytesMax, PIECE_BYTES));
    return bytes > 0 ? call.write(this.kept.writeFd, this.#scratch, bytes) : bytes;
  }

  #copyOut(bytes: number): number {
    this.#look(this.#scratch, bytes);
    return this.libc.call.write(this.far.fd, this.#scratch, bytes);
  }

  drop(bytes: number): void {
    while (bytes > 0) {
      const most = Math.min(bytes, SCRATCH_BYTES);
      const gone = this.libc.call.read(this.kept.readFd, this.#scratch, most);
      if (gone <= 0) return;
      this.#took(gone);
      bytes -= gone;
    }
  }

  replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.drop(this.#stored);
    if (bytes.length > 0) {
      this.#stored = this.libc.call.write(this.kept.writeFd, bytes, bytes.length);
    }
    this.#pieces = Math.ceil(this.#stored / PIECE_BYTES);
  }

  recover(into: Uint8Array<ArrayBuffer>): number {
    const { call } = this.libc;
    call.tee(this.kept.readFd, this.copy.writeFd, into.length, SPLICE_F_NONBLOCK);
    this.#stored = Math.max(call.read(this.copy.readFd, into, into.length), 0);
    // How many pieces these are nobody can say: none more until they are gone.
    this.#pieces = this.#stored > 0 ? this.#slots : 0;
    return this.#stored;
  }

  write(from: Uint8Array<ArrayBuffer>, bytes: number): number {
    if (!this.hasFar()) return bytes;
    const written = this.libc.call.write(this.far.fd, from, bytes);
    return written >= 0 ? written : this.#orGone();
  }

  #splice(from: number, to: number, bytes: number): number {
    return this.libc.call.splice(from, null, to, null, bytes, SPLICE_F_NONBLOCK);
  }

  #took(bytes: number): void {
    this.#stored -= bytes;
    if (this.#stored === 0) this.#pieces = 0;
  }

  /** After a failed call: 0 if it may work later, −1 if that end is gone. */
  #orGone(): number {
    const errno = this.libc.errno();
    return errno === ERRNO.EAGAIN || errno === ERRNO.EINTR ? 0 : -1;
  }
}

/** Whether this kernel's terminals splice, as Linux' do from 5.11 on. */
export function canSplice(libc: Libc, into: Pipe): boolean {
  const { masterFd } = openPty(libc, 115_200);
  libc.call.splice(masterFd, null, into.writeFd, null, 1, SPLICE_F_NONBLOCK);
  const splices = libc.errno() !== ERRNO.EINVAL;
  libc.call.close(masterFd);
  return splices;
}
