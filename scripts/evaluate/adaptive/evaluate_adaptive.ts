import { parseArgs } from "node:util";
import { UsageError } from "../options.ts";
import { type SuiteName, SUITES } from "../run/record.ts";
import { DATA_SETS } from "../split.ts";
import { adaptiveText, rowsOf } from "./adaptive_report.ts";
import { ATTACKS } from "./attacks.ts";
import { runAdaptive } from "./run_adaptive.ts";

const HELP = `Searches how far attackers who know the detector get before it notices.

  deno task evaluate --adaptive [OPTIONS]

  --attack NAME     only attacks whose name holds this; may be given several times
  --suite S0|S2     only this suite (default both)
  --printers N      printers (default 24: about half a minute each)
  --set SET         train, calibrate or evaluate (default evaluate)
  --seed N          moves the printers within the set's range (default 1)
  --json            {"seed","printers","rows":[...],"reaches":[...]} on standard output
  --help
`;

/** @throws {UsageError} for unknown flags and for values outside their range. */
export async function evaluateAdaptive(args: readonly string[]): Promise<void> {
  const values = parsed(args.filter((each) => each !== "--adaptive"));
  if (values.help) {
    console.log(HELP);
    return;
  }
  const wanted = values.attack ?? [];
  const attacks = ATTACKS.filter(({ id }) =>
    wanted.length === 0 || wanted.some((one) => id.includes(one))
  );
  if (attacks.length === 0) {
    const known = ATTACKS.map(({ id }) => id).join("; ");
    throw new UsageError(`Cannot find an attack: a part of one of these was required: ${known}`);
  }
  const suites: readonly SuiteName[] = values.suite === undefined
    ? ["S0", "S2"]
    : [oneOf("suite", values.suite, SUITES)];
  const set = oneOf("set", values.set ?? "evaluate", DATA_SETS);
  const printers = whole("printers", values.printers, 24, 1, 10_000);
  const seed = whole("seed", values.seed, 1, 0, 999_999);
  let done = 0;
  const reaches = await runAdaptive({ set, seed, printers, suites, attacks }, () => {
    done++;
    if (!Deno.stderr.isTerminal()) return;
    const all = printers * attacks.length * suites.length;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${done} of ${all} searches`));
  });
  if (Deno.stderr.isTerminal()) console.error("");
  const rows = rowsOf(attacks, suites, reaches);
  console.log(
    values.json ? JSON.stringify({ seed, printers, rows, reaches }) : adaptiveText(rows),
  );
}

function parsed(args: string[]) {
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
    throw new UsageError(`Cannot search attacks: flags of --help were required: ${reason}`, {
      cause: error,
    });
  }
}

function oneOf<T extends string>(flag: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found) return found;
  throw new UsageError(
    `Cannot search attacks: --${flag} ${known.join(", ")} was required, got '${value}'`,
  );
}

function whole(flag: string, text: string | undefined, usual: number, low: number, high: number) {
  if (text === undefined) return usual;
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(
    `Cannot search attacks: --${flag} of ${low} to ${high} was required, got '${text}'`,
  );
}
