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
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(2);
  }
  console.log(help);
  Deno.exit(0);
}
