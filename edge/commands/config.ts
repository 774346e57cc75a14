import { describeConfig } from "../config.ts";
import { agentPermissions } from "../config/permissions.ts";
import { PROGRAM_FOLDER } from "../update/own_version_file.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT, fail, fromCaller } from "./command_line.ts";
import { configOf } from "./configured.ts";

export const HELP =
  `Usage: edge config example            print a complete configuration with comments
       edge config check [FILE]       say what is wrong with one, or that nothing is
       edge config permissions [FILE] print what an agent of it needs, as options of 'deno run'

  FILE   default ${CONFIG_DEFAULT}
`;

/** Prints an example of the configuration, or checks one; exit code 2 if it is wrong. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = argsOf({
    args,
    options: COMMON_OPTIONS,
    allowPositionals: true,
  });
  const [verb, file, ...rest] = positionals;
  if (values.help) return console.log(HELP);
  if (verb === "example" && file === undefined) return console.log(describeConfig());
  const known = verb === "check" || verb === "permissions";
  if (!known || rest.length > 0) {
    const got = positionals.join(" ");
    fail(
      `Cannot run 'config': example, check or permissions was required, got '${got}'\n\n${HELP}`,
    );
  }
  const path = fromCaller(file ?? values.config);
  const config = await configOf({ config: path, state: values.state });
  if (verb === "permissions") {
    return console.log(agentPermissions(config, path, PROGRAM_FOLDER).join(" "));
  }
  const names = config.printer.map(({ name }) => name).join(", ");
  console.log(`the configuration is right: ${names}`);
}
