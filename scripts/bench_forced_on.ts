import { initAskedHeat, stepAskedHeat } from "../edge/respond/asked_heat.ts";
import { initForcedOn, noteAsked, stepForcedOn } from "../edge/senses/relay/forced_on.ts";
import { drawPrinter } from "./printer/draw/draw_printer.ts";
import { drawHost } from "./printer/host/stream_host.ts";
import { Random } from "./printer/random.ts";
import { makeInjection } from "./printer/scenario/draw_injection.ts";
import { simulate, type SimulateOptions } from "./printer/simulate.ts";
import { RECORDED_PART } from "./recorded_print.ts";
import { valuesOf } from "./command_line.ts";

const HELP = `Usage: deno task bench forced-on [--printers 40] [--json]

How soon the senses cut off a heater that is forced on, by its gate and a second thermometer, and how
often they do so for nothing; on virtual printers of the training set, reports each second.

  off       seconds after a heater that was off is forced on: median, 90 %, most, and how many missed
            or took longer than 2 s
  print     the same in the midst of a print, at three moments of each that lasts so long
  clean     prints in which nothing happened (reports each second, and each five): trips of all
  disturbed prints with draughts, new set points, weak heaters, clogs, pauses, sags: trips of all
`;

const SEED_FIRST = 1_000_100;
const LIMITS = { limitC: 320 };
const HEAT_AND_OFF = ["M104 S200", "M109 S200", "G4 S30", "M104 S0", "G4 S60"];
const AFTER_OFF_S = 8;
/** Three moments of a print, each shifted within this by the printer's number, s. */
const FORCED_S = [120, 150, 180], SHIFT_S = 20, STEP_S = 7.37;
/** What a heater that is forced on may have at most, s. */
const WANTED_S = 2;
const DISTURBED: [id: string, size: number, variant: string][] = [
  ["E11", 15, "panel-temperature"],
  ["E11", 15, "temperature"],
  ["E01", 4, "steady"],
  ["E05", -20, "hotend"],
  ["E06", -80, "clog"],
  ["E12", 1, "panel-pause"],
  ["E08", -15, "sag"],
];

interface Delays {
  medianS: number;
  p90S: number;
  mostS: number;
  /** How many were forced on, how many of them never tripped it, and how many too late. */
  forced: number;
  missed: number;
  late: number;
}

/** Measures; prints a sentence or JSON. */
export function benchForcedOn(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    printers: { type: "string", default: "40" },
    json: { type: "boolean", default: false },
  });
  if (values === null) return Promise.resolve();
  const count = Number(values.printers);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new RangeError(`Cannot bench: --printers from 1 to 1000 was required, got '${count}'`);
  }
  const figures = measure(Array.from({ length: count }, (_, at) => SEED_FIRST + at));
  if (values.json) console.log(JSON.stringify(figures));
  else {
    const { off, print, clean, disturbed } = figures;
    console.log(
      `off: ${off.medianS} s median, ${off.mostS} s at most; in a print: ${print.medianS} s, ` +
        `${print.mostS} s, ${print.late} of ${print.forced} later than ${WANTED_S} s; ` +
        `${off.missed + print.missed} missed; for nothing: ${clean.trips} of ` +
        `${clean.prints} clean, ${disturbed.trips} of ${disturbed.prints} disturbed prints`,
    );
  }
  return Promise.resolve();
}

function measure(seeds: readonly number[]) {
  const part = Deno.readTextFileSync(RECORDED_PART);
  const off: (number | null)[] = [], print: (number | null)[] = [];
  const clean = { prints: 0, trips: 0 }, disturbed = { prints: 0, trips: 0 };
  for (const seed of seeds) {
    const rest = optionsOf(seed, HEAT_AND_OFF.join("\n"), 1, true);
    const atS = saidOff(rest) + AFTER_OFF_S;
    off.push(delay(tripped(rest, ["B05", atS, 100, "hotend", 30]), atS));
    const job = optionsOf(seed, part, 1, true);
    const endS = lastS(job);
    for (const nearS of FORCED_S) {
      const forcedS = nearS + seed * STEP_S % SHIFT_S;
      const act = ["B05", forcedS, 100, "hotend", 40] as const;
      if (endS > forcedS + WANTED_S) print.push(delay(tripped(job, act), forcedS));
    }
    for (const reportS of [1, 5]) {
      clean.prints++;
      if (tripped(optionsOf(seed, part, reportS, false)) !== null) clean.trips++;
    }
    for (const [id, size, variant] of DISTURBED) {
      disturbed.prints++;
      if (tripped(job, [id, 120, size, variant, 60]) !== null) disturbed.trips++;
    }
  }
  return { printers: seeds.length, off: delays(off), print: delays(print), clean, disturbed };
}

function optionsOf(seed: number, gcode: string, reportS: number, isWarm: boolean) {
  return {
    seed,
    printer: drawPrinter(seed),
    gcode,
    host: { ...drawHost(seed, "printcore"), autoReportS: reportS },
    durationS: 300,
    sensesEveryS: 0.1,
    ...(isWarm ? { warm: { hotendC: 195, bedC: 55 } } : {}),
  };
}

/** When the firmware first says that nothing is asked of the heater any more, s. */
function saidOff(options: SimulateOptions): number {
  let wasOn = false;
  for (const one of simulate(options)) {
    if (one.type !== "received" || !/T:\d/.test(one.line)) continue;
    const isOff = /T:[\d.]+ \/0\.0?0/.test(one.line);
    if (wasOn && isOff) return one.eventTimeS;
    wasOn ||= !isOff;
  }
  return Infinity;
}

/** When its last reading comes: a quick printer is done early, s. */
function lastS(options: SimulateOptions): number {
  let atS = 0;
  for (const one of simulate(options)) atS = one.eventTimeS;
  return atS;
}

/** When the relay would move, s; null: never. */
function tripped(
  options: SimulateOptions,
  act?: readonly [id: string, atS: number, size: number, variant: string, forS: number],
): number | null {
  const state = initForcedOn(), asking = initAskedHeat();
  const injections = act
    ? [makeInjection(
      { id: act[0], atS: act[1], size: act[2], variant: act[3], forS: act[4] },
      new Random(options.seed),
    )]
    : [];
  let on: number | null = null;
  for (const one of simulate({ ...options, injections })) {
    if (one.type !== "reading") {
      const asked = stepAskedHeat(asking, one);
      if (asked) noteAsked(state, asked);
    } else if (one.sense === "hotendDuty") on = one.value;
    else if (one.sense === "secondHotendC") {
      if (stepForcedOn(state, LIMITS, one.eventTimeS, on, one.value)) return one.eventTimeS;
    }
  }
  return null;
}

/** From the act to the trip, s; a trip before the act counts as missed. */
function delay(trippedS: number | null, atS: number): number | null {
  return trippedS !== null && trippedS > atS ? trippedS - atS : null;
}

function delays(all: readonly (number | null)[]): Delays {
  const seen = all.filter((one): one is number => one !== null).sort((a, b) => a - b);
  const at = (share: number) => {
    const value = seen[Math.min(seen.length - 1, Math.floor(share * seen.length))] ?? NaN;
    return Math.round(value * 100) / 100;
  };
  const late = seen.filter((one) => one > WANTED_S).length;
  const counts = { forced: all.length, missed: all.length - seen.length, late };
  return { medianS: at(0.5), p90S: at(0.9), mostS: at(1), ...counts };
}
