import type { FdStore } from "../serial/fd_store.ts";
import { cString, type Libc, libcError } from "../serial/libc.ts";
import { asPipe, openPipe, type Pipe } from "../serial/pipe.ts";

/** Under which names the service manager keeps a tap's descriptors. */
export const KEPT = {
  printer: "printer",
  pty: "pty",
  session: "session",
  toPrinter: { in: "to-printer.in", out: "to-printer.out" },
  toHost: { in: "to-host.in", out: "to-host.out" },
} as const;

const MFD_CLOEXEC = 1;

/** A lane's pipe: that of the run before, or a new one that is kept from now on. */
export function keptPipe(
  libc: Libc,
  store: FdStore,
  kept: Map<string, number>,
  names: { in: string; out: string },
): Pipe {
  const [readFd, writeFd] = [taken(kept, names.out), taken(kept, names.in)];
  if (readFd !== null && writeFd !== null) return asPipe(libc, readFd, writeFd);
  for (const fd of [readFd, writeFd]) if (fd !== null) libc.call.close(fd);
  for (const name of [names.in, names.out]) store.forget(name);
  const pipe = openPipe(libc);
  store.keep(names.out, pipe.readFd);
  store.keep(names.in, pipe.writeFd);
  return pipe;
}

/** A file in memory for what has to be remembered: that of the run before, or a new, empty one. */
export function keptMemory(libc: Libc, store: FdStore, kept: Map<string, number>): number {
  const before = taken(kept, KEPT.session);
  if (before !== null) return before;
  const fd = libc.call.memfd_create(cString("printwarden-tap"), MFD_CLOEXEC);
  if (fd < 0) throw libcError(libc, "Cannot make a file in memory");
  store.keep(KEPT.session, fd);
  return fd;
}

/** Takes a descriptor out of those that were kept; null if it isn't among them. */
export function taken(kept: Map<string, number>, name: string): number | null {
  const fd = kept.get(name) ?? null;
  kept.delete(name);
  return fd;
}

/** Lets go of what nobody took. */
export function letGo(libc: Libc, store: FdStore, kept: Map<string, number>): void {
  for (const [name, fd] of kept) {
    store.forget(name);
    libc.call.close(fd);
  }
  kept.clear();
}
