import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initPause, PauseRecord } from "../../../edge/respond/pause_state.ts";
import { stepPause } from "../../../edge/respond/pause.ts";
import { type Glance, HeldPrint, PLACE } from "./held_print.ts";

const test = suite("a pause on the virtual printer");
const PART = new URL("../../../scripts/parts/bracket-prusaslicer.gcode", import.meta.url).pathname;
const DECISION = "44444444-4444-4444-8444-444444444444";
const LAYERS = 14;
const job = shortJob();
const undisturbed = printed(new HeldPrint(job, true));
/** Steps are whole: positions may differ by half of one, and by nothing more. */
const STEP_MM = 0.02;

/** The part's start and its first layers. */
function shortJob(): string {
  const lines = Deno.readTextFileSync(PART).split("\n");
  let layers = 0;
  const end = lines.findIndex((line) => line.startsWith(";LAYER_CHANGE") && ++layers > LAYERS);
  return lines.slice(0, end).join("\n");
}

function printed(print: HeldPrint): HeldPrint {
  return print.runUntil(() => print.isOver);
}

/** A print in its third layer, whose response begins. */
function responding(obeys: boolean, want: "pause" | "stop" = "pause"): HeldPrint {
  const print = new HeldPrint(job, obeys);
  print.runUntil(() => print.layerMm > 0.5);
  print.do(
    stepPause(print.pause, { type: "begin", want, decisionId: DECISION, deviationIds: [DECISION] }),
  );
  return print;
}

function phaseIs(print: HeldPrint, phase: string): () => boolean {
  return () => print.pause.record.phase === phase;
}

function waits(print: HeldPrint, forS: number): void {
  const untilS = print.nowS + forS;
  print.runUntil(() => print.nowS >= untilS);
}

function resume(print: HeldPrint): void {
  print.do(stepPause(print.pause, { type: "resume", by: "a person" }));
}

/** The longest that a hot nozzle stood still on the part, s. */
function hotOnPartS(glances: readonly Glance[]): number {
  let [longestS, sinceS, before] = [0, Infinity, glances[0]];
  for (const glance of glances) {
    const moved = Math.hypot(
      glance.xyMm[0] - before!.xyMm[0],
      glance.xyMm[1] - before!.xyMm[1],
    ) > 0.01;
    const burns = glance.aboveMm < 1 && glance.nozzleC > 160 && !moved;
    if (!burns) sinceS = Infinity;
    else sinceS = Math.min(sinceS, glance.atS);
    longestS = Math.max(longestS, glance.atS - sinceS);
    before = glance;
  }
  return longestS;
}

/** Whether the part is the one that would have been printed undisturbed, to the step. */
function isSamePart(print: HeldPrint): void {
  const [ended, wanted] = [print.positionMm, undisturbed.positionMm];
  for (const [axis, name] of ["X", "Y", "Z", "E"].entries()) {
    const offMm = Math.abs(ended[axis]! - wanted[axis]!);
    assert.ok(offMm <= STEP_MM, `${name}: ${ended[axis]} instead of ${wanted[axis]} mm`);
  }
}

for (const obeys of [true, false]) {
  const who = obeys ? "a host that pauses where it stands" : "a host that prints on";
  test(`${who}: no hot nozzle stays on the part, and the job ends where it would have`, () => {
    const print = responding(obeys);
    const since = print.glances.length;
    print.runUntil(phaseIs(print, "held"), 120);
    // The last move was taken; it takes a moment to be made.
    waits(print, 3);
    const settled = print.glances.length;
    waits(print, 600);
    const held = print.glances.slice(settled);
    assert.ok(held.every(({ aboveMm }) => aboveMm > 9.9), "the nozzle is off the part");
    assert.ok(held.at(-1)!.nozzleC < PLACE.standbyC + 5, `${held.at(-1)!.nozzleC} °C`);
    assert.ok(held.every(({ xyMm }) => Math.hypot(...xyMm) > 0), "and still over its place");
    const hotS = hotOnPartS(print.glances.slice(since));
    assert.ok(hotS < 25, `a hot nozzle stood on the part for ${hotS} s`);
    resume(print);
    printed(print);
    assert.is(print.pause.record.phase, "idle");
    isSamePart(print);
    assert.ok(!print.reports.some((text) => text.includes("refused")), print.reports.join("; "));
  });
}

test("it reaches full heat before the first filament moves again", () => {
  const print = responding(false);
  print.runUntil(phaseIs(print, "held"), 120);
  waits(print, 900);
  resume(print);
  print.runUntil(phaseIs(print, "idle"), 600);
  const targetC = print.machine.fw.hotendTargetC;
  assert.ok(targetC > 180);
  assert.ok(Math.abs(print.machine.hotend.sensorC - targetC) < 5, "hot before a line goes through");
  printed(print);
  isSamePart(print);
});

test("a stop takes the heat away and the nozzle off, and nothing of the job follows", () => {
  const print = responding(false, "stop");
  print.runUntil(phaseIs(print, "held"), 120);
  const lines = print.host.position;
  waits(print, 900);
  const last = print.glances.at(-1)!;
  assert.ok(last.aboveMm > 9.9);
  assert.ok(last.nozzleC < 60, `${last.nozzleC} °C`);
  assert.is(print.machine.fw.hotendTargetC, 0);
  assert.is(print.machine.fw.bedTargetC, 0);
  assert.ok(print.host.position - lines <= 2, "the host waits");
});

for (const phase of ["holding", "parking", "held", "resuming"] as const) {
  test(`an agent killed while ${phase} goes on from its record, and the job ends where it would have`, () => {
    const print = responding(false);
    if (phase === "resuming") {
      print.runUntil(phaseIs(print, "held"), 120);
      resume(print);
    }
    print.runUntil(phaseIs(print, phase), 120);
    const record = PauseRecord.parse(JSON.parse(JSON.stringify(print.pause.record)));
    const { nowS } = print.pause;
    Object.assign(print.pause, initPause(record, PLACE), { nowS, sinceS: nowS });
    print.do(stepPause(print.pause, { type: "restarted" }));
    if (phase !== "resuming") {
      print.runUntil(phaseIs(print, "held"), 120);
      waits(print, 300);
      assert.ok(print.glances.at(-1)!.aboveMm > 9.9, "the nozzle is off the part");
      assert.ok(print.glances.at(-1)!.nozzleC < PLACE.standbyC + 5);
      resume(print);
    }
    printed(print);
    isSamePart(print);
  });
}

test("an agent that was started in the midst of the job learns the targets, and cools all the same", () => {
  const print = new HeldPrint(job, false);
  print.runUntil(() => print.layerMm > 0.3);
  const { nowS } = print.pause;
  Object.assign(print.pause, initPause(null, PLACE), { nowS });
  print.runUntil(() => print.layerMm > 0.7);
  print.do(
    stepPause(print.pause, {
      type: "begin",
      want: "pause",
      decisionId: DECISION,
      deviationIds: [DECISION],
    }),
  );
  print.runUntil(phaseIs(print, "held"), 120);
  waits(print, 600);
  assert.ok(print.glances.at(-1)!.aboveMm > 9.9);
  assert.ok(print.glances.at(-1)!.nozzleC < PLACE.standbyC + 5);
  resume(print);
  printed(print);
  isSamePart(print);
});

test.run();
