import { parseArgs } from "node:util";
import { CELLS, type SetName, SETS } from "./run/cells.ts";
import { type SuiteName, SUITES } from "./run/record.ts";
import { DATA_SETS, type DataSet } from "./split.ts";

export const HELP = `Measures the detection over the catalogue of scenarios, on virtual printers.

  deno task evaluate [OPTIONS]

  --suite S0|S1|S2    only this suite; without it S0 and S2, each cell judged in the one that sees
                      it best
  --scenario ID       only these scenarios (or cells); may be given several times, or with commas
  --prints N          prints of each visible cell (default 150; with --quick 4)
  --blind-prints N    prints of each cell that these suites hardly see (default 30, or N)
  --clean             only clean prints
  --hours H           hours of clean printing (default 5000; with --quick 60; 0 with --scenario)
  --ablation N        so many prints of each heater cell are watched by either detector alone too
                      (default 40; 0 with --quick and --scenario)
  --leave-out DIR     networks trained without one kind each (DIR/B03/detector/model.json …): the
                      same prints are watched by them too
  --sets LIST         catalogue, long: sets of scenarios (default all; with --quick catalogue)
  --quick             every cell in the suite that sees it best, 4 prints of at most 8 minutes
  --set SET           train, calibrate or evaluate (default evaluate)
  --seed N            moves the printers within the set's range (default 1)
  --workers N         units at the same time (default: one for each core)
  --out DIR           where results are kept and gone on with (default .evaluate/<plan's digest>)
  --json              figures as JSON on standard output
  --list              names each missed or wrong print and each false alarm
  --reproduce KEY     one print of a listing once more (as PRINTER:CELL, PRINTER:first or
                      PRINTER:cleanN; with --quick if it was), with all that was said of it
  --traces DIR        instead: logs of real heaters (see --traces DIR --help)
  --transients        instead: attacks begun inside controlled transients (--transients --help)
  --adaptive          instead: how far attackers get who know the detector (--adaptive --help)
  --observability     instead: what an ideal detector could see, as Markdown, or with --json
  --report DIR        judges a run's prints once more and writes its report, printing nothing anew
  --write-readme DIR  puts a full run's headline into the README
  --help

A run that was interrupted goes on where it stopped when it is started again in the same way.
`;

export interface Options {
  suites: SuiteName[];
  scenarios: string[];
  prints: number;
  blindPrints: number;
  ablation: number;
  leaveOut: string | null;
  hours: number;
  sets: SetName[];
  clean: boolean;
  quick: boolean;
  set: DataSet;
  seed: number;
  workers: number;
  out: string | null;
  json: boolean;
  list: boolean;
  reproduce: string | null;
  /** Judge a finished run's folder once more. */
  report: string | null;
  /** Put a full run's headline into the README. */
  writeReadme: string | null;
}

/** An order that can't be carried out as given. */
export class UsageError extends Error {}

/**
 * Reads the command line; null when only help was asked for.
 *
 * @throws {UsageError} for unknown flags and for values outside their range.
 */
export function readOptions(args: string[]): Options | null {
  const values = parsed(args);
  if (values.help) return null;
  const { quick = false, clean = false, json = false, list = false } = values;
  const scenarios = (values.scenario ?? []).flatMap((each) => each.split(",")).filter(Boolean);
  scenarios.forEach(checkScenario);
  if (clean && scenarios.length > 0) {
    throw new UsageError("Cannot evaluate: --clean or --scenario was required, got both");
  }
  const hours = scenarios.length > 0 ? 0 : quick ? 60 : 5000;
  const prints = whole("prints", values.prints, quick ? 4 : 150, 1, 100_000);
  return {
    suites: values.suite === undefined ? ["S0", "S2"] : [oneOf("suite", values.suite, SUITES)],
    scenarios,
    prints,
    blindPrints: whole("blind-prints", values["blind-prints"], Math.min(30, prints), 0, 100_000),
    ablation: whole(
      "ablation",
      values.ablation,
      quick || scenarios.length > 0 ? 0 : Math.min(40, prints),
      0,
      prints,
    ),
    leaveOut: values["leave-out"] ?? null,
    sets: setsOf(values.sets, quick, scenarios),
    hours: whole("hours", values.hours, hours, 0, 1_000_000),
    clean,
    quick,
    set: oneOf("set", values.set ?? "evaluate", DATA_SETS),
    seed: whole("seed", values.seed, 1, 0, 999_999),
    workers: whole("workers", values.workers, navigator.hardwareConcurrency, 1, 256),
    out: values.out ?? null,
    json,
    list,
    reproduce: values.reproduce ?? null,
    report: values.report ?? null,
    writeReadme: values["write-readme"] ?? null,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        suite: { type: "string" },
        scenario: { type: "string", multiple: true },
        prints: { type: "string" },
        "blind-prints": { type: "string" },
        hours: { type: "string" },
        ablation: { type: "string" },
        "leave-out": { type: "string" },
        sets: { type: "string" },
        clean: { type: "boolean" },
        quick: { type: "boolean" },
        set: { type: "string" },
        seed: { type: "string" },
        workers: { type: "string" },
        out: { type: "string" },
        json: { type: "boolean" },
        list: { type: "boolean" },
        reproduce: { type: "string" },
        report: { type: "string" },
        "write-readme": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot evaluate: flags of --help were required: ${reason}`);
  }
}

function setsOf(list: string | undefined, quick: boolean, scenarios: readonly string[]): SetName[] {
  if (list !== undefined) return list.split(",").map((each) => oneOf("sets", each, SETS));
  if (!quick && scenarios.length === 0) return [...SETS];
  // A cell that is named is run, whichever set it is of.
  const named = CELLS.filter(({ id }) => scenarios.includes(id)).map(({ set }) => set);
  return [...new Set<SetName>(["catalogue", ...named])];
}

function oneOf<T extends string>(flag: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found) return found;
  throw new UsageError(
    `Cannot evaluate: --${flag} ${known.join(", ")} was required, got '${value}'`,
  );
}

function whole(flag: string, text: string | undefined, usual: number, low: number, high: number) {
  if (text === undefined) return usual;
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(
    `Cannot evaluate: --${flag} as a whole number of ${low} to ${high} was required, got '${text}'`,
  );
}

function checkScenario(id: string): void {
  if (CELLS.some((cell) => cell.id === id || cell.scenario === id)) return;
  const known = [...new Set(CELLS.map(({ scenario }) => scenario))].join(", ");
  throw new UsageError(`Cannot evaluate '${id}': one of ${known}, or a cell, was required`);
}
