/** Kernel ticks a second, as /proc counts them on every Linux that Deno runs on. */
const TICKS_PER_S = 100;

/** Processor time that a process has had so far, its threads included, s (proc(5), fields 14, 15). */
export function cpuS(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}
