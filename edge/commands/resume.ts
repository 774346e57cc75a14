import { leaveResume } from "../agent/resume_mark.ts";
import { loadConfig, runFolder } from "../config.ts";
import { COMMON_OPTIONS, CONFIG_DEFAULT, fail, fromCaller, readArgs } from "./command_line.ts";

export const HELP = `Usage: edge resume --printer NAME [--config FILE] [--state DIR]

Lets a job go on whose lines the agent withholds: heats up, goes back over the part, and opens the
way for the host's lines again; and releases the stop relay, where it has cut the heaters. Look at
the printer first.

  --config FILE   default ${CONFIG_DEFAULT}
`;

const OPTIONS = { ...COMMON_OPTIONS, printer: { type: "string" } } as const;

/** Tells the running agent that a person lets a job go on. */
export async function run(args: string[]): Promise<void> {
  const read = readArgs({ args, options: OPTIONS });
  if (!read.ok) fail(read.issue);
  const { values } = read.value;
  if (values.help) return console.log(HELP);
  const state = values.state === undefined ? undefined : fromCaller(values.state);
  const loaded = await loadConfig(fromCaller(values.config), state);
  if (!loaded.ok) fail(loaded.issue);
  const names = loaded.value.printer.map(({ name }) => name);
  const printer = values.printer ?? (names.length === 1 ? names[0] : undefined);
  if (printer === undefined || !names.includes(printer)) {
    fail(`Cannot resume: --printer of ${names.join(", ")} was required, got '${printer}'`);
  }
  await leaveResume(runFolder(loaded.value), printer);
  console.log(`the agent was told; its log and the console say what becomes of it`);
}
