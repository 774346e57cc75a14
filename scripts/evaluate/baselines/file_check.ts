import { createHash } from "node:crypto";
import type { Baseline, BaselineContext } from "./baseline.ts";

interface State {
  differs: boolean;
  told: boolean;
}

/**
 * A static check of the G-code: before the print starts, the digest of the file that the host holds
 * is compared with the one registered at the slicer. It sees whatever was done to the file and
 * nothing that is done later: on the wire, in the firmware, to the machine.
 */
export const FILE_CHECK: Baseline<State> = {
  name: "static check of the file",
  init: ({ file }) => ({ differs: file !== null && differ(file), told: false }),
  step(state) {
    if (!state.differs || state.told) return null;
    state.told = true;
    return "the file differs from the registered one";
  },
};

function differ({ registered, hosted }: NonNullable<BaselineContext["file"]>): boolean {
  return registered !== hosted && digest(registered) !== digest(hosted);
}

function digest(lines: readonly string[]): string {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(line).update("\n");
  return hash.digest("hex");
}

/** Scenarios that rewrite the job's own moves from some layer on, as an edited file does. */
const REWRITTEN = new Set(["A06", "A07", "A08", "A09", "A11", "A12", "A14", "A19"]);

/**
 * Whether what a scenario does to the wire could as well have been done to the file. Lines put in
 * between and held back need somebody on the wire, and no file can lie below it.
 */
export function couldBeInFile(scenario: string, variant: string): boolean {
  return REWRITTEN.has(scenario) || scenario === "A10" && variant === "F";
}
