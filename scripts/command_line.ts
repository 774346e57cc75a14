import { parseArgs, type ParseArgsConfig } from "node:util";
import { reasonOf } from "../shared/reason.ts";
import { toldError } from "../shared/told_error.ts";
import { commandLineIssue } from "../shared/command_line_issue.ts";

const HELP_OPTION = { help: { type: "boolean", short: "h", default: false } } as const;

/**
 * Reads a command line as node's `parseArgs` does.
 *
 * @throws {RangeError} with a sentence for one that is wrong
 */
export function parsedArgs<const T extends ParseArgsConfig>(
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new RangeError(commandLineIssue(error), { cause: error });
  }
}

/**
 * The options of a command line, `--help` among them by itself.
 *
 * @returns null where help was asked for, which has been printed then
 * @throws {RangeError} with a sentence for a command line that is wrong
 */
export function valuesOf<const T extends NonNullable<ParseArgsConfig["options"]>>(
  help: string,
  args: string[],
  options: T,
) {
  const { values } = parsedArgs({ args, options: { ...options, ...HELP_OPTION } });
  if ((values as { help: boolean }).help !== true) return values;
  console.log(help);
  return null;
}

/**
 * The arguments of a command line that knows no option but `--help`.
 *
 * @returns null where help was asked for, which has been printed then
 * @throws {RangeError} with a sentence for a command line that is wrong
 */
export function positionalsOf(help: string, args: string[]): string[] | null {
  const { values, positionals } = parsedArgs({
    args,
    options: HELP_OPTION,
    allowPositionals: true,
  });
  if (!values.help) return positionals;
  console.log(help);
  return null;
}

/** Runs a program to its end; what stands in its way is told with code 2: see `toldOrStack`. */
export async function runMain(main: () => void | Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(toldOrStack(error));
    Deno.exit(2);
  }
}

/** A sentence for whoever runs a program; of our own mistakes where they were made. */
function toldOrStack(error: unknown): string {
  const isBug = error instanceof TypeError || error instanceof ReferenceError;
  if (isBug && error.stack) return error.stack;
  return toldError("Cannot go on", error) ?? reasonOf(error);
}

/**
 * A whole number of a command line.
 *
 * @throws {RangeError} for anything else, and beyond the bounds
 */
export function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text !== "" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new RangeError(
    `Cannot read --${name}: a whole number from ${low} to ${high} was required, got '${text}'`,
  );
}

/**
 * What this program was asked for. Options that make no sense end it with their sentence and code 2,
 * a wish for help with that.
 *
 * @param read gives null where help was asked for, and throws where an option is wrong
 */
export function optionsOr<T>(help: string, read: (args: string[]) => T | null): T {
  try {
    const options = read(Deno.args);
    if (options !== null) return options;
  } catch (error) {
    const isSentence = error instanceof RangeError;
    console.error(isSentence ? error.message : commandLineIssue(error));
    Deno.exit(2);
  }
  console.log(help);
  Deno.exit(0);
}
