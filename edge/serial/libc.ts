/**
 * Every call into libc that the edge makes. Lengths and results that libc gives as `ssize_t` are
 * declared `i32`: no call here moves 2 GiB, and Deno would hand a 64-bit result out as a BigInt.
 */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  pollAside: {
    name: "poll",
    parameters: ["buffer", "usize", "i32"],
    result: "i32",
    nonblocking: true,
  },
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  ioctlValue: { name: "ioctl", parameters: ["i32", "usize", "usize"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "usize"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  tcdrainAside: { name: "tcdrain", parameters: ["i32"], result: "i32", nonblocking: true },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  splice: {
    parameters: ["i32", "pointer", "i32", "pointer", "usize", "u32"],
    result: "i32",
  },
  tee: { parameters: ["i32", "i32", "usize", "u32"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  mmap: {
    parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"],
    result: "pointer",
  },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  posix_openpt: { parameters: ["i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept4: { parameters: ["i32", "pointer", "pointer", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  realpath: { parameters: ["buffer", "buffer"], result: "pointer" },
  symlink: { parameters: ["buffer", "buffer"], result: "i32" },
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  chmod: { parameters: ["buffer", "u32"], result: "i32" },
  chown: { parameters: ["buffer", "u32", "u32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  sched_yield: { parameters: [], result: "i32" },
  getenv: { parameters: ["buffer"], result: "pointer" },
  getpid: { parameters: [], result: "i32" },
  getuid: { parameters: [], result: "u32" },
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  syscallBuffer: {
    name: "syscall",
    parameters: ["usize", "usize", "buffer", "usize"],
    result: "i32",
  },
  strerror: { parameters: ["i32"], result: "pointer" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** Deno types a `usize` parameter as BigInt but takes a number as well, which allocates nothing. */
type WithNumbers<Call> = Call extends (...args: infer Args) => infer Result
  ? (...args: { [At in keyof Args]: Args[At] extends bigint ? number : Args[At] }) => Result
  : never;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
type Calls = { [Name in keyof Symbols]: WithNumbers<Symbols[Name]> };

/** The error numbers that callers branch on; the same on x86-64 and arm64. */
export const ERRNO = {
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ENOTTY: 25,
  EPIPE: 32,
  ENOPROTOOPT: 92,
  ECONNREFUSED: 111,
} as const;

/** libc as loaded into this process. */
export interface Libc {
  readonly call: Calls;
  /**
   * The error number of the last failed call on this thread. It is read from memory, without
   * another call that could overwrite it; it must be read before anything else is called.
   */
  errno(): number;
  /** libc's own words for an error number. */
  errorText(errno: number): string;
}

/**
 * Loads glibc, which needs `--allow-ffi`.
 *
 * @throws {Error} where there is no glibc (another system, or musl).
 */
export function loadLibc(): Libc {
  const { symbols } = Deno.dlopen("libc.so.6", SYMBOLS);
  const location = symbols.__errno_location();
  if (location === null) throw new Error("Cannot load libc: a place for errno was required");
  const errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
  return {
    call: symbols as unknown as Calls,
    errno: () => errno[0] ?? 0,
    errorText: (number) => {
      const text = symbols.strerror(number);
      return text === null ? `error ${number}` : Deno.UnsafePointerView.getCString(text);
    },
  };
}

const encoder = new TextEncoder();

/**
 * A string as libc takes it, ended by a zero byte.
 *
 * @throws {TypeError} if the text holds a zero byte itself.
 */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) {
    throw new TypeError(`Cannot pass a path: no zero byte was required, got '${text}'`);
  }
  return encoder.encode(`${text}\0`);
}

/** The text in a buffer that libc filled, up to its zero byte. */
export function textOf(buffer: Uint8Array): string {
  const end = buffer.indexOf(0);
  return new TextDecoder().decode(end < 0 ? buffer : buffer.subarray(0, end));
}

/** A failed call: what was tried, on what, and libc's reason. */
class LibcError extends Error {
  override readonly name = "LibcError";

  constructor(action: string, readonly errno: number, reason: string) {
    super(`${action}: ${reason}`);
  }
}

/** The error of the call that just failed. */
export function libcError(libc: Libc, action: string): LibcError {
  const errno = libc.errno();
  return new LibcError(action, errno, libc.errorText(errno));
}
