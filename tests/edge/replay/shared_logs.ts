import { fileURLToPath } from "node:url";

/** Logs of real printers, which are not part of the project. */
export const SHARED = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));

/** Says loudly that a test was left out, if the data aren't there. */
export function skipWithoutSharedData(): boolean {
  try {
    return !Deno.statSync(SHARED).isDirectory;
  } catch {
    console.log("SKIPPED: ../shared/data is absent, nothing was replayed from it");
    return true;
  }
}
