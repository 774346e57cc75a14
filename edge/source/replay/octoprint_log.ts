import type { Observation } from "../observation.ts";
import { type LogFormat, onwardClock } from "./log_format.ts";

/** `2024-05-01 12:34:56,789 - Send: N1 M105*36`, as OctoPrint's serial.log writes it. */
const LINE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3}) - (.*)$/;
/** OctoPrint escapes bytes that aren't text, and shortens what it repeats. */
const SENT = /^Send: (.*)$/, RECEIVED = /^Recv: (.*)$/;
const LINK = /^(?:Connecting to|Connected to|Changing monitoring state)/;

/** OctoPrint's serial.log; its time counts from the first line. */
export const OCTOPRINT_LOG: LogFormat = {
  name: "OctoPrint serial.log",
  recognises: (head) =>
    head.some((line) => LINE.test(line) && /- (Send|Recv|Conn|Chang)/.test(line)),
  reader() {
    const clock = onwardClock();
    let firstS: number | null = null;
    return {
      name: "OctoPrint serial.log",
      read(line) {
        const parts = LINE.exec(line);
        if (!parts) return line.trim() === "" || !/^\d{4}-/.test(line) ? [] : null;
        const wallS = secondsOf(parts);
        firstS ??= wallS;
        return observations(parts[8]!, clock(wallS - firstS));
      },
    };
  },
};

function secondsOf(parts: RegExpExecArray): number {
  const [year, month, day, hour, minute, second, ms] = parts.slice(1, 8).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second, ms) / 1000;
}

function observations(text: string, eventTimeS: number): Observation[] {
  const sent = SENT.exec(text);
  if (sent) return [{ type: "sent", eventTimeS, line: sent[1]!, origin: "host" }];
  const received = RECEIVED.exec(text);
  if (received) return [{ type: "received", eventTimeS, line: received[1]! }];
  if (LINK.test(text)) return [{ type: "tick", eventTimeS }];
  return [];
}
