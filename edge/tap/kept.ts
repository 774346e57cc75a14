import type { FdStore } from "../serial/fd_store.ts";
import type { Libc } from "../serial/libc.ts";
import { asPipe, openPipe, type Pipe } from "../serial/pipe.ts";
import { makeMemoryFile, mapMemory } from "../serial/shared_memory.ts";
import { type RingMemory, ringMemoryBytes, ringMemoryIn } from "./ring.ts";

/** Under which names the service manager keeps a tap's descriptors. */
export const KEPT = {
  printer: "printer",
  pty: "pty",
  session: "session",
  ring: "ring",
  toPrinter: { in: "to-printer.in", out: "to-printer.out" },
  toHost: { in: "to-host.in", out: "to-host.out" },
} as const;

/** Places within the ring's memory, before its marks. */
const CAPACITY_AT = 8;
const PASSING_AT = 16;

/** A lane's pipe: that of the run before, or a new one that is kept from now on. */
export function keptPipe(
  libc: Libc,
  store: FdStore,
  kept: Map<string, number>,
  names: { in: string; out: string },
): Pipe {
  const [readFd, writeFd] = [taken(kept, names.out), taken(kept, names.in)];
  if (readFd !== null && writeFd !== null) return asPipe(libc, readFd, writeFd);
  for (const [name, fd] of [[names.out, readFd], [names.in, writeFd]] as const) {
    if (fd !== null) letGoOf(libc, store, name, fd);
  }
  const pipe = openPipe(libc);
  store.keep(names.out, pipe.readFd);
  store.keep(names.in, pipe.writeFd);
  return pipe;
}

/** A file in memory for what has to be remembered: that of the run before, or a new, empty one. */
export function keptSession(libc: Libc, store: FdStore, kept: Map<string, number>): number {
  const before = taken(kept, KEPT.session);
  if (before !== null) return before;
  const fd = makeMemoryFile(libc, "printwarden-tap", 0);
  store.keep(KEPT.session, fd);
  return fd;
}

/** Memory of the ring's, and one word for each lane: whether it is passing bytes on just now. */
export interface KeptRing {
  memory: RingMemory;
  passing: [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
  /** Whether it is that of the run before, every byte that crossed being in it. */
  goesOn: boolean;
}

/** Memory for a ring of a capacity: that of the run before if it is whole, or new. */
export function keptRing(
  libc: Libc,
  store: FdStore,
  kept: Map<string, number>,
  capacityBytes: number,
): KeptRing {
  const bytes = ringMemoryBytes(capacityBytes);
  const before = taken(kept, KEPT.ring);
  if (before !== null && capacityIn(libc, before) === capacityBytes) {
    const ring = ringOf(mapMemory(libc, before, bytes), true);
    // Killed between passing bytes on and writing them down: nobody can say which of both is true.
    if (ring.passing.every(([word]) => word === 0)) return ring;
  }
  if (before !== null) letGoOf(libc, store, KEPT.ring, before);
  const fd = makeMemoryFile(libc, "printwarden-ring", bytes);
  const memory = mapMemory(libc, fd, bytes);
  new Float64Array(memory, CAPACITY_AT, 1)[0] = capacityBytes;
  store.keep(KEPT.ring, fd);
  return ringOf(memory, false);
}

function ringOf(memory: ArrayBuffer, goesOn: boolean): KeptRing {
  const word = (at: number) => new Int32Array(memory, at, 1);
  return {
    memory: ringMemoryIn(memory),
    passing: [word(PASSING_AT), word(PASSING_AT + 4)],
    goesOn,
  };
}

/** For which capacity a file was made, before any of it is mapped. */
function capacityIn(libc: Libc, fd: number): number {
  const bytes = new Float64Array(1);
  libc.call.pread(fd, new Uint8Array(bytes.buffer), 8, CAPACITY_AT);
  return bytes[0] ?? 0;
}

/** Takes a descriptor out of those that were kept; null if it isn't among them. */
export function taken(kept: Map<string, number>, name: string): number | null {
  const fd = kept.get(name) ?? null;
  kept.delete(name);
  return fd;
}

/** Lets go of what nobody took. */
export function letGo(libc: Libc, store: FdStore, kept: Map<string, number>): void {
  for (const [name, fd] of kept) letGoOf(libc, store, name, fd);
  kept.clear();
}

function letGoOf(libc: Libc, store: FdStore, name: string, fd: number): void {
  store.forget(name);
  libc.call.close(fd);
}
