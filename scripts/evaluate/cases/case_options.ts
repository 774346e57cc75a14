import { parseArgs } from "node:util";
import { UsageError } from "../options.ts";
import { type SuiteName, SUITES } from "../run/record.ts";
import { DATA_SETS, type DataSet } from "../split.ts";

/** What the sets beside the table are run with. */
export interface CaseOptions {
  set: DataSet;
  seed: number;
  printers: number;
  suites: readonly SuiteName[];
  json: boolean;
  /** Values of `--attack`. */
  attacks: readonly string[];
}

/**
 * Reads the command line of a set; null when only help was asked for.
 *
 * @throws {UsageError} for unknown flags and for values outside their range.
 */
export function readCaseOptions(
  args: readonly string[],
  own: "--adaptive" | "--transients",
  usualPrinters: number,
): CaseOptions | null {
  const values = parsed(args.filter((each) => each !== own), own);
  if (values.help) return null;
  return {
    set: oneOf(own, "set", values.set ?? "evaluate", DATA_SETS),
    seed: whole(own, "seed", values.seed, 1, 0, 999_999),
    printers: whole(own, "printers", values.printers, usualPrinters, 1, 10_000),
    suites: values.suite === undefined ? ["S0", "S2"] : [oneOf(own, "suite", values.suite, SUITES)],
    json: values.json ?? false,
    attacks: values.attack ?? [],
  };
}

function parsed(args: string[], own: string) {
  try {
    return parseArgs({
      args,
      options: {
        attack: { type: "string", multiple: true },
        suite: { type: "string" },
        printers: { type: "string" },
        set: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot run ${own}: flags of ${own} --help were required: ${reason}`, {
      cause: error,
    });
  }
}

function oneOf<T extends string>(
  own: string,
  flag: string,
  value: string,
  known: readonly T[],
): T {
  const found = known.find((each) => each === value);
  if (found) return found;
  throw new UsageError(
    `Cannot run ${own}: --${flag} ${known.join(", ")} was required, got '${value}'`,
  );
}

function whole(
  own: string,
  flag: string,
  text: string | undefined,
  usual: number,
  low: number,
  high: number,
): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(
    `Cannot run ${own}: --${flag} of ${low} to ${high} was required, got '${text}'`,
  );
}

/** A line that is written over and over, on a terminal only. */
export class Counter {
  #done = 0;

  constructor(readonly all: number, readonly of: string) {}

  next(): void {
    this.#done++;
    this.#write(`\r${this.#done} of ${this.all} ${this.of}`);
  }

  end(): void {
    this.#write("\n");
  }

  #write(text: string): void {
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
}
