import { type Heater, type Machine, say } from "../device/machine.ts";
import { reportedC } from "../device/heat.ts";
import type { HeaterTamper } from "../device/tamper.ts";
import { driveFan } from "../thermal/fan.ts";
import { advancedOk } from "./intake.ts";
import { type Command, has, valueOf, WORD } from "./command.ts";
import { heatingReport, temperatures } from "./report.ts";

/** Runs temperature and fan commands; `false` for any other. */
export function runHeatCode(m: Machine, c: Command): boolean {
  const { fw } = m;
  switch (c.code) {
    case 104:
      if (has(c, WORD.S)) fw.hotendTargetC = bounded(valueOf(c, WORD.S, 0), fw.p.hotendMaxC - 15);
      return true;
    case 140:
      if (has(c, WORD.S)) fw.bedTargetC = bounded(valueOf(c, WORD.S, 0), 110);
      return true;
    case 109:
      setAndWait(m, c, "hotend");
      return true;
    case 190:
      setAndWait(m, c, "bed");
      return true;
    case 105:
      answerTemperatures(m, c);
      return true;
    case 106:
      setFan(m, c, valueOf(c, WORD.S, 255));
      return true;
    case 107:
      setFan(m, c, 0);
      return true;
    case 155:
      if (!fw.p.autoReport) return false;
      fw.reportEveryS = Math.min(60, Math.max(0, valueOf(c, WORD.S, 0)));
      fw.reportDueS = fw.reportEveryS > 0 ? m.nowS + fw.reportEveryS : Infinity;
      return true;
    default:
      return false;
  }
}

function bounded(targetC: number, maxC: number): number {
  return Math.max(0, Math.min(maxC, targetC));
}

function setFan(m: Machine, c: Command, value: number): void {
  if (valueOf(c, WORD.P, 0) !== 0) return;
  m.fw.fanDuty = Math.max(0, Math.min(255, Math.floor(value)));
  driveFan(m.fan, m.p.fan, m.fw.fanDuty / 255 * m.tamper.fanFactor, m.nowS);
}

/** M105's answer is its own `ok`; the command's end then says nothing more. */
function answerTemperatures(m: Machine, c: Command): void {
  const ok = m.fw.p.advancedOk ? advancedOk(m, c.lineNumber) : "ok";
  say(m, `${ok} ${temperatures(m)}`);
}

function setAndWait(m: Machine, c: Command, which: "hotend" | "bed"): void {
  const { fw, tamper } = m;
  const exact = has(c, WORD.R);
  const given = valueOf(c, exact ? WORD.R : WORD.S, NaN);
  const heater = which === "hotend" ? m.hotendHeater : m.bedHeater;
  const targetC = which === "hotend"
    ? (given === given ? bounded(given, fw.p.hotendMaxC - 15) : fw.hotendTargetC)
    : (given === given ? bounded(given, 110) : fw.bedTargetC);
  if (which === "hotend") fw.hotendTargetC = targetC;
  else fw.bedTargetC = targetC;
  const readC = reportedC(heater, tamper[which], m.nowS);
  if (targetC <= 0 || (!exact && readC > targetC)) return;
  waitForHeat(m, which, heater, tamper[which]);
}

/** Reports once a second with the time left to stay near the target, as Marlin does. */
function waitForHeat(
  m: Machine,
  which: "hotend" | "bed",
  heater: Heater,
  tamper: HeaterTamper,
): void {
  const { fw } = m;
  const residencyS = fw.p.residencyS[which];
  let stayingSinceS = -1;
  let reportS = m.nowS;
  fw.heatingBroken = false;
  const wait = {
    check: (nowS: number) => {
      const targetC = which === "hotend" ? fw.hotendTargetC : fw.bedTargetC;
      const offC = Math.abs(reportedC(heater, tamper, nowS) - targetC);
      if (stayingSinceS < 0 ? offC < 1 : offC > 3) stayingSinceS = stayingSinceS < 0 ? nowS : -1;
      if (nowS >= reportS) {
        reportS = nowS + 1;
        wait.dueS = reportS;
        const left = Math.floor(residencyS - (nowS - stayingSinceS));
        const shown = residencyS > 0 ? (stayingSinceS < 0 ? "?" : String(left)) : null;
        say(m, heatingReport(m, which, shown));
      }
      if (fw.heatingBroken || targetC <= 0) return true;
      return stayingSinceS >= 0 && nowS - stayingSinceS >= residencyS;
    },
    dueS: m.nowS,
    busy: "processing" as const,
  };
  fw.wait = wait;
}
