import { readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Corrupt files that are kept for an inquiry; older ones are removed. */
const KEPT_CORRUPT_MAX = 2;

/** Moves a corrupt database aside, for an inquiry; gives where it stands now. */
export function moveAside(file: string): string {
  const prefix = `${basename(file)}.corrupt-`;
  const taken = readdirSync(dirname(file))
    .map((name) => name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0);
  const target = `${file}.corrupt-${Math.max(0, ...taken.filter(Number.isInteger)) + 1}`;
  renameSync(file, target);
  // The write-ahead log belongs to the corrupt file; a new file must not meet it.
  rmSync(`${file}-wal`, { force: true });
  rmSync(`${file}-shm`, { force: true });
  removeOldCorrupt(file);
  return target;
}

function removeOldCorrupt(file: string): void {
  const prefix = `${basename(file)}.corrupt-`;
  const numbers = readdirSync(dirname(file))
    .map((name) => name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN)
    .filter(Number.isInteger).sort((a, b) => a - b);
  for (const number of numbers.slice(0, Math.max(0, numbers.length - KEPT_CORRUPT_MAX))) {
    rmSync(join(dirname(file), `${prefix}${number}`), { force: true });
  }
}
