import { resolve } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { commandLineIssue } from "../../shared/command_line_issue.ts";
import { refused, type Result } from "../../shared/result.ts";

/** Where the configuration stands unless `--config` says otherwise. */
export const CONFIG_DEFAULT = "/etc/printwarden/edge.toml";

/** The exit code of a wrong command line, configuration or file. */
const EXIT_USAGE = 2;

/** The options that every subcommand takes. */
export const COMMON_OPTIONS = {
  config: { type: "string", default: CONFIG_DEFAULT },
  state: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** A path from the command line, seen from where the person typed it: tasks change the folder. */
export function fromCaller(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

/** Reads a command line; an unknown option or a missing value is refused in a sentence. */
export function readArgs<T extends ParseArgsConfig>(
  options: T,
): Result<ReturnType<typeof parseArgs<T>>> {
  try {
    return { ok: true, value: parseArgs(options) };
  } catch (error) {
    return refused(commandLineIssue(error));
  }
}

/** The same; a command line that is refused ends the program. */
export function argsOf<T extends ParseArgsConfig>(options: T): ReturnType<typeof parseArgs<T>> {
  const read = readArgs(options);
  if (!read.ok) fail(read.issue);
  return read.value;
}

/** Says what was wrong and ends the program. */
export function fail(issue: string): never {
  console.error(issue);
  Deno.exit(EXIT_USAGE);
}
