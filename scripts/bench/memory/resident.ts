/** What a process holds of the machine's memory, in MB of a million bytes. */
export interface Resident {
  /** All of its pages that are in memory, those of the programs' files included. */
  residentMB: number;
  /** The most that this ever was. */
  peakMB: number;
  /** Its own pages alone: another Deno on the same machine shares the rest. */
  ownMB: number;
}

const KB = 1024;
const MB = 1e6;

/** Reads `/proc/PID/status` (proc(5)). */
export function residentOf(pid: number): Resident {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const read = (name: string) => {
    const kilobytes = Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
    return Math.round(kilobytes * KB / MB * 10) / 10;
  };
  return { residentMB: read("VmRSS"), peakMB: read("VmHWM"), ownMB: read("RssAnon") };
}
