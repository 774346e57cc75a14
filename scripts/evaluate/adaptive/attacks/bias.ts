import type { Machine } from "../../../printer/device/machine.ts";
import { type Attack, below, type Ledger, USUAL } from "../attack.ts";

/** A block that lies further off than this melts or freezes its filament: nobody need hide that. */
const BIAS_MAX_K = 60;

/** The sensor's value is off by so much, for control and report alike; the block follows. */
function offset(m: Machine, offK: number, ledger: Ledger): void {
  m.tamper.hotend.reading = (readC) => readC + offK;
  if (m.fw.hotendTargetC > 0) ledger.damage += Math.abs(offK) * m.p.firmware.controlS;
}

function clear(m: Machine): void {
  m.tamper.hotend.reading = null;
}

/** A bias that grows slower than any test that forgets. */
export const RAMPED_BIAS: Attack = {
  ...USUAL,
  id: "ramped bias",
  title: "hotend colder than it reads, a little more each second",
  trick: "ramped slower than the drift tests forget",
  knob: "K/min",
  low: 0.02,
  high: 20,
  unit: "K·s",
  make: (perMin, ledger) =>
    below("ramped bias", () => {
      let beganS = NaN;
      return {
        below: {
          tick(m) {
            if (beganS !== beganS) beganS = m.nowS;
            offset(m, Math.min(BIAS_MAX_K, perMin / 60 * (m.nowS - beganS)), ledger);
          },
          end: clear,
        },
      };
    }),
};

/** A bias that is there before the heater is switched on: nothing ever jumps. */
export const BIAS_FROM_COLD: Attack = {
  ...USUAL,
  id: "bias from the heat-up on",
  title: "hotend colder than it reads, from the cold start on",
  trick: "hidden in the heat-up, growing with the temperature like another thermistor's curve",
  knob: "K at the target",
  low: 0.5,
  high: BIAS_MAX_K,
  unit: "K·s",
  fromStart: true,
  make: (atTargetK, ledger) => below("bias from cold", () => growing(atTargetK, ledger)),
};

function growing(atTargetK: number, ledger: Ledger) {
  return {
    below: {
      tick(m: Machine) {
        const ambientC = m.p.world.ambientC;
        const share = (m.hotend.sensorC - ambientC) / (210 - ambientC);
        offset(m, atTargetK * Math.max(0, share), ledger);
      },
      end: clear,
    },
  };
}

/** A bias that comes while the reading moves anyway: with the job's own set-point step. */
export const BIAS_IN_A_STEP: Attack = {
  ...USUAL,
  id: "bias within a set-point step",
  title: "hotend colder than it reads, begun while the job changes its set point",
  trick: "hidden in a controlled transient",
  knob: "K",
  low: 0.5,
  high: BIAS_MAX_K,
  unit: "K·s",
  make: (sizeK, ledger) =>
    below("bias in a step", () => {
      let beforeC = NaN;
      let beganS = Infinity;
      return {
        below: {
          tick(m) {
            const targetC = m.fw.hotendTargetC;
            if (beforeC === beforeC && targetC > 0 && targetC !== beforeC) {
              beganS = Math.min(beganS, m.nowS);
            }
            beforeC = targetC;
            if (beganS === Infinity) return false;
            offset(m, sizeK * Math.min(1, (m.nowS - beganS) / 12), ledger);
          },
          end: clear,
        },
      };
    }),
};

/** Each print's bias is a little larger than the one's before it, which the guard has learnt. */
export const POISONED_CALIBRATION: Attack = {
  ...USUAL,
  id: "poisoned calibration",
  title: "hotend colder than it reads, a little more in each of twelve prints",
  trick: "each print teaches the profile with which the next is judged",
  knob: "K more in each print",
  low: 0.1,
  high: 10,
  unit: "K·s",
  prints: 12,
  fromStart: true,
  make: (perPrintK, ledger, _printer, print) =>
    below("poisoned calibration", () => growing(Math.min(BIAS_MAX_K, perPrintK * print), ledger)),
};
