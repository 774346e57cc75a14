import { basename } from "node:path";
import { addJob } from "../agent/job_folder.ts";
import { manifestOfFile } from "../reference/manifest_file.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT, fail, fromCaller } from "./command_line.ts";
import { configOf, printerOf } from "./configured.ts";

export const HELP = `Usage: edge job add FILE.gcode --printer NAME [options]

Registers what a printer is going to print: every line that then reaches it is held against this
file. The G-code itself is not kept, only digests, a profile per layer and a coarse map of where its
filament goes, so that a picture can show what is missing.

  --printer NAME   which printer of the configuration
  --dialect NAME   marlin (default), prusa or klipper
  --no-maps        keep no maps: pictures then show only what came
  --config FILE    default ${CONFIG_DEFAULT}
  --state DIR      another state folder than the configuration's
`;

const DIALECTS = ["marlin", "prusa", "klipper"] as const;

const OPTIONS = {
  ...COMMON_OPTIONS,
  printer: { type: "string" },
  dialect: { type: "string", default: "marlin" },
  "no-maps": { type: "boolean", default: false },
} as const;

/** Registers a job; exit code 2 if the file or the printer is none. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = argsOf({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const [verb, file, ...rest] = positionals;
  if (verb !== "add" || file === undefined || rest.length > 0) {
    const got = positionals.join(" ");
    fail(`Cannot register a job: 'add' and one file were required, got '${got}'\n\n${HELP}`);
  }
  const config = await configOf(values);
  const printer = printerOf(config, values.printer, "register a job");
  const dialect = DIALECTS.find((known) => known === values.dialect);
  if (!dialect) {
    const known = DIALECTS.join(", ");
    fail(`Cannot register a job: --dialect of ${known} was required, got '${values.dialect}'`);
  }
  const maps = !values["no-maps"];
  const manifest = await manifestOfFile(fromCaller(file), { dialect, maps });
  if (!manifest.ok) fail(manifest.issue);
  const kept = await addJob(config.state, {
    version: 1,
    printer,
    label: basename(file).slice(0, 200),
    by: "a person at the device",
    addedWallTime: new Date().toISOString(),
    manifest: manifest.value,
  });
  const { commandCount, layers, jobDigest } = manifest.value;
  console.log(
    `${printer} is going to print ${basename(file)}: ` +
      `${commandCount} commands, ${layers.length} layers, digest ${
        jobDigest.slice(0, 12)
      }…\n${kept}`,
  );
}
