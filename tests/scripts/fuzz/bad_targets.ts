import process from "node:process";
import fc from "fast-check";
import type { Groups } from "../../../scripts/fuzz/all_targets.ts";
import { makeTarget } from "../../../scripts/fuzz/target.ts";

const numbers = fc.nat({ max: 1000 });

/** Readers that break in every way that the fuzzing must notice. */
export const GROUPS: Groups = {
  throws: {
    weight: 1,
    open: () =>
      Promise.resolve([makeTarget({
        name: "throws from 100 on",
        weight: 1,
        inputs: numbers,
        run(number) {
          if (number >= 100) throw new RangeError(`At most 99 was expected, got ${number}`);
        },
      })]),
  },
  slow: {
    weight: 1,
    open: () =>
      Promise.resolve([makeTarget({
        name: "takes long from 500 on",
        weight: 1,
        caseMsMax: 30,
        inputs: numbers,
        run: (number) => number >= 500 ? spin(60) : undefined,
      })]),
  },
  hangs: {
    weight: 1,
    open: () =>
      Promise.resolve([
        makeTarget({
          name: "never ends at 999 and more",
          weight: 1,
          inputs: numbers,
          run: (number) => number >= 999 ? spin(1e9) : undefined,
        }),
        makeTarget({ name: "comes after it", weight: 1, inputs: numbers, run() {} }),
      ]),
  },
};

/** Keeps its thread at work for so long, by the thread's own time. */
function spin(ms: number): void {
  const before = process.threadCpuUsage();
  while (process.threadCpuUsage(before).user < ms * 1000);
}
