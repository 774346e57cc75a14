import { type Delays, delaysOf, WANTED_S } from "./bench/forced_on/delays.ts";
import {
  type Act,
  type ForcedRun,
  forcedRun,
  judgedRun,
  NEARLY_FULL,
} from "./bench/forced_on/forced_run.ts";
import { panelPreheat } from "./bench/forced_on/panel_preheat.ts";
import { drawPrinter } from "./printer/draw/draw_printer.ts";
import { drawHost } from "./printer/host/stream_host.ts";
import { simulate, type SimulateOptions } from "./printer/simulate.ts";
import { RECORDED_PART } from "./recorded_print.ts";
import { valuesOf, wholeNumber } from "./command_line.ts";

const SEED_FIRST = 1_000_100;

const HELP =
  `Usage: deno task bench forced-on [--printers 40] [--report-s 1] [--asked] [--first N] [--json]

How soon the senses cut off a heater that is forced on, by its gate and a second thermometer, and how
often they do so for nothing; on virtual printers of the training set.

  off       seconds after a heater that was off is forced on: median, 90 %, most; the share within 2 s
            with its 95 % bounds; how many were missed, and the later ones by cause: the printer's own
            controller asked for ${
    100 * NEARLY_FULL
  } % of full power and more meanwhile; no report came in time; others;
            the share within 2 s of getting more than that controller asked for (unasked)
  print     the same in the midst of a print, at three moments of each that lasts so long
  clean     prints in which nothing happened (those reports, and each five seconds): trips of all
  disturbed prints with draughts, new set points, weak heaters, clogs, pauses, sags: trips of all
  preheated printers that were off and are preheated at their panel, which a report tells: trips of all


  --report-s S  seconds between reports, 1 to 30
  --asked       the host asks for them that seldom, and the guard has ordered one each second besides,
                as it does for a relay where the firmware can (M155); printers that can't are left out
  --first N     the first printer's number (default ${SEED_FIRST})
`;

const HEAT_AND_OFF = ["M104 S200", "M109 S200", "G4 S30", "M104 S0", "G4 S60"];
const AFTER_OFF_S = 8;
/** Three moments of a print, each shifted within this by the printer's number, s. */
const FORCED_S = [120, 150, 180], SHIFT_S = 20, STEP_S = 7.37;
const RARE_REPORT_S = 5;
const PREHEAT_C = 210;
const DISTURBED: [id: string, size: number, variant: string][] = [
  ["E11", 15, "panel-temperature"],
  ["E11", 15, "temperature"],
  ["E11", 5, "panel-temperature"],
  ["E01", 4, "steady"],
  ["E01", 80, "steady"],
  ["E05", -20, "hotend"],
  ["E06", -80, "clog"],
  ["E12", 1, "panel-pause"],
  ["E08", -15, "sag"],
];

/** Measures; prints a sentence or JSON. */
export function benchForcedOn(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    printers: { type: "string", default: "40" },
    "report-s": { type: "string", default: "1" },
    asked: { type: "boolean", default: false },
    first: { type: "string", default: String(SEED_FIRST) },
    json: { type: "boolean", default: false },
  });
  if (values === null) return Promise.resolve();
  const count = wholeNumber("printers", values.printers, 1, 1000);
  const reportS = wholeNumber("report-s", values["report-s"], 1, 30);
  const first = wholeNumber("first", values.first, 1, 1_999_000);
  const seeds = Array.from({ length: count }, (_, at) => first + at)
    .filter((seed) => !values.asked || drawPrinter(seed).firmware.autoReport);
  const figures = measure(seeds, { reportS, isAsked: values.asked });
  if (values.json) console.log(JSON.stringify(figures));
  else {
    const { clean, disturbed, preheated } = figures;
    console.log(`off: ${told(figures.off)}`);
    console.log(`in a print: ${told(figures.print)}`);
    console.log(
      `for nothing: ${clean.trips} of ${clean.prints} clean, ` +
        `${disturbed.trips} of ${disturbed.prints} disturbed prints, ` +
        `${preheated.trips} of ${preheated.prints} that were preheated at the panel`,
    );
  }
  return Promise.resolve();
}

function told({ forced, missed, medianS, mostS, late, ...unasked }: Delays): string {
  return `${forced} forced on, ${missed} missed, ${medianS} s median, ${mostS} s at most; later ` +
    `than ${WANTED_S} s: ${late.controllerAsksForIt} whose controller asked for it, ` +
    `${late.noReport} without a report, ${late.other} others; ` +
    `unasked for ${unasked.mostUnaskedS} s at most, ` +
    `${Math.round(1000 * unasked.unaskedWithin) / 10} % within ${WANTED_S} s`;
}

/** How often temperatures are reported. */
interface Reports {
  /** As the host has it, s. */
  reportS: number;
  /** The guard has ordered one each second besides. */
  isAsked: boolean;
}

function measure(seeds: readonly number[], reports: Reports) {
  const { reportS, isAsked } = reports;
  const part = Deno.readTextFileSync(RECORDED_PART);
  const off: { atS: number; run: ForcedRun }[] = [], print: typeof off = [];
  const clean = { prints: 0, trips: 0 }, disturbed = { prints: 0, trips: 0 };
  const preheated = { prints: 0, trips: 0 };
  const count = (into: typeof clean, run: Pick<ForcedRun, "trippedS">) => {
    into.prints++;
    if (run.trippedS !== null) into.trips++;
  };
  for (const seed of seeds) {
    const rest = optionsOf(seed, HEAT_AND_OFF.join("\n"), reports, true);
    const atS = saidOff(rest) + AFTER_OFF_S;
    off.push({ atS, run: forcedRun(rest, forcedAt(atS)) });
    const job = optionsOf(seed, part, reports, true);
    const endS = lastS(job);
    for (const nearS of FORCED_S) {
      const forcedS = nearS + seed * STEP_S % SHIFT_S;
      if (endS <= forcedS + WANTED_S) continue;
      print.push({ atS: forcedS, run: forcedRun(job, forcedAt(forcedS)) });
    }
    const preheat = panelPreheat(atS + seed * STEP_S % reportS, PREHEAT_C);
    count(
      preheated,
      judgedRun({ ...rest, injections: [preheat.injection], others: preheat.others }),
    );
    for (const s of [reportS, RARE_REPORT_S]) {
      count(clean, judgedRun(optionsOf(seed, part, { reportS: s, isAsked }, false)));
    }
    for (const [id, size, variant] of DISTURBED) {
      count(disturbed, forcedRun(job, { id, atS: 120, size, variant, forS: 60 }));
    }
  }
  const printers = seeds.length;
  return {
    printers,
    ...reports,
    off: delaysOf(off),
    print: delaysOf(print),
    clean,
    disturbed,
    preheated,
  };
}

function forcedAt(atS: number): Act {
  return { id: "B05", atS, size: 100, variant: "hotend", forS: 40 };
}

function optionsOf(seed: number, gcode: string, { reportS, isAsked }: Reports, isWarm: boolean) {
  const asks = isAsked ? { pollS: reportS, autoReportS: 0 } : { pollS: 0, autoReportS: reportS };
  return {
    seed,
    printer: drawPrinter(seed),
    gcode,
    host: { ...drawHost(seed, "printcore"), ...asks },
    questions: isAsked ? ["M155 S1"] : [],
    durationS: 300,
    sensesEveryS: 0.1,
    ...(isWarm ? { warm: { hotendC: 195, bedC: 55 } } : {}),
  };
}

/** When the firmware first says that nothing is asked of the heater any more, s. */
function saidOff(options: SimulateOptions): number {
  let wasOn = false;
  for (const one of simulate(options)) {
    if (one.type !== "received" || !/T\d?:\d/.test(one.line)) continue;
    const isOff = /T\d?:[\d.]+ \/0\.0?0/.test(one.line);
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
