import { ok, refused } from "../../../shared/result.ts";
import type { LogEntry, LogFormat, LogReader } from "./log_format.ts";

const NEEDED = ["t", "ext_target", "ext_temp", "ext_pwm"];
const HEATERS = [["hotend", "ext"], ["bed", "bed"]] as const;
const SEPARATORS = [",", ";", "\t"];

/** A table of heaters, a row a second: `t,ext_target,ext_temp,ext_pwm,bed_target,…`. */
export const HEATER_CSV: LogFormat = {
  name: "heater CSV",
  hasCommands: false,
  recognises(head) {
    const { names } = header(head);
    return names.includes("t") && names.some((name) => /^(ext|bed)_(target|temp|pwm)$/.test(name));
  },
  open(head) {
    const { names, separator } = header(head);
    const missing = NEEDED.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      return refused(
        `Cannot read a heater CSV: the columns ${NEEDED.join(", ")} were required, ` +
          `got none named ${missing.join(", ")}`,
      );
    }
    return ok(makeReader(names, separator));
  },
};

function header(head: readonly string[]): { names: string[]; separator: string } {
  const line = head.find((one) => one.trim() !== "") ?? "";
  const separator = SEPARATORS.find((one) => line.includes(one)) ?? ",";
  return { names: cells(line, separator), separator };
}

function cells(line: string, separator: string): string[] {
  return line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function makeReader(names: readonly string[], separator: string): LogReader {
  return {
    read(line) {
      if (line.trim() === "") return "nothing";
      const row = cells(line, separator);
      if (row[0] === names[0]) return "nothing";
      if (row.length !== names.length) return null;
      const value = (name: string) => numberOf(row[names.indexOf(name)]);
      const timeS = value("t");
      if (timeS === null || Math.abs(timeS) > 1e11) return null;
      const entries = entriesOf(value);
      return entries === null ? null : { timeS, entries };
    },
    clockText: () => null,
    notes: () => [],
  };
}

/** An empty cell is no reading; anything else must be a number. */
function numberOf(cell: string | undefined): number | null {
  if (cell === undefined || cell === "") return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
}

function entriesOf(value: (name: string) => number | null): LogEntry[] | null {
  const found: LogEntry[] = [];
  for (const [heater, prefix] of HEATERS) {
    const measuredC = value(`${prefix}_temp`), targetC = value(`${prefix}_target`);
    const pwm = value(`${prefix}_pwm`);
    if (measuredC === null || targetC === null) continue;
    const duty = pwm === null ? null : Math.min(1, Math.max(0, pwm));
    found.push({ type: "heater", heater, measuredC, targetC, duty });
  }
  return found.length > 0 ? found : null;
}
