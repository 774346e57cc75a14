import type { Machine } from "../../../printer/device/machine.ts";
import { driveFan } from "../../../printer/thermal/fan.ts";
import { type Attack, below, type Ledger, USUAL } from "../attack.ts";

/** Steps in which a creeping change goes on, %. */
const STEP_PERCENT = 0.2;

/** A change that grows by `perMin` % a minute, in steps of 0.2 %, up to `most` %. */
function creeping(
  perMin: number,
  most: number,
  apply: (m: Machine, percent: number) => void,
  end: (m: Machine) => void,
) {
  let beganS = NaN;
  return {
    below: {
      tick(m: Machine) {
        if (beganS !== beganS) beganS = m.nowS;
        const grown = Math.min(most, perMin / 60 * (m.nowS - beganS));
        const percent = Math.floor(grown / STEP_PERCENT) * STEP_PERCENT;
        apply(m, percent);
        return percent > 0;
      },
      end,
    },
  };
}

/** Mean over the time that something would have run, in %. */
class Mean {
  #sum = 0;
  #n = 0;

  add(percent: number, ledger: Ledger): void {
    this.#sum += percent;
    this.#n++;
    ledger.damage = this.#sum / this.#n;
  }
}

export const CREEPING_FLOW: Attack = {
  ...USUAL,
  id: "flow in tiny steps",
  title: "filament pushed by the firmware, 0.2 % less and less",
  trick: "no step is large enough to be one",
  knob: "% a minute",
  low: 0.05,
  high: 60,
  unit: "% of the filament",
  make: (perMin, ledger) =>
    below("creeping flow", () => {
      const mean = new Mean();
      let thenMm = NaN;
      return creeping(perMin, 90, (m, percent) => {
        m.tamper.extrusionFactor = 1 - percent / 100;
        if (m.commandedMm > thenMm) mean.add(percent, ledger);
        thenMm = m.commandedMm;
      }, (m) => m.tamper.extrusionFactor = 1);
    }),
};

export const CREEPING_FAN: Attack = {
  ...USUAL,
  id: "fan in tiny steps",
  title: "part fan driven 0.2 % less and less",
  trick: "slower than the drift tests forget",
  knob: "% a minute",
  low: 0.05,
  high: 100,
  unit: "% of the fan",
  make: (perMin, ledger) =>
    below("creeping fan", () => {
      const mean = new Mean();
      return creeping(perMin, 100, (m, percent) => {
        const factor = 1 - percent / 100;
        if (m.fw.fanDuty > 0) mean.add(percent, ledger);
        if (m.tamper.fanFactor === factor) return;
        m.tamper.fanFactor = factor;
        driveFan(m.fan, m.p.fan, m.fw.fanDuty / 255 * factor, m.nowS);
      }, (m) => m.tamper.fanFactor = 1);
    }),
};

export const CREEPING_SPEED: Attack = {
  ...USUAL,
  id: "speed in tiny steps",
  title: "moves 0.2 % slower and slower",
  trick: "slower than a pace is learnt anew",
  knob: "% a minute",
  low: 0.05,
  high: 60,
  unit: "% of the speed",
  make: (perMin, ledger) =>
    below("creeping speed", () => {
      const mean = new Mean();
      return creeping(perMin, 80, (m, percent) => {
        m.tamper.speedFactor = 1 - percent / 100;
        mean.add(percent, ledger);
      }, (m) => m.tamper.speedFactor = 1);
    }),
};

export const CREEPING_RETRACTION: Attack = {
  ...USUAL,
  id: "retractions in tiny steps",
  title: "retractions 0.2 % shorter and shorter",
  trick: "slower than a pace is learnt anew",
  knob: "% a minute",
  low: 0.2,
  high: 100,
  unit: "% of the retraction",
  make: (perMin, ledger) =>
    below("creeping retraction", () => {
      const mean = new Mean();
      return creeping(perMin, 100, (m, percent) => {
        m.tamper.retractionFactor = 1 - percent / 100;
        mean.add(percent, ledger);
      }, (m) => m.tamper.retractionFactor = 1);
    }),
};

/** Steps along X that nobody commanded, a little with every minute: nothing senses the head. */
export const CREEPING_POSITION: Attack = {
  ...USUAL,
  id: "position in tiny steps",
  title: "the head drifts along X",
  trick: "no suite senses where the head is",
  knob: "mm a minute",
  low: 0.01,
  high: 5,
  unit: "mm",
  make: (perMin, ledger) =>
    below("creeping position", () => {
      let beganS = NaN;
      let doneMm = 0;
      return {
        below: {
          tick(m) {
            if (beganS !== beganS) beganS = m.nowS;
            const owed = perMin / 60 * (m.nowS - beganS) - doneMm;
            if (owed < 0.01 || m.tamper.extraMove !== null) return doneMm > 0;
            m.tamper.extraMove = { axis: 0, mm: owed };
            m.tamper.headOffsetMm[0] += owed;
            doneMm += owed;
            ledger.damage = doneMm;
          },
          end: () => {},
        },
      };
    }),
};
