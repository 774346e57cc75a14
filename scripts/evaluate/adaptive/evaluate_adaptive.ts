import { Counter, readCaseOptions } from "../cases/case_options.ts";
import { UsageError } from "../options.ts";
import { adaptiveText, rowsOf } from "./adaptive_report.ts";
import { ATTACKS } from "./attacks.ts";
import { runAdaptive } from "./run_adaptive.ts";

const HELP = `Searches how far attackers who know the detector get before it notices.

  deno task evaluate --adaptive [OPTIONS]

  --attack NAME     only attacks whose name holds this; may be given several times
  --suite S0|S2     only this suite (default both)
  --printers N      printers (default 24: about a minute each)
  --set SET         train, calibrate or evaluate (default evaluate)
  --seed N          moves the printers within the set's range (default 1)
  --json            {"seed","printers","rows":[...],"reaches":[...]} on standard output
  --help
`;

/** @throws {UsageError} for unknown flags and for values outside their range. */
export async function evaluateAdaptive(args: readonly string[]): Promise<void> {
  const options = readCaseOptions(args, "--adaptive", 24);
  if (options === null) {
    console.log(HELP);
    return;
  }
  const { seed, printers, suites, json } = options;
  const wanted = options.attacks;
  const attacks = ATTACKS.filter(({ id }) =>
    wanted.length === 0 || wanted.some((one) => id.includes(one))
  );
  if (attacks.length === 0) {
    const known = ATTACKS.map(({ id }) => id).join("; ");
    throw new UsageError(`Cannot find an attack: a part of one of these was required: ${known}`);
  }
  const counter = new Counter(printers * attacks.length * suites.length, "searches");
  const reaches = await runAdaptive({ ...options, attacks }, () => counter.next());
  counter.end();
  const rows = rowsOf(attacks, suites, reaches);
  console.log(json ? JSON.stringify({ seed, printers, rows, reaches }) : adaptiveText(rows));
}
