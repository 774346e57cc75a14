import { diagnose, diagnosisText } from "../doctor/doctor.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT, fromCaller } from "./command_line.ts";
import { stateOf } from "./configured.ts";

export const HELP = `Usage: edge doctor [--config FILE] [--state DIR] [--json]

Checks everything that a guard needs and says in plain words what was found and what to do: port,
tap, folders, disk, memory, clock, keys, known issues, and the way to the site's NATS server.
Nothing is changed. Run it as the agent's user.

  --config FILE   default ${CONFIG_DEFAULT}
  --state DIR     another state folder than the configuration's
  --json          {"ok", "checks": [{"name", "state", "found", "todo"}]}

Looking at a serial port asks for all of Deno's permissions: 'deno task doctor' has them.
Exit code 1: something has to be done.
`;

const OPTIONS = { ...COMMON_OPTIONS, json: { type: "boolean", default: false } } as const;

const EXIT_TO_DO = 1;

/** Checks and says what to do; exit code 1 if there is anything. */
export async function run(args: string[]): Promise<void> {
  const { values } = argsOf({ args, options: OPTIONS });
  if (values.help) return console.log(HELP);
  const diagnosis = await diagnose(fromCaller(values.config), stateOf(values));
  console.log(values.json ? JSON.stringify(diagnosis) : diagnosisText(diagnosis));
  Deno.exit(diagnosis.ok ? 0 : EXIT_TO_DO);
}
