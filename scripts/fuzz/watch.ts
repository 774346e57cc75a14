import { Worker } from "node:worker_threads";
import type { Groups } from "./all_targets.ts";
import { CASE_MS_MAX, type Target } from "./target.ts";
import { BATCH, batchSeed, type Ran } from "./run_cases.ts";

/** Written by a worker: target, batch, case within it, and how many cases were begun. */
export type Progress = Int32Array<SharedArrayBuffer>;
export const PROGRESS = { target: 0, batch: 1, index: 2, begun: 3 } as const;

export interface ToWorker {
  /** Address of the file whose GROUPS has the group. */
  module: string;
  group: string;
  seed: number;
  /** How many cases the whole group is given. */
  cases: number;
  /** Where to go on, after another worker that had to be ended. */
  from: Place;
  shared: SharedArrayBuffer;
}

export type FromWorker = { type: "ran"; target: string; ran: Ran } | { type: "done" };

interface Place {
  target: number;
  batch: number;
}

export interface Crash {
  target: string;
  message: string;
  input: string;
}

/** What a whole run came to. */
export interface Outcome {
  cases: number;
  crashes: Crash[];
  slowest: { target: string; ms: number };
}

export interface FuzzWish {
  seed: number;
  cases: number;
  /** Names of the groups; all by default. */
  groups?: readonly string[];
  /** Address of a file with other GROUPS. */
  module?: string;
  /** A case that takes so long by the clock on the wall hangs, ms. */
  hangMs?: number;
  /** Told after each target. */
  said?(target: string, ran: Ran): void;
}

/** Opening a group starts servers and prints a part on a virtual printer, ms. */
const OPEN_MS = 180_000;
const HANG_MS = 20_000;
const LOOK_EVERY_MS = 500;

/** Runs groups one after another, each in a thread that is ended if one of its cases hangs. */
export async function fuzz(wish: FuzzWish): Promise<Outcome> {
  const outcome: Outcome = { cases: 0, crashes: [], slowest: { target: "", ms: 0 } };
  const module = wish.module ?? new URL("./all_targets.ts", import.meta.url).href;
  const { GROUPS }: { GROUPS: Groups } = await import(module);
  const names = wish.groups ?? Object.keys(GROUPS);
  const weights = names.reduce((sum, name) => sum + GROUPS[name]!.weight, 0);
  for (const group of names) {
    const cases = Math.ceil(wish.cases * GROUPS[group]!.weight / weights);
    const task = { module, group, seed: wish.seed, cases };
    let from: Place | null = { target: 0, batch: 0 };
    while (from !== null) from = await runGroup({ ...task, from }, GROUPS, wish, outcome);
  }
  return outcome;
}

/** @returns where to go on behind a case that hung; null once the group is done */
async function runGroup(
  asked: Omit<ToWorker, "shared">,
  groups: Groups,
  wish: FuzzWish,
  outcome: Outcome,
): Promise<Place | null> {
  const shared = new SharedArrayBuffer(4 * Object.keys(PROGRESS).length);
  const progress: Progress = new Int32Array(shared);
  const workerData: ToWorker = { ...asked, shared };
  // Not the web's Worker: `terminate` of that leaves a thread that spins running (Deno 2.9.5).
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
  const ended = await new Promise<"done" | "hung" | Error>((resolve) => {
    const timer = watchProgress(progress, wish.hangMs ?? HANG_MS, () => resolve("hung"));
    const end = (how: "done" | Error) => {
      clearInterval(timer);
      resolve(how);
    };
    worker.on("message", (data: FromWorker) => {
      if (data.type === "done") end("done");
      else note(outcome, data.target, data.ran, wish);
    });
    worker.on("error", end);
  });
  await worker.terminate();
  if (ended === "done") return null;
  const { target, batch } = placeOf(progress);
  outcome.crashes.push(await describe(groups[asked.group]!.open, wish.seed, progress, ended));
  return ended === "hung" ? { target, batch: batch + 1 } : null;
}

function watchProgress(progress: Progress, hangMs: number, onHang: () => void) {
  let [begun, sinceMs] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = Atomics.load(progress, PROGRESS.begun);
    if (now !== begun) [begun, sinceMs] = [now, performance.now()];
    if (performance.now() - sinceMs < (begun === 0 ? OPEN_MS : hangMs)) return;
    clearInterval(timer);
    onHang();
  }, LOOK_EVERY_MS);
  return timer;
}

function note(outcome: Outcome, target: string, ran: Ran, { said }: FuzzWish): void {
  outcome.cases += ran.cases;
  outcome.crashes.push(...ran.found.map((found) => ({ target, ...found })));
  // Floods have a time of their own.
  const isCase = ran.caseMsMax <= CASE_MS_MAX;
  if (isCase && ran.slowestMs > outcome.slowest.ms) outcome.slowest = { target, ms: ran.slowestMs };
  said?.(target, ran);
}

function placeOf(progress: Progress): Place & { index: number } {
  const at = (slot: number) => Atomics.load(progress, slot);
  return { target: at(PROGRESS.target), batch: at(PROGRESS.batch), index: at(PROGRESS.index) };
}

/** Draws the case once more that was under way: its thread can't say it any more. */
async function describe(
  open: () => Promise<Target[]>,
  seed: number,
  progress: Progress,
  ended: "hung" | Error,
): Promise<Crash> {
  const { target: at, batch, index } = placeOf(progress);
  const targets = await open();
  const target = targets[at];
  const input = target?.shown({ seed: batchSeed(seed, batch), cases: BATCH }, index) ?? "";
  for (const one of targets) await one.close?.();
  const message = ended === "hung" ? "A case came to no end" : `A thread died: ${ended.message}`;
  return { target: target?.name ?? "", message, input };
}
