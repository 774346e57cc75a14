import type { Machine } from "../device/machine.ts";
import { initRegulator } from "../thermal/regulator.ts";
import { driveFan } from "../thermal/fan.ts";
import { quickStop } from "../motion/planner.ts";
import { initFirmware } from "./state.ts";

/**
 * Restarts the firmware: everything in its memory is lost but what M500 has stored, the heaters are
 * off, and for `silentS` it neither hears nor says anything.
 */
export function restart(m: Machine, silentS: number): void {
  quickStop(m.planner, m.nowS);
  m.fw = initFirmware(m.fw.p, m.fw.stored);
  m.fw.bootDueS = m.nowS + silentS;
  m.hotendHeater.regulator = initRegulator();
  m.bedHeater.regulator = initRegulator();
  m.planner.x =
    m.planner.y =
    m.planner.z =
    m.planner.e =
      0;
  driveFan(m.fan, m.p.fan, 0, m.nowS);
}
