import type { Severity, Verdict } from "../../../shared/verdict.ts";

/** A verdict's name, its sign beside the colour, and what it means to whoever reads the report. */
export const VERDICTS: Record<Verdict, { name: string; sign: string; meaning: string }> = {
  "potential-cyberthreat": {
    name: "Potential cyberthreat",
    sign: "▲",
    meaning: "this looks like tampering; somebody should find out who did it",
  },
  "undetermined": {
    name: "Undetermined",
    sign: "◆",
    meaning: "something is wrong, but what was seen fits no known cause, or more than one",
  },
  "expected-anomaly": {
    name: "Expected anomaly",
    sign: "●",
    meaning: "a nuisance that healthy printers have now and then",
  },
};

/** A severity in words. */
export const SEVERITIES: Record<Severity, string> = {
  info: "harmless",
  low: "hardly harmful",
  medium: "the part may suffer",
  high: "the part may be spoilt without anyone noticing",
  critical: "people or the machine may come to harm",
};

/** What each kind of log can show, and what it can't. */
export const SIGHT: Record<string, string> = {
  "transcript": "Commands and answers of the serial line: temperatures, set points and all that " +
    "was sent. With the job's file each line was held against it.",
  "OctoPrint serial.log": "Commands and answers of the serial line: temperatures, set points and " +
    "all that was sent. With the job's file each line is held against it.",
  "klippy.log": "Klipper's Stats lines: temperatures, set points and duty of heaters. Commands, " +
    "fan and extrusion are not in them, so the twin has to allow for either.",
  "heater CSV": "Temperatures, set points and duty of heaters. Commands, fan and extrusion are " +
    "not in the table, so the twin has to allow for either.",
};

/** A length of time as a person says it: `1 h 02 min`, `3 min 05 s`, `12.3 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h} h ${two(min)} min` : `${min} min ${two(s)} s`;
}

/** A number with thin spaces between thousands. */
export function grouped(value: number): string {
  return value.toLocaleString("en").replaceAll(",", "\u202f");
}

/** A signal's name in words: `hotend-temperature` is `Hotend temperature`. */
export function signalName(signal: string): string {
  const text = signal.replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
