import { reportedC, reportedDuty } from "../device/heat.ts";
import type { Machine } from "../device/machine.ts";
import { headAt } from "../motion/planner.ts";

/** `T:205.62 /205.00 B:55.21 /55.00 @:0 B@:6` in the dialect's own form. */
export function temperatures(m: Machine): string {
  const { fw, tamper } = m;
  const digits = fw.p.temperatureDecimals;
  const hotend = reportedC(m.hotendHeater, tamper.hotend, m.nowS).toFixed(digits);
  const bed = reportedC(m.bedHeater, tamper.bed, m.nowS).toFixed(digits);
  const hotendTarget = fw.hotendTargetC.toFixed(digits);
  const bedTarget = fw.bedTargetC.toFixed(digits);
  if (fw.p.dialect === "klipper") return `B:${bed} /${bedTarget} T0:${hotend} /${hotendTarget}`;
  const base = `T:${hotend} /${hotendTarget} B:${bed} /${bedTarget}`;
  const first = fw.p.namesHotendTwice ? ` T0:${hotend} /${hotendTarget}` : "";
  if (!fw.p.reportsDuty) return base + first;
  const hotendDuty = reportedDuty(m.hotendHeater, tamper.hotend, m.nowS);
  const bedDuty = reportedDuty(m.bedHeater, tamper.bed, m.nowS);
  const extra = fw.p.dialect === "prusa" ? ` P:0.0 A:${(m.airC + 6).toFixed(1)}` : "";
  return `${base}${first} @:${hotendDuty} B@:${bedDuty}${extra}`;
}

/** `X:0.00 Y:190.00 Z:7.00 E:0.00 Count X:0 Y:15200 Z:2800`. */
export function position(m: Machine): string {
  const p = m.planner;
  const digits = m.fw.p.temperatureDecimals > 2 ? 6 : 2;
  const f = (mm: number) => mm.toFixed(digits);
  const head = headAt(p, m.nowS);
  const perMm = m.fw.settings.motion.stepsPerMm;
  const steps = (axis: 0 | 1 | 2) => Math.round(head[axis] * perMm[axis]);
  if (m.fw.p.dialect === "klipper") {
    return `X:${p.x.toFixed(3)} Y:${p.y.toFixed(3)} Z:${p.z.toFixed(3)} E:${p.e.toFixed(3)}`;
  }
  return `X:${f(p.x)} Y:${f(p.y)} Z:${f(p.z)} E:${f(p.e)} ` +
    `Count X:${steps(0)} Y:${steps(1)} Z:${steps(2)}`;
}

/** What a heating command reports each second while it waits; `left` is "?" or seconds. */
export function heatingReport(m: Machine, which: "hotend" | "bed", left: string | null): string {
  const { fw, tamper } = m;
  const wait = left === null ? "" : ` W:${left}`;
  if (fw.p.dialect === "klipper") return temperatures(m);
  if (fw.p.dialect !== "prusa") return ` ${temperatures(m)}${wait}`;
  // Prusa's firmware keeps the short form of the oldest Marlin.
  const hotend = reportedC(m.hotendHeater, tamper.hotend, m.nowS).toFixed(1);
  const bed = reportedC(m.bedHeater, tamper.bed, m.nowS).toFixed(1);
  return which === "hotend" ? `T:${hotend} E:0${wait}` : `T:${hotend} E:0 B:${bed}`;
}
