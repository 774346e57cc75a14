/** One of the pool's workers: takes units, gives back their records. */
import type { Unit } from "./plan.ts";
import { type Bench, makeBench, runUnit } from "./unit.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Unit>) => void;
  postMessage: (message: unknown) => void;
};

let bench: { set: Unit["set"]; made: Promise<Bench> } | null = null;

scope.onmessage = async ({ data: unit }) => {
  try {
    if (bench?.set !== unit.set) bench = { set: unit.set, made: makeBench(unit.set) };
    scope.postMessage({ ok: true, record: await runUnit(unit, await bench.made) });
  } catch (error) {
    const reason = error instanceof Error ? error.stack ?? error.message : String(error);
    scope.postMessage({ ok: false, unit: unit.index, reason });
  }
};
