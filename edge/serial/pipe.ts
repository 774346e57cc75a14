import { type Libc, libcError } from "./libc.ts";

const O_NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;
const PIPE_BYTES = 1_048_576;
const PAGE_BYTES = 4096;

/** A pipe within this process: bytes that the kernel keeps, whatever becomes of the process. */
export interface Pipe {
  readonly readFd: number;
  readonly writeFd: number;
  /** How many pieces it takes at most, each a page at most, however small they are. */
  readonly slots: number;
}

/** Opens a pipe, non-blocking on both ends. @throws {LibcError} */
export function openPipe(libc: Libc): Pipe {
  const ends = new Int32Array(2);
  if (libc.call.pipe2(new Uint8Array(ends.buffer), O_NONBLOCK_CLOEXEC) !== 0) {
    throw libcError(libc, "Cannot open a pipe");
  }
  const [readFd = -1, writeFd = -1] = ends;
  // Where the system has no more room for pipes it stays at sixteen slots, which is enough to work.
  libc.call.fcntl(writeFd, F_SETPIPE_SZ, PIPE_BYTES);
  return asPipe(libc, readFd, writeFd);
}

/** A pipe made of two ends that are open already. */
export function asPipe(libc: Libc, readFd: number, writeFd: number): Pipe {
  const bytes = libc.call.fcntl(writeFd, F_GETPIPE_SZ, 0);
  return { readFd, writeFd, slots: Math.max(1, Math.floor(bytes / PAGE_BYTES)) };
}

/** Closes both ends. */
export function closePipe(libc: Libc, pipe: Pipe): void {
  libc.call.close(pipe.readFd);
  libc.call.close(pipe.writeFd);
}
