import { addedUnit } from "./added_unit.ts";

/** Kernel ticks a second, as /proc counts them. */
const TICKS_PER_S = 100;

/**
 * Tells on the console, again and again, what each of the guard's services has taken of the machine:
 * resident memory, and processor time.
 */
const TELLER = `[Service]
ExecStart=/bin/sh -c 'while sleep 15; do \\
 for file in $$(find /sys/fs/cgroup -path "*/printwarden-*.service/cgroup.procs"); do \\
 for process in $$(cat "$$file"); do \\
 echo "TAKEN $$(basename "$$(dirname "$$file")" .service)" $$(grep VmRSS /proc/$$process/status) \\
 ticks $$(cut -d " " -f 14,15 /proc/$$process/stat); \\
 done; done > /dev/console; done'
`;

/** What a service has taken of its machine so far. */
export interface Taken {
  residentMB: number;
  /** Processor time, s. */
  cpuS: number;
}

/** Words of the kernel's command line that have it told. */
export function takenWords(): string {
  return addedUnit("taken", TELLER);
}

/**
 * What was told last of each service.
 *
 * @param said what the console has said
 * @returns by the service's name; empty if nothing was told
 */
export function takenBy(said: string): Map<string, Taken> {
  const lines = said.matchAll(
    /TAKEN (printwarden-\S+) VmRSS: (\d+) kB ticks (\d+) (\d+)/g,
  );
  return new Map(lines.map(([, name, kB, user, system]) => [name!, {
    residentMB: Number(kB) * 1024 / 1e6,
    cpuS: (Number(user) + Number(system)) / TICKS_PER_S,
  }]));
}
