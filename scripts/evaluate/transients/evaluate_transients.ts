import { Counter, readCaseOptions } from "../cases/case_options.ts";
import { HIDDEN } from "./hidden.ts";
import { runTransients } from "./run_transients.ts";
import { TRANSIENTS } from "./transient.ts";
import { transientRows, transientText } from "./transients_report.ts";

const HELP = `Controlled transients, clean and with attacks begun inside them.

  deno task evaluate --transients [OPTIONS]

  --suite S0|S2     only this suite (default both)
  --printers N      printers (default 40: about half a minute each)
  --set SET         train, calibrate or evaluate (default evaluate)
  --seed N          moves the printers within the set's range (default 1)
  --json            {"seed","printers","rows":[...]} on standard output
  --help
`;

/** @throws {UsageError} for unknown flags and for values outside their range. */
export async function evaluateTransients(args: readonly string[]): Promise<void> {
  const options = readCaseOptions(args, "--transients", 40);
  if (options === null) {
    console.log(HELP);
    return;
  }
  const { seed, printers, suites, json } = options;
  const each = TRANSIENTS.reduce((sum, { id }) => sum + 1 + HIDDEN[id].length, 0);
  const counter = new Counter(printers * each * suites.length, "judged");
  const prints = await runTransients(options, () => counter.next());
  counter.end();
  const rows = transientRows(prints, suites);
  console.log(json ? JSON.stringify({ seed, printers, rows }) : transientText(rows));
}
