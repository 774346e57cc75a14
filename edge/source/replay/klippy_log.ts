import type { Observation } from "../observation.ts";
import { type LogFormat, onwardClock } from "./log_format.ts";

/** `Stats 1234.5: gcodein=0 … heater_bed: target=60 temp=60.1 pwm=0.321 … extruder: target=…`. */
const STATS = /^Stats (\d+(?:\.\d+)?): /;
const HEATER = /\b(extruder|heater_bed): target=(-?[\d.]+) temp=(-?[\d.]+) pwm=(-?[\d.]+)/g;

/** Klipper's klippy.log: its Stats lines tell heaters once a second; the rest is left out. */
export const KLIPPY_LOG: LogFormat = {
  name: "klippy.log",
  recognises: (head) => head.some((line) => STATS.test(line) || /^Starting Klippy/.test(line)),
  reader() {
    const clock = onwardClock();
    return {
      name: "klippy.log",
      read(line) {
        const time = STATS.exec(line);
        if (!time) return line.startsWith("Stats ") ? null : [];
        return observations(line, clock(Number(time[1])));
      },
    };
  },
};

function observations(line: string, eventTimeS: number): Observation[] {
  const found: Observation[] = [];
  for (const [, name, targetC, measuredC, duty] of line.matchAll(HEATER)) {
    found.push({
      type: "heater",
      eventTimeS,
      heater: name === "extruder" ? "hotend" : "bed",
      measuredC: Number(measuredC),
      targetC: Number(targetC),
      duty: Math.min(1, Math.max(0, Number(duty))),
    });
  }
  return found;
}
