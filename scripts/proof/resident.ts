import { addedUnit } from "./added_unit.ts";

/** Tells on the console, again and again, how much memory each of the guard's services has resident. */
const TELLER = `[Service]
ExecStart=/bin/sh -c 'while sleep 15; do \\
 for file in $$(find /sys/fs/cgroup -path "*/printwarden-*.service/cgroup.procs"); do \\
 for process in $$(cat "$$file"); do \\
 echo "RESIDENT $$(basename "$$(dirname "$$file")" .service)" $$(grep VmRSS /proc/$$process/status); \\
 done; done > /dev/console; done'
`;

/** Words of the kernel's command line that have it told. */
export function residentWords(): string {
  return addedUnit("resident", TELLER);
}

/**
 * Each service's memory as it was told last.
 *
 * @param said what the console has said
 * @returns MB by the service's name; empty if nothing was told
 */
export function residentMB(said: string): Map<string, number> {
  const lines = said.matchAll(/RESIDENT (printwarden-\S+) VmRSS: (\d+) kB/g);
  return new Map(lines.map(([, name, kB]) => [name!, Number(kB) * 1024 / 1e6]));
}
