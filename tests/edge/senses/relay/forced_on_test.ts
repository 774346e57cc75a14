import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initAskedHeat, stepAskedHeat } from "../../../../edge/respond/asked_heat.ts";
import { noteAsked, stepForcedOn } from "../../../../edge/senses/relay/forced_on.ts";
import { initForcedOn } from "../../../../edge/senses/relay/forced_on_state.ts";
import { judgedRun } from "../../../../scripts/bench/forced_on/forced_run.ts";
import { panelPreheat } from "../../../../scripts/bench/forced_on/panel_preheat.ts";
import { jobLines } from "../../../../scripts/printer/host/host.ts";
import { drawHost } from "../../../../scripts/printer/host/stream_host.ts";
import { Random } from "../../../../scripts/printer/random.ts";
import { makeInjection } from "../../../../scripts/printer/scenario/draw_injection.ts";
import { simulate } from "../../../../scripts/printer/simulate.ts";
import { type Act, BRACKET, printerOf } from "../../analysis/runs.ts";

const tests = suite("a heater forced on");
const LIMITS = { limitC: 320 };
/** Printers of the training set: bang-bang, PID, weak and strong heaters. */
const SEEDS = [1_000_100, 1_000_101, 1_000_102, 1_000_103, 1_000_104, 1_000_105];
/** A block that is heated, rests, and is switched off again while it is hot. */
const HEAT_AND_OFF = ["M104 S200", "M109 S200", "G4 S30", "M104 S0", "G4 S60"];

interface Tripped {
  atS: number;
  why: string;
}

/** What the virtual printer's gate and second thermometer show, judged as the senses do. */
function judged(
  seed: number,
  gcode: readonly string[],
  acts: (saidOffS: number) => Act[] = () => [],
  {
    thermometer = true,
    stuckGate = null as number | null,
    warm = true,
    reportS = 1,
    /** From then on the gate's line says full on, s; and what it says until then, if not the truth. */
    shortedS = Infinity,
    before = null as number | null,
    tellsDuty = true,
    /** So long after the heater was off the firmware's answers are withheld, s. */
    silentAfterOffS = Infinity,
  } = {},
): { tripped: Tripped | null; offS: number } {
  const printer = printerOf(seed);
  printer.firmware.reportsDuty = tellsDuty;
  const options = {
    seed,
    printer,
    gcode: [...gcode],
    host: { ...drawHost(seed, "printcore"), autoReportS: reportS },
    ...(warm ? { warm: { hotendC: 195, bedC: 50 } } : {}),
    sensesEveryS: 0.2,
  };
  const offS = saidOff(options);
  const state = initForcedOn(), asking = initAskedHeat();
  let on: number | null = null;
  const injections = acts(offS).map((act) => makeInjection(act, new Random(seed)));
  for (const one of simulate({ ...options, injections })) {
    if (one.type === "received" && one.eventTimeS > offS + silentAfterOffS) continue;
    if (one.type !== "reading") {
      const asked = stepAskedHeat(asking, one);
      if (asked) noteAsked(state, asked);
    } else if (one.sense === "hotendDuty") {
      on = stuckGate ?? (one.eventTimeS > shortedS ? 1 : before ?? one.value);
    } else if (one.sense === "secondHotendC") {
      const hotC = thermometer ? one.value : null;
      const why = stepForcedOn(state, LIMITS, one.eventTimeS, on, hotC);
      if (why) return { tripped: { atS: one.eventTimeS, why }, offS };
    }
  }
  return { tripped: null, offS };
}

/** When the firmware first says that nothing is asked of the heater any more. */
function saidOff(options: Parameters<typeof simulate>[0]): number {
  let wasOn = false;
  for (const one of simulate(options)) {
    if (one.type !== "received" || !/T:\d/.test(one.line)) continue;
    const isOff = /T:[\d.]+ \/0\.0?0/.test(one.line);
    if (wasOn && isOff) return one.eventTimeS;
    wasOn ||= !isOff;
  }
  return Infinity;
}

tests("after the heater was switched off, power trips it in about two seconds", () => {
  const all: number[] = [];
  for (const seed of SEEDS) {
    const forced = (offS: number) => [
      { id: "B05", atS: offS + 8, size: 100, forS: 30, variant: "hotend" },
    ];
    const { tripped, offS } = judged(seed, HEAT_AND_OFF, forced);
    assert.ok(tripped, `${seed} never tripped`);
    const tookS = tripped!.atS - (offS + 8);
    assert.ok(tookS > 0 && tookS <= 2.6, `${seed}: ${tookS.toFixed(1)} s`);
    all.push(tookS);
    assert.match(tripped!.why, /and the block heats up|until then both agreed/);
  }
  assert.ok(all.sort((a, b) => a - b)[SEEDS.length >> 1]! <= 2, all.join());
});

tests("in the midst of a print the firmware's own reports trip it within two seconds", () => {
  for (const seed of SEEDS) {
    const act = { id: "B05", atS: 150, size: 100, forS: 40, variant: "hotend" };
    const { tripped } = judged(seed, jobLines(BRACKET), () => [act]);
    assert.ok(tripped && tripped.atS >= 150 && tripped.atS <= 152, `${seed}: ${tripped?.atS}`);
  }
});

tests("a firmware that tells no duty contradicts by its temperatures, as soon", () => {
  const whys: string[] = [];
  for (const seed of SEEDS) {
    const act = { id: "B05", atS: 150, size: 100, forS: 40, variant: "hotend" };
    const { tripped } = judged(seed, jobLines(BRACKET), () => [act], { tellsDuty: false });
    assert.ok(tripped && tripped.atS >= 150 && tripped.atS <= 152, `${seed}: ${tripped?.atS}`);
    whys.push(tripped!.why);
  }
  assert.match(whys.join(), "hot enough by the firmware's word, and until then both agreed");
});

tests("without a duty told, clean prints, cold starts and a rare report never trip it", () => {
  for (const seed of SEEDS) {
    for (const more of [{ warm: false }, { reportS: 5 }]) {
      const { tripped } = judged(seed, jobLines(BRACKET), undefined, { tellsDuty: false, ...more });
      assert.is(tripped, null, `${seed}: ${tripped?.why}`);
    }
  }
});

tests("a line that never agreed with the reports is not believed against them", () => {
  for (const seed of SEEDS) {
    // It says nothing, whatever is reported, and then full.
    const options = { shortedS: 150, before: 0 };
    const run = judged(seed, jobLines(BRACKET), undefined, options);
    assert.not.match(run.tripped?.why ?? "", "until then both agreed", `${seed}`);
  }
});

tests("a line that agreed until it went full on is believed: the heaters are cut", () => {
  for (const seed of SEEDS) {
    const { tripped } = judged(seed, jobLines(BRACKET), undefined, { shortedS: 150 });
    assert.ok(tripped && tripped.atS >= 150, `${seed}: ${tripped?.atS}`);
  }
});

tests("clean prints, cold starts and a rarely polled printer never trip it", () => {
  for (const seed of SEEDS) {
    for (const more of [{ warm: false }, { reportS: 5 }]) {
      assert.is(judged(seed, jobLines(BRACKET), undefined, more).tripped, null, `${seed}`);
    }
    assert.is(judged(seed, HEAT_AND_OFF).tripped, null, `${seed}`);
  }
});

tests("a person who preheats at the panel of a printer that is off trips nothing", () => {
  for (const [at, seed] of SEEDS.entries()) {
    for (const reportS of [2, 5]) {
      const options = {
        seed,
        printer: printerOf(seed),
        gcode: HEAT_AND_OFF,
        host: { ...drawHost(seed, "printcore"), autoReportS: reportS },
        warm: { hotendC: 195, bedC: 50 },
        sensesEveryS: 0.1,
      };
      const preheat = panelPreheat(saidOff(options) + 8 + at * reportS / SEEDS.length, 210);
      const { injection, others } = preheat;
      const { trippedS } = judgedRun({ ...options, injections: [injection], others });
      assert.is(trippedS, null, `${seed}, reports each ${reportS} s`);
    }
  }
});

tests("a heater that is off and forced on is cut although reports cease", () => {
  const [seed] = SEEDS,
    act = (offS: number) => [
      { id: "B05", atS: offS + 8, size: 100, forS: 30, variant: "hotend" },
    ];
  const { tripped, offS } = judged(seed!, HEAT_AND_OFF, act, { silentAfterOffS: 8 });
  assert.ok(tripped && tripped.atS < offS + 8 + 6, `${tripped?.atS}, off ${offS}`);
});

tests("a person's new set point, a draught or a weak heater doesn't trip it", () => {
  const acts: Act[] = [
    { id: "E11", atS: 120, size: 10, forS: 60, variant: "panel-temperature" },
    { id: "E11", atS: 120, size: 10, forS: 60, variant: "temperature" },
    { id: "E01", atS: 120, size: 3, forS: 60, variant: "steady" },
    { id: "E05", atS: 120, size: -20, forS: 60, variant: "hotend" },
    { id: "E12", atS: 120, size: 1, forS: 60, variant: "panel-pause" },
  ];
  for (const [at, act] of acts.entries()) {
    const seed = SEEDS[at]!;
    assert.is(judged(seed, jobLines(BRACKET), () => [act]).tripped, null, `${act.id} ${seed}`);
  }
});

tests("a gate line that sticks never trips it: the heat doesn't follow", () => {
  for (const seed of SEEDS.slice(0, 3)) {
    const run = judged(seed, HEAT_AND_OFF, undefined, { stuckGate: 1 });
    // What is on for good and rests at its set point looks like nothing at all.
    assert.is(run.tripped, null, `${seed}: ${run.tripped?.why}`);
  }
});

tests("without a second thermometer the reports have to show it, which takes longer", () => {
  for (const seed of SEEDS.slice(0, 3)) {
    const forced = (offS: number) => [
      { id: "B05", atS: offS + 8, size: 100, forS: 40, variant: "hotend" },
    ];
    const { tripped, offS } = judged(seed, HEAT_AND_OFF, forced, { thermometer: false });
    assert.ok(tripped && tripped.atS < offS + 16, `${seed}: ${tripped?.atS}`);
    const stuck = judged(seed, HEAT_AND_OFF, undefined, { thermometer: false, stuckGate: 1 });
    assert.is(stuck.tripped, null);
  }
});

tests("beyond the limit it trips whatever is asked, and whoever is away", () => {
  const state = initForcedOn();
  let why: string | null = null;
  for (let atS = 0; why === null && atS < 20; atS += 0.1) {
    why = stepForcedOn(state, LIMITS, atS, 1, 300 + 2 * atS);
  }
  assert.match(why!, "beyond 320 °C, and still heated");
  const off = initForcedOn();
  for (let atS = 0; atS < 5; atS += 0.1) {
    assert.is(stepForcedOn(off, LIMITS, atS, 0, 330), null);
  }
});

tests("a gate that can't be read tells nothing, and begins anew", () => {
  const state = initForcedOn();
  noteAsked(state, {
    targetC: 0,
    changedS: 0,
    reportedC: 150,
    reportS: 1,
    duty: null,
    tunes: false,
    stopped: false,
  });
  for (let atS = 1; atS < 8; atS += 0.1) {
    assert.is(stepForcedOn(state, LIMITS, atS, null, 150 + 3 * atS), null);
  }
  assert.is(state.powerSinceS, null);
});

tests.run();
