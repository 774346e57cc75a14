import type { Observation } from "../observation.ts";
import { type LogFormat, onwardClock } from "./log_format.ts";

const NEEDED = ["t", "ext_target", "ext_temp", "ext_pwm"];
const HEATERS = [["hotend", "ext"], ["bed", "bed"]] as const;

/** A table of heaters, a row a second: `t,ext_target,ext_temp,ext_pwm,bed_target,…`. */
export const HEATER_CSV: LogFormat = {
  name: "heater CSV",
  recognises: (head) => NEEDED.every((name) => columns(head[0] ?? "").includes(name)),
  reader(head) {
    const names = columns(head[0] ?? "");
    const clock = onwardClock();
    return {
      name: "heater CSV",
      read(line) {
        if (line.trim() === "" || columns(line)[0] === "t") return [];
        const cells = line.split(",").map((cell) => cell.trim());
        const row = Object.fromEntries(names.map((name, i) => [name, Number(cells[i])]));
        const broken = cells.length !== names.length || !Number.isFinite(row.t);
        return broken ? null : observations(row, clock(row.t!));
      },
    };
  },
};

function columns(line: string): string[] {
  return line.split(",").map((name) => name.trim());
}

function observations(row: Record<string, number>, eventTimeS: number): Observation[] {
  const found: Observation[] = [];
  for (const [heater, prefix] of HEATERS) {
    const targetC = row[`${prefix}_target`], measuredC = row[`${prefix}_temp`];
    const duty = row[`${prefix}_pwm`];
    if (targetC === undefined || measuredC === undefined || duty === undefined) continue;
    if (!Number.isFinite(targetC + measuredC + duty)) continue;
    found.push({ type: "heater", eventTimeS, heater, measuredC, targetC, duty });
  }
  return found;
}
