import { cString, type Libc, libcError } from "./libc.ts";

const MFD_CLOEXEC = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffffffffffffffffn;

/** Makes a file in memory, of so many zero bytes. @throws {LibcError} */
export function makeMemoryFile(libc: Libc, name: string, bytes: number): number {
  const fd = libc.call.memfd_create(cString(name), MFD_CLOEXEC);
  if (fd >= 0 && libc.call.ftruncate(fd, bytes) === 0) return fd;
  throw libcError(libc, `Cannot make ${bytes} bytes of memory`);
}

/**
 * A file in memory as memory: what is written there is in the file at once, and stays when this
 * process is killed, as long as somebody keeps the file open.
 *
 * @throws {LibcError} if it can't be mapped
 */
export function mapMemory(libc: Libc, fd: number, bytes: number): ArrayBuffer {
  const at = libc.call.mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0);
  if (at === null || Deno.UnsafePointer.value(at) === MAP_FAILED) {
    throw libcError(libc, "Cannot map a file in memory");
  }
  return Deno.UnsafePointerView.getArrayBuffer(at, bytes);
}
