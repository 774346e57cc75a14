import { cString, ERRNO, type Libc, libcError, textOf } from "./libc.ts";

const O_RDONLY = 0;
const O_CLOEXEC = 0o2000000;
const PATH_BYTES_MAX = 4096;
const DIRENT_NAME_AT = 19;
const AT_FDCWD = -100;
const STATX_BYTES = 256;
const STATX_GID = 0x10;
const STATX_GID_AT = 24;

/**
 * Small file work over libc. Deno's own file API asks for `--allow-all` on most of /dev, /proc and
 * /sys, and the tap runs with `--allow-ffi` and nothing else.
 */
export interface Files {
  /** The first 4 KiB of a file as text, or null if it can't be read. */
  readText(path: string): string | null;
  /** The names in a folder, or null if it can't be read. */
  list(path: string): string[] | null;
  /** What a symbolic link says, or null. */
  readLink(path: string): string | null;
  /** The path with all links resolved, or null if it leads nowhere. */
  resolve(path: string): string | null;
  exists(path: string): boolean;
  /** The group that a file belongs to, by number, or null if it can't be told. */
  groupOf(path: string): number | null;
  /** Makes a folder and its parents. @throws {LibcError} */
  makeFolder(path: string): void;
  /** Points a symbolic link at `target`; whoever opens it sees the old or the new. @throws {LibcError} */
  pointLink(path: string, target: string): void;
  remove(path: string): void;
}

/** Makes the file calls over libc. */
export function files(libc: Libc): Files {
  const { call } = libc;
  return {
    readText: (path) => withFile(libc, path, (fd) => firstText(libc, fd)),
    list: (path) => withFile(libc, path, (fd) => names(libc, fd)),
    readLink(path) {
      const buffer = new Uint8Array(PATH_BYTES_MAX);
      const length = call.readlink(cString(path), buffer, buffer.length - 1);
      return length < 0 ? null : textOf(buffer.subarray(0, length));
    },
    resolve(path) {
      const buffer = new Uint8Array(PATH_BYTES_MAX);
      return call.realpath(cString(path), buffer) === null ? null : textOf(buffer);
    },
    exists: (path) => call.access(cString(path), 0) === 0,
    groupOf(path) {
      const found = new Uint8Array(STATX_BYTES);
      if (call.statx(AT_FDCWD, cString(path), 0, STATX_GID, found) !== 0) return null;
      return new DataView(found.buffer).getUint32(STATX_GID_AT, true);
    },
    makeFolder: (path) => makeFolder(libc, path),
    pointLink: (path, target) => pointLink(libc, path, target),
    remove: (path) => void call.unlink(cString(path)),
  };
}

function withFile<T>(libc: Libc, path: string, use: (fd: number) => T | null): T | null {
  const fd = libc.call.open(cString(path), O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return null;
  try {
    return use(fd);
  } finally {
    libc.call.close(fd);
  }
}

function firstText(libc: Libc, fd: number): string | null {
  const buffer = new Uint8Array(PATH_BYTES_MAX);
  const length = libc.call.read(fd, buffer, buffer.length);
  return length < 0 ? null : new TextDecoder().decode(buffer.subarray(0, length));
}

function names(libc: Libc, fd: number): string[] | null {
  const buffer = new Uint8Array(32_768);
  const view = new DataView(buffer.buffer);
  const found: string[] = [];
  for (;;) {
    const length = libc.call.getdents64(fd, buffer, buffer.length);
    if (length < 0) return null;
    if (length === 0) return found;
    for (let at = 0; at < length; at += view.getUint16(at + 16, true)) {
      const name = textOf(buffer.subarray(at + DIRENT_NAME_AT, at + view.getUint16(at + 16, true)));
      if (name !== "." && name !== "..") found.push(name);
    }
  }
}

function makeFolder(libc: Libc, path: string): void {
  const parts = path.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = parts.slice(0, depth).join("/");
    if (folder === "" || folder === ".") continue;
    if (libc.call.mkdir(cString(folder), 0o755) !== 0 && libc.errno() !== ERRNO.EEXIST) {
      throw libcError(libc, `Cannot make the folder ${folder}`);
    }
  }
}

function pointLink(libc: Libc, path: string, target: string): void {
  const fresh = `${path}.new-${libc.call.getpid()}`;
  libc.call.unlink(cString(fresh));
  if (libc.call.symlink(cString(target), cString(fresh)) !== 0) {
    throw libcError(libc, `Cannot make the link ${path}`);
  }
  if (libc.call.rename(cString(fresh), cString(path)) !== 0) {
    throw libcError(libc, `Cannot put the link ${path} in place`);
  }
}
