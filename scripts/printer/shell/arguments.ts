import type { Asked } from "./control.ts";

/**
 * Reads repeated scenarios of a command line: `--scenario B03 --at 60 --size -15 --for 40`, where
 * each `--at`, `--size`, `--for` and `--variant` belongs to the scenario before it. Gives the
 * scenarios and what is left for the usual reader of options.
 *
 * @throws {RangeError} for a number that is none, or an option before any scenario.
 */
export function takeScenarios(args: readonly string[]): { asked: Asked[]; rest: string[] } {
  const asked: Asked[] = [];
  const rest: string[] = [];
  const fields = { "--at": "at", "--size": "size", "--for": "forS" } as const;
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = splitOnce(args[i]!);
    if (!["--scenario", "--variant", ...Object.keys(fields)].includes(name)) {
      rest.push(args[i]!);
      continue;
    }
    const value = inline ?? args[++i];
    if (value === undefined) throw new RangeError(`Cannot read ${name}: a value was required`);
    if (name === "--scenario") {
      asked.push({ scenario: value });
      continue;
    }
    const last = asked.at(-1);
    if (!last) throw new RangeError(`Cannot read ${name}: a --scenario before it was required`);
    if (name === "--variant") last.variant = value;
    else {
      const number = Number(value);
      if (value.trim() === "" || number !== number) {
        throw new RangeError(`Cannot read ${name}: a number was required, got '${value}'`);
      }
      last[fields[name as keyof typeof fields]] = number;
    }
  }
  return { asked, rest };
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return argument.startsWith("--") && at > 0
    ? [argument.slice(0, at), argument.slice(at + 1)]
    : [argument, undefined];
}

/** Reads a number option. @throws {RangeError} outside its bounds. */
export function numberOption(
  name: string,
  value: string | undefined,
  fallback: number,
  low: number,
  high: number,
): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (value.trim() === "" || !(number >= low && number <= high)) {
    throw new RangeError(
      `Cannot read --${name}: a number from ${low} to ${high} was required, got '${value}'`,
    );
  }
  return number;
}
