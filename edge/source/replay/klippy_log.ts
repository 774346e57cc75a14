import { ok } from "../../../shared/result.ts";
import type { LogEntry, LogFormat, LogReader } from "./log_format.ts";

/**
 * `Stats 1234.5: gcodein=0 … heater_bed: target=60 temp=60.1 pwm=0.321 … extruder: target=…`, one a
 * second; makers' own builds put a time of day before it.
 */
const STATS = /(?:^|[:\]] )Stats (\d+(?:\.\d+)?): /;
const STATS_LIKE = /(?:^|[:\]] )Stats\b/;
/** Klipper writes the duty with three decimals: fewer are a line that was cut. */
const HEATER = /(?:^| )(\S+): target=(-?\d+(?:\.\d+)?) temp=(-?\d+\.\d+) pwm=(\d\.\d{3})(?= |$)/g;
const EXTRUDER = /^extruder\d*$/;
const STARTED = /(?:^|[:\]] )(?:Start printer at|Starting Klippy|Restarting printer)/;
/** From here on the heaters are off, whatever the Stats lines go on repeating. */
const SHUT_DOWN = /(?:^|[:\]] )(?:Transition to shutdown state|MCU '[^']*' shutdown:)/;
/** `Start printer at Sat May  6 16:29:38 2023 (1683390578.7 4387047.6)`: unix and log time. */
const WALL = /Start printer at .*\((\d+\.\d+) (\d+\.\d+)\)/;

/** Klipper's klippy.log: its Stats lines tell heaters once a second; the rest is left out. */
export const KLIPPY_LOG: LogFormat = {
  name: "klippy.log",
  hasCommands: false,
  recognises: (head) => head.some((line) => STATS.test(line) || STARTED.test(line)),
  open: () => ok(new KlippyReader()),
};

class KlippyReader implements LogReader {
  /** The hotend that is watched: the first one that was heated. */
  #hotend: string | null = null;
  #shutDown = false;
  #shutDowns = 0;
  #unixLessLogS: number | null = null;
  #leftOut = new Set<string>();

  read(line: string) {
    const time = STATS.exec(line);
    if (time) {
      const timeS = Number(time[1]);
      if (this.#shutDown) return { timeS, entries: [{ type: "tick" as const }] };
      return { timeS, entries: this.#entries(line) };
    }
    if (STATS_LIKE.test(line)) return null;
    this.#noteSession(line);
    return "nothing";
  }

  #noteSession(line: string): void {
    const wall = WALL.exec(line);
    if (wall) this.#unixLessLogS = Number(wall[1]) - Number(wall[2]);
    if (STARTED.test(line)) this.#shutDown = false;
    if (!this.#shutDown && SHUT_DOWN.test(line)) {
      this.#shutDown = true;
      this.#shutDowns++;
    }
  }

  #entries(line: string): LogEntry[] {
    const found: LogEntry[] = [];
    for (const [, name, target, temp, pwm] of line.matchAll(HEATER)) {
      const heater = this.#heaterOf(name!, Number(target));
      if (heater === null) continue;
      const duty = Math.min(1, Number(pwm));
      const measuredC = Number(temp), targetC = Number(target);
      found.push({ type: "heater", heater, measuredC, targetC, duty });
    }
    return found;
  }

  #heaterOf(name: string, targetC: number): "hotend" | "bed" | null {
    if (name === "heater_bed") return "bed";
    if (EXTRUDER.test(name)) {
      if (this.#hotend === null && targetC > 0) this.#hotend = name;
      if (name === (this.#hotend ?? "extruder")) return "hotend";
    }
    if (targetC > 0 && this.#leftOut.size < 8) this.#leftOut.add(name);
    return null;
  }

  clockText(timeS: number): string | null {
    if (this.#unixLessLogS === null) return null;
    const at = new Date(Math.round((timeS + this.#unixLessLogS) * 1000));
    return Number.isNaN(at.getTime()) ? null : `${at.toISOString().slice(0, 19)}Z`;
  }

  notes(): string[] {
    const found: string[] = [];
    if (this.#leftOut.size > 0) found.push(`not looked at: ${[...this.#leftOut].join(", ")}`);
    if (this.#shutDowns > 0) {
      const times = this.#shutDowns === 1 ? "once" : `${this.#shutDowns} times`;
      found.push(`Klipper shut down ${times}; what it repeats until its restart was left out`);
    }
    return found;
  }
}
