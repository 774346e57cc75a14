import { files } from "../serial/files.ts";
import { cString, type Libc } from "../serial/libc.ts";

const O_RDONLY = 0;
const MADV_DONTNEED = 4;
const READ_BYTES = 65_536;

/** A part of this process's memory, by its first address and its length. */
export interface Mapping {
  begin: bigint;
  bytes: bigint;
}

/**
 * Where the program's own code and constants lie, out of the text of `/proc/PID/smaps` (proc(5))
 * [pure]; no part of which this process has written even one page.
 */
export function untouchedOf(smaps: string, program: string): Mapping[] {
  const parts = smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  return parts.flatMap((part) => {
    const read = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \S+ +(.+)$/m.exec(part);
    const isOwn = read !== null && read[3] === program && /^Anonymous: +0 kB$/m.test(part);
    if (!isOwn) return [];
    const begin = BigInt(`0x${read[1]}`);
    return [{ begin, bytes: BigInt(`0x${read[2]}`) - begin }];
  });
}

function textOf(libc: Libc, path: string): string {
  const fd = libc.call.open(cString(path), O_RDONLY, 0);
  if (fd < 0) return "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(READ_BYTES);
  let text = "";
  for (;;) {
    const bytes = libc.call.read(fd, buffer, buffer.length);
    if (bytes <= 0) break;
    text += decoder.decode(buffer.subarray(0, bytes), { stream: true });
  }
  libc.call.close(fd);
  return text;
}

/**
 * Gives back what only starting took: what the C library keeps of freed memory, some 7 MB, and the
 * pages of the program's code and constants, which come back by themselves as they are needed again
 * (they are the file's, unchanged, and shared with every other Deno program). A tap runs for months in a loop
 * that needs a small part of both. Where the system knows no such thing it does nothing.
 */
export function giveBackStart(libc: Libc): void {
  try {
    const { symbols } = Deno.dlopen("libc.so.6", {
      malloc_trim: { parameters: ["usize"], result: "i32" },
      madvise: { parameters: ["usize", "usize", "i32"], result: "i32" },
    });
    symbols.malloc_trim(0n);
    const program = files(libc).readLink("/proc/self/exe");
    if (program === null) return;
    for (const { begin, bytes } of untouchedOf(textOf(libc, "/proc/self/smaps"), program)) {
      symbols.madvise(begin, bytes, MADV_DONTNEED);
    }
  } catch {
    // Another C library: the memory stays where it is.
  }
}
