import { cString, ERRNO, type Libc, libcError } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const PATH_BYTES_MAX = 107;

/** Who is at the other end of a Unix socket, by the kernel's word. */
export interface Peer {
  pid: number;
  uid: number;
}

function address(path: string): Uint8Array<ArrayBuffer> {
  const text = cString(path);
  if (text.length > PATH_BYTES_MAX + 1) {
    throw new RangeError(
      `Cannot use the socket ${path}: a path of at most ${PATH_BYTES_MAX} bytes was required, ` +
        `got ${text.length - 1}`,
    );
  }
  const bytes = new Uint8Array(2 + text.length);
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, true);
  bytes.set(text, 2);
  return bytes;
}

function streamSocket(libc: Libc): number {
  const fd = libc.call.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw libcError(libc, "Cannot make a Unix socket");
  return fd;
}

/**
 * Listens on a Unix socket, non-blocking, for its owner and group. A socket file that nobody
 * listens on any more is replaced.
 *
 * @throws {LibcError} if another program listens there, or the folder can't be written
 */
export function listenUnix(libc: Libc, path: string): number {
  const { call } = libc;
  const name = address(path);
  const fd = streamSocket(libc);
  if (isAnswered(libc, path)) {
    call.close(fd);
    throw new Error(`Cannot listen on ${path}: another program already answers there`);
  }
  call.unlink(cString(path));
  const listening = call.bind(fd, name, name.length) === 0 &&
    call.chmod(cString(path), 0o660) === 0 && call.listen(fd, 4) === 0;
  if (listening) return fd;
  const error = libcError(libc, `Cannot listen on ${path}`);
  call.close(fd);
  throw error;
}

function isAnswered(libc: Libc, path: string): boolean {
  const fd = streamSocket(libc);
  const name = address(path);
  const answered = libc.call.connect(fd, name, name.length) === 0 ||
    libc.errno() === ERRNO.EAGAIN;
  libc.call.close(fd);
  return answered;
}

/** Takes the next connection, non-blocking; −1 if there is none. */
export function acceptUnix(libc: Libc, listener: number): number {
  return libc.call.accept4(listener, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/** Connects to a Unix socket, non-blocking. @throws {LibcError} if nobody listens there */
export function connectUnix(libc: Libc, path: string): number {
  const name = address(path);
  const fd = streamSocket(libc);
  if (libc.call.connect(fd, name, name.length) === 0) return fd;
  const error = libcError(libc, `Cannot connect to ${path}`);
  libc.call.close(fd);
  throw error;
}

/** Asks the kernel who is at the other end; null if it can't say. */
export function peerOf(libc: Libc, fd: number): Peer | null {
  const credentials = new Uint32Array(3);
  const length = new Uint32Array([12]);
  if (libc.call.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) !== 0) return null;
  return { pid: credentials[0] ?? 0, uid: credentials[1] ?? 0 };
}
