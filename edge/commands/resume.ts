import { leaveResume } from "../agent/resume_mark.ts";
import { runFolder } from "../config.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT } from "./command_line.ts";
import { configOf, printerOf } from "./configured.ts";

export const HELP = `Usage: edge resume --printer NAME [--config FILE] [--state DIR]

Lets a job go on whose lines the agent withholds: heats up, goes back over the part, and opens the
way for the host's lines again; and releases the stop relay, where it has cut the heaters. Look at
the printer first.

  --config FILE   default ${CONFIG_DEFAULT}
`;

const OPTIONS = { ...COMMON_OPTIONS, printer: { type: "string" } } as const;

/** Tells the running agent that a person lets a job go on. */
export async function run(args: string[]): Promise<void> {
  const { values } = argsOf({ args, options: OPTIONS });
  if (values.help) return console.log(HELP);
  const config = await configOf(values);
  await leaveResume(runFolder(config), printerOf(config, values.printer, "resume"));
  console.log(`the agent was told; its log and the console say what becomes of it`);
}
