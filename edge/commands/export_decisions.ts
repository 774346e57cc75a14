import { reasonOf } from "../../shared/reason.ts";
import { learningFile } from "../agent/compose.ts";
import { LearningFile } from "../respond/learning_file.ts";
import { STATE_DEFAULT } from "../config/schema.ts";
import { argsOf, fail, fromCaller } from "./command_line.ts";

export const HELP = `Usage: edge export-decisions [--state DIR] > FILE

Writes what experts have decided and marked to be learnt, one irregularity a line: its features, the
residual window that the network saw, and the expert's label. No command lines, no raw readings, no
names. 'deno task train --decisions FILE' trains with it. Nothing is sent anywhere.

  --state DIR   default ${STATE_DEFAULT}
`;

const OPTIONS = {
  state: { type: "string", default: STATE_DEFAULT },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Exports labelled irregularities; the agent may run meanwhile. */
export async function run(args: string[]): Promise<void> {
  const { values } = argsOf({ args, options: OPTIONS });
  if (values.help) return console.log(HELP);
  const file = learningFile(fromCaller(values.state));
  try {
    await Deno.stat(file);
  } catch (error) {
    const reason = reasonOf(error);
    fail(`Cannot export decisions: a state folder that an agent has used was required: ${reason}`);
  }
  const learning = new LearningFile(file, (reason) => {
    fail(`Cannot export decisions: a readable '${file}' was required: ${reason}`);
  });
  const decided = learning.decided();
  for (const one of decided) console.log(JSON.stringify(one));
  learning.close();
  console.error(`${decided.length} labelled irregularities`);
}
