import process from "node:process";
import type { Found, Target } from "./target.ts";

/** Cases between two looks at memory and at whoever watches. */
export const BATCH = 200;
/** A heap beyond this is more than any case may have left behind, bytes. */
const HEAP_BYTES_MAX = 1_500_000_000;
/** What went wrong once is told once; after so many different faults a target is left. */
const FOUND_MAX = 5;
/** Beyond this a case is run again, to see whether it was its own doing, ms. */
const LOOK_MS = 20;

/** What became of one target's cases. */
export interface Ran {
  cases: number;
  found: Found[];
  /** The slowest case, ms of this thread's own time. */
  slowestMs: number;
  /** How long one was allowed to take, ms. */
  caseMsMax: number;
}

/** Told before each case: which batch, and which of its cases. */
export type Watch = (batch: number, index: number) => void;

/** The seed of a batch: whoever knows it can draw its cases again. */
export function batchSeed(seed: number, batch: number): number {
  return (Math.imul(seed, 0x9e3779b1) + batch) | 0;
}

/** Runs a target's cases in batches, from batch `from` on. */
export async function runCases(
  target: Target,
  seed: number,
  cases: number,
  from = 0,
  watch: Watch = () => {},
): Promise<Ran> {
  const ran: Ran = { cases: 0, found: [], slowestMs: 0, caseMsMax: target.caseMsMax };
  for (let batch = from; ran.cases < cases && ran.found.length < FOUND_MAX; batch++) {
    let index = 0;
    const draw = { seed: batchSeed(seed, batch), cases: Math.min(BATCH, cases - ran.cases) };
    const found = await target.check(draw, async (run) => {
      watch(batch, index++);
      const ms = await timed(run);
      ran.slowestMs = Math.max(ran.slowestMs, ms);
      if (ms > target.caseMsMax) {
        throw new Error(`A case took ${ms.toFixed(0)} ms: at most ${target.caseMsMax} are allowed`);
      }
    });
    ran.cases += draw.cases;
    if (found && !ran.found.some(({ message }) => sameFault(message, found.message))) {
      ran.found.push(found);
    }
    if (Deno.memoryUsage().heapUsed > HEAP_BYTES_MAX) {
      ran.found.push({ message: "The heap grew beyond 1.5 GB", input: `batch ${batch}` });
      break;
    }
  }
  return ran;
}

/** Two faults are one if their first lines, numbers aside, and their places are the same. */
function sameFault(one: string, other: string): boolean {
  const gist = (text: string) => text.split("\n").slice(0, 2).join("\n").replace(/\d+/g, "#");
  return gist(one) === gist(other);
}

/**
 * How long a case takes, in ms of its thread's own time: a machine with other work makes any case
 * look slow by the clock on the wall. A slow one is run again, and what counts is the least.
 */
async function timed(run: () => void | Promise<void>): Promise<number> {
  let leastMs = await ownMs(run);
  for (let again = 0; again < 3 && leastMs > LOOK_MS; again++) {
    leastMs = Math.min(leastMs, await ownMs(run));
  }
  return leastMs;
}

async function ownMs(run: () => void | Promise<void>): Promise<number> {
  const before = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
