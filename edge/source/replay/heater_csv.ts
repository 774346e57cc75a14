import { ok, refused } from "../../../shared/result.ts";
import type { LogEntry, LogFormat, LogReader } from "./log_format.ts";

const HEATERS = ["hotend", "bed"] as const;
type Heater = (typeof HEATERS)[number];
const WANTED =
  "t, and of a hotend ext_target, ext_temp and ext_pwm, of a bed bed_target, bed_temp " +
  "and bed_pwm";
const SEPARATORS = ["\t", ";", ","];
/** A duty a little over 1 is rounding; more is a percentage, or no duty at all. */
const DUTY_MAX = 1.05;

/** Where the columns stand that are read; −1 where there is none. */
interface Columns {
  count: number;
  time: number;
  heaters: Record<Heater, { target: number; temp: number; pwm: number }>;
  separator: string;
  first: string;
}

/** A table of heaters, a row a second: `t,ext_target,ext_temp,ext_pwm,bed_target,…`, in any order. */
export const HEATER_CSV: LogFormat = {
  name: "heater CSV",
  hasCommands: false,
  recognises(head) {
    const { time, heaters } = columnsOf(head);
    return time >= 0 &&
      HEATERS.some((heater) => Object.values(heaters[heater]).some((at) => at >= 0));
  },
  open(head) {
    const columns = columnsOf(head);
    const isWhole = (heater: Heater) =>
      columns.heaters[heater].target >= 0 && columns.heaters[heater].temp >= 0;
    if (columns.time < 0 || !HEATERS.some(isWhole)) {
      const names = headerOf(head).names.join(", ").slice(0, 120);
      return refused(
        `Cannot read a heater CSV: the columns ${WANTED} were required, got ${names}`,
      );
    }
    return ok(makeReader(columns));
  },
};

const HOTEND = /^(?:ext|extruder|hotend|nozzle)_/, BED = /^(?:bed|heater_bed)_/;
const MEANINGS = {
  target: /_(?:target|setpoint)$/,
  temp: /_(?:temp|temperature|actual)$/,
  pwm: /_(?:pwm|duty|power)$/,
};

function headerOf(head: readonly string[]): { names: string[]; separator: string } {
  const line = head.find((one) => !isAside(one)) ?? "";
  const separator = SEPARATORS.find((one) => line.includes(one)) ?? ",";
  // Units stand in brackets behind some names.
  const names = cells(line, separator).map((name) =>
    name.toLowerCase().replace(/\s*[([].*$/, "").replace(/\s+/g, "_")
  );
  return { names, separator };
}

/** Nothing, or a comment. */
function isAside(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function columnsOf(head: readonly string[]): Columns {
  const { names, separator } = headerOf(head);
  const of = (prefix: RegExp) => {
    const at = (meaning: RegExp) =>
      names.findIndex((name) => prefix.test(name) && meaning.test(name));
    return { target: at(MEANINGS.target), temp: at(MEANINGS.temp), pwm: at(MEANINGS.pwm) };
  };
  return {
    count: names.length,
    time: names.findIndex((name) => /^(?:t|time|time_s)$/.test(name)),
    heaters: { hotend: of(HOTEND), bed: of(BED) },
    separator,
    first: names[0] ?? "",
  };
}

function isHeader(cell: string, first: string): boolean {
  return first !== "" && cell.toLowerCase().startsWith(first) && !/\d/.test(cell);
}

function cells(line: string, separator: string): string[] {
  return line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function makeReader(columns: Columns): LogReader {
  return {
    read(line) {
      if (isAside(line)) return "nothing";
      const row = cells(line, columns.separator);
      // A log that was appended to has its header again.
      if (isHeader(row[0]!, columns.first)) return "nothing";
      if (row.length !== columns.count) return null;
      // Where columns aren't parted by commas, one may stand for the point.
      const value = (at: number) =>
        numberOf(columns.separator === "," ? row[at] : row[at]?.replace(",", "."));
      const timeS = value(columns.time);
      if (timeS === null || Math.abs(timeS) > 1e11) return null;
      const entries = entriesOf(columns, value);
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

function entriesOf(
  { heaters }: Columns,
  value: (at: number) => number | null,
): LogEntry[] | null {
  const found: LogEntry[] = [];
  for (const heater of HEATERS) {
    const { target, temp, pwm } = heaters[heater];
    const measuredC = value(temp), targetC = value(target), share = value(pwm);
    if (measuredC === null || targetC === null) continue;
    if (share !== null && share > DUTY_MAX) return null;
    const duty = share === null ? null : Math.min(1, Math.max(0, share));
    found.push({ type: "heater", heater, measuredC, targetC, duty });
  }
  return found.length > 0 ? found : null;
}
