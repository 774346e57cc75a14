import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Unit } from "../../../../scripts/evaluate/run/plan.ts";
import { runUnits } from "../../../../scripts/evaluate/run/pool.ts";
import type { UnitRecord } from "../../../../scripts/evaluate/run/record.ts";

const pool = suite("runUnits");

const UNIT: Unit = {
  index: 0,
  printer: 1_000_050,
  set: "train",
  suites: ["S0"],
  cells: [],
  cleanHours: 0.1,
  quick: true,
  leaveOut: null,
};

async function run(units: Unit[], signal = new AbortController().signal): Promise<UnitRecord[]> {
  const records: UnitRecord[] = [];
  await runUnits(units, 1, (record) => records.push(record), signal);
  return records;
}

pool("a unit gives its first print and a clean one, the same each time", async () => {
  const [record] = await run([UNIT]);
  assert.equal(record!.prints.map(({ purpose }) => purpose), ["first", "clean"]);
  assert.ok(record!.prints.every(({ suites }) => Array.isArray(suites.S0)));
  const [again] = await run([UNIT]);
  assert.equal({ ...again, tookS: 0 }, { ...record, tookS: 0 });
});

pool("a unit that fails is named with its reason", async () => {
  const cells = [{ cell: "Z99", run: 999, suites: ["S0"] as const, others: [] }];
  try {
    await run([{ ...UNIT, index: 7, cells, cleanHours: 0 }]);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /unit 7.*'Z99'/);
  }
});

pool("an interrupted run ends without an error", async () => {
  const stop = new AbortController();
  stop.abort();
  assert.equal(await run([UNIT], stop.signal), []);
});

pool.run();
