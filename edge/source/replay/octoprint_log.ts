import { ok } from "../../../shared/result.ts";
import type { LogEntry, LogFormat, LogReader } from "./log_format.ts";

/** `2024-05-01 12:34:56,789 - Send: N1 M105*36`, as OctoPrint's serial.log writes it. */
const LINE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3}) - (.*)$/;
const DATED = /^\d{4}-\d\d-\d\d \d\d:/;
const SPOKEN = /^(?:Send|Recv): ?|^Changing monitoring state|^Connect(?:ing|ed) to/;
const OPENED = /^Connected to/, CLOSED = /^Connection closed/;

/** OctoPrint's serial.log; its time counts from the first line. */
export const OCTOPRINT_LOG: LogFormat = {
  name: "OctoPrint serial.log",
  hasCommands: true,
  recognises: (head) => head.some((line) => SPOKEN.test(LINE.exec(line)?.[8] ?? "")),
  open: () => ok(makeReader()),
};

function makeReader(): LogReader {
  let firstS: number | null = null;
  return {
    read(line) {
      const parts = LINE.exec(line);
      // Tracebacks and the like go on over lines without a date.
      if (!parts) return DATED.test(line) ? null : "nothing";
      const wallS = secondsOf(parts);
      if (Number.isNaN(wallS)) return null;
      firstS ??= wallS;
      const entry = entryOf(parts[8]!);
      return entry === null ? "nothing" : { timeS: wallS - firstS, entries: [entry] };
    },
    clockText: (timeS) => firstS === null ? null : textOf(firstS + timeS),
    notes: () => [],
  };
}

/** The line's local time as if it were UTC: differences are what counts. */
function secondsOf(parts: RegExpExecArray): number {
  const [year, month, day, hour, minute, second, ms] = parts.slice(1, 8).map(Number);
  if (month! > 12 || day! > 31 || hour! > 23 || minute! > 59 || second! > 60) return NaN;
  return Date.UTC(year!, month! - 1, day, hour, minute, second, ms) / 1000;
}

function textOf(wallS: number): string {
  return new Date(Math.round(wallS * 1000)).toISOString().slice(0, 19).replace("T", " ");
}

function entryOf(text: string): LogEntry | null {
  if (text.startsWith("Send: ")) return { type: "sent", line: text.slice(6), origin: "host" };
  if (text.startsWith("Recv: ")) return { type: "received", line: text.slice(6) };
  if (OPENED.test(text)) return { type: "link", event: "host-open", detail: text.slice(0, 200) };
  if (CLOSED.test(text)) return { type: "link", event: "host-closed", detail: text.slice(0, 200) };
  return null;
}
