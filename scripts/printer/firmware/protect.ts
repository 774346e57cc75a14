import { reportedC } from "../device/heat.ts";
import { type Heater, type Machine, say } from "../device/machine.ts";
import { quickStop } from "../motion/planner.ts";
import type { HeaterTamper } from "../device/tamper.ts";

/** Stops everything as a firmware does that no longer trusts itself. */
export function kill(m: Machine, reason: string): void {
  const { fw } = m;
  if (fw.p.dialect === "klipper") {
    say(m, "// Klipper state: Shutdown");
    say(m, reason === "" ? "!! Shutdown due to M112 command" : `!! ${reason}`);
  } else {
    if (reason !== "") say(m, `Error:${reason}`);
    say(m, "Error:Printer halted. kill() called!");
  }
  fw.halted = true;
  fw.hotendTargetC = 0;
  fw.bedTargetC = 0;
  quickStop(m.planner, m.nowS);
  fw.wait = null;
  fw.current = null;
  fw.queue.length = 0;
  fw.backlog.length = 0;
  fw.reportDueS = Infinity;
  fw.positionDueS = Infinity;
  fw.busyDueS = Infinity;
}

/**
 * Marlin's protections on the temperature that the firmware believes: minimum and maximum, a heater
 * that doesn't heat, and one that runs away from its target.
 */
export function protect(m: Machine): void {
  if (m.fw.halted || m.tamper.protectionOff) return;
  protectHeater(m, m.hotendHeater, m.tamper.hotend, m.fw.hotendTargetC, "0", m.fw.p.hotendMaxC);
  if (!m.fw.halted) {
    protectHeater(m, m.bedHeater, m.tamper.bed, m.fw.bedTargetC, "bed", 125);
  }
}

/** A fault in the dialect's words. */
function fault(m: Machine, what: string, id: string): string {
  if (m.fw.p.dialect !== "klipper") return `${what}, system stopped! Heater_ID: ${id}`;
  const heater = id === "bed" ? "heater_bed" : "extruder";
  return what.endsWith("TEMP triggered")
    ? `MCU 'mcu' shutdown: ADC out of range`
    : `Heater ${heater} not heating at expected rate`;
}

function protectHeater(
  m: Machine,
  heater: Heater,
  tamper: HeaterTamper,
  targetC: number,
  id: string,
  maxC: number,
): void {
  const readC = reportedC(heater, tamper, m.nowS);
  if (readC > maxC) return kill(m, fault(m, "MAXTEMP triggered", id));
  if (readC < 0) return kill(m, fault(m, "MINTEMP triggered", id));
  const rules = m.fw.p.thermalProtection;
  const slow = id === "bed" ? 3 : 1;
  if (targetC !== heater.guardedTargetC) {
    heater.guardedTargetC = targetC;
    heater.settled = false;
    heater.watchC = readC + rules.watchC;
    heater.watchDueS = targetC > readC + rules.watchC + rules.hysteresisC + 1
      ? m.nowS + rules.watchS * slow
      : Infinity;
  }
  if (targetC <= 0) return;
  if (m.nowS >= heater.watchDueS) {
    if (readC < heater.watchC) {
      return kill(m, fault(m, "Heating failed", id));
    }
    heater.watchC = readC + rules.watchC;
    heater.watchDueS = targetC > heater.watchC + rules.hysteresisC + 1
      ? m.nowS + rules.watchS * slow
      : Infinity;
  }
  if (!heater.settled && readC >= targetC) heater.settled = true;
  if (!heater.settled || readC >= targetC - rules.hysteresisC) heater.nearS = m.nowS;
  else if (m.nowS - heater.nearS > rules.periodS) {
    kill(m, fault(m, "Thermal Runaway", id));
  }
}
