import { MAINTENANCE_H_MAX } from "../../shared/maintenance_order.ts";
import { leaveMaintenance } from "../agent/maintenance_mark.ts";
import { runFolder } from "../config.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT, fail } from "./command_line.ts";
import { configOf, printerOf } from "./configured.ts";

export const HELP =
  `Usage: edge maintenance --minutes N --what TEXT [--by NAME] [--printer NAME] [--config FILE] [--state DIR]

Announces that a person will change something at a printer: what is commanded within this time, or
found changed in the firmware after it, is recorded as expected. It never covers moves of the job
rewritten on their way, protections switched off while a part is printed, or heat and sensors that
don't add up. With --minutes 0 what was announced is taken back.

  --minutes N     from now on, at most ${MAINTENANCE_H_MAX * 60}
  --what TEXT     what will be done, at most 120 characters
  --by NAME       who announces it; default: the user at this device
  --config FILE   default ${CONFIG_DEFAULT}
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  printer: { type: "string" },
  minutes: { type: "string" },
  what: { type: "string" },
  by: { type: "string" },
} as const;

/** Tells the running agent that a person announces a change. */
export async function run(args: string[]): Promise<void> {
  const { values } = argsOf({ args, options: OPTIONS });
  if (values.help) return console.log(HELP);
  const minutes = Number(values.minutes ?? NaN);
  if (!(minutes >= 0 && minutes <= MAINTENANCE_H_MAX * 60)) {
    fail(
      `Cannot announce a change: --minutes of 0 to ${MAINTENANCE_H_MAX * 60} was required, ` +
        `got ${values.minutes === undefined ? "none" : `'${values.minutes}'`}`,
    );
  }
  const what = values.what ?? (minutes === 0 ? "taken back" : "");
  if (what.length < 1 || what.length > 120) {
    fail(`Cannot announce a change: --what of 1 to 120 characters was required, got '${what}'`);
  }
  const by = values.by ?? "a person at the device";
  if (by.length < 1 || by.length > 120) {
    fail(`Cannot announce a change: --by of 1 to 120 characters was required, got '${by}'`);
  }
  const config = await configOf(values);
  const printer = printerOf(config, values.printer, "announce a change");
  await leaveMaintenance(runFolder(config), printer, { forS: minutes * 60, what, by });
  console.log(`the agent was told; it takes it within a second, and its log says so`);
}
