import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BaselineGuard, contextOf } from "../../../../scripts/evaluate/traces/baseline_guard.ts";
import { baselineLines, BaselineRun } from "../../../../scripts/evaluate/traces/baseline_run.ts";
import type { Injection } from "../../../../scripts/evaluate/traces/injections.ts";
import type { Row } from "../../../../scripts/evaluate/traces/trace.ts";
import { heaterStream } from "./streams.ts";

const traces = suite("scripts/evaluate baselines on traces");

const rows: Row[] = heaterStream(3, 600).map(({ eventTimeS, measuredC, targetC, duty }) => ({
  eventTimeS,
  afterGap: false,
  hotend: { measuredC, targetC, duty },
  bed: null,
}));
const trace = { name: "made up", rows, hours: 0.5, hotHours: 0.5 };

function colder(fromS: number): Row[] {
  return rows.slice(fromS, fromS + 120).map((row) => ({
    ...row,
    hotend: { ...row.hotend!, measuredC: row.hotend!.measuredC - 10 },
  }));
}

const injection = (side: "threat" | "disturbance") =>
  ({ kind: "cold", size: 10, side }) as Injection;

traces("a run tells what each baseline made of injections, and of the untouched rest", () => {
  const run = new BaselineRun(trace);
  run.inject(300, colder(300), injection("threat"));
  run.inject(350, colder(350), injection("disturbance"));
  run.finish();
  const [verify, runaway] = baselineLines([run], ({ side }) => side === "threat");
  assert.equal(verify!.threats, { n: 1, detected: 1 });
  assert.equal(verify!.disturbances, { n: 1, alarmed: 1 });
  assert.is(verify!.medianDelayS, 24);
  assert.is(runaway!.medianDelayS, 40);
  assert.is(verify!.falsePer100h, 0);
});

traces("a copy that is led astray leaves the one it was made of alone", () => {
  const guard = new BaselineGuard(contextOf(rows));
  rows.slice(0, 300).forEach((row) => guard.step(row));
  const copy = guard.fork();
  const astray = colder(300).flatMap((row) => copy.step(row));
  const rest = rows.slice(300).flatMap((row) => guard.step(row));
  assert.ok(astray.length > 0);
  assert.equal(rest, []);
});

traces("without a heat-up nothing is tuned and the thermal model stays silent", () => {
  const holds = rows.slice(100);
  assert.is(contextOf(holds).model, null);
  const guard = new BaselineGuard(contextOf(holds));
  const jump = colder(300).flatMap((row) => guard.step(row)).map(({ name }) => name);
  assert.not(jump.some((name) => name.startsWith("Prusa")));
});

traces.run();
