import { describeConfig, loadConfig } from "../config.ts";
import { agentPermissions } from "../config/permissions.ts";
import { PROGRAM_FOLDER } from "../update/own_version_file.ts";
import { COMMON_OPTIONS, CONFIG_DEFAULT, fail, fromCaller, readArgs } from "./command_line.ts";

export const HELP =
  `Usage: edge config example            print a complete configuration with comments
       edge config check [FILE]       say what is wrong with one, or that nothing is
       edge config permissions [FILE] print what an agent of it needs, as options of 'deno run'

  FILE   default ${CONFIG_DEFAULT}
`;

/** Prints an example of the configuration, or checks one; exit code 2 if it is wrong. */
export async function run(args: string[]): Promise<void> {
  const read = readArgs({ args, options: COMMON_OPTIONS, allowPositionals: true });
  if (!read.ok) fail(read.issue);
  const { values, positionals } = read.value;
  const [verb, file, ...rest] = positionals;
  if (values.help) return console.log(HELP);
  if (verb === "example" && file === undefined) return console.log(describeConfig());
  const known = verb === "check" || verb === "permissions";
  if (!known || rest.length > 0) fail(`Cannot run 'config ${verb ?? ""}'\n${HELP}`);
  const path = fromCaller(file ?? values.config);
  const state = values.state === undefined ? undefined : fromCaller(values.state);
  const loaded = await loadConfig(path, state);
  if (!loaded.ok) fail(loaded.issue);
  if (verb === "permissions") {
    return console.log(agentPermissions(loaded.value, path, PROGRAM_FOLDER).join(" "));
  }
  const names = loaded.value.printer.map(({ name }) => name).join(", ");
  console.log(`the configuration is right: ${names}`);
}
