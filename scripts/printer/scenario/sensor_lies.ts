import { HISTORY_TICKS, type Machine } from "../device/machine.ts";
import { Random } from "../random.ts";
import type { BelowWire, Injection } from "./injection.ts";

/** Standard deviation of the readings while the heater held its target, K. */
function holdNoise(m: Machine): number {
  const past = m.hotendHeater.readHistory;
  let sum = 0;
  let squares = 0;
  for (const readC of past) {
    sum += readC;
    squares += readC * readC;
  }
  const mean = sum / past.length;
  return Math.min(1.5, Math.max(0.05, Math.sqrt(Math.max(0, squares / past.length - mean * mean))));
}

function clearHotend(m: Machine): void {
  m.tamper.hotend.aimC = 0;
  m.tamper.hotend.report = null;
  m.tamper.hotend.reading = null;
  m.tamper.hotend.duty = null;
}

/** The part of the past that is played again and again, s ago to now. */
function replay(m: Machine, of: "readHistory" | "dutyHistory", seconds: number) {
  const ticks = Math.min(HISTORY_TICKS, Math.round(seconds / m.p.firmware.controlS));
  const heater = m.hotendHeater;
  const kept = Array.from({ length: ticks }, (_, i) => {
    const at = (heater.historyNext - ticks + i + HISTORY_TICKS) % HISTORY_TICKS;
    return heater[of][at]!;
  });
  const sinceS = m.nowS;
  const tickS = m.p.firmware.controlS;
  return (nowS: number) => kept[Math.floor((nowS - sinceS) / tickS) % ticks]!;
}

/**
 * B03/B04, careful: control aims `size` K away while the report stays on the target: the reading's
 * own noise remains, its slow part is replaced by a wander as wide as the heater's before. The true
 * duty is reported, or with variant `forged` the duty of the minute before, over and over.
 */
export function lyingReport(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "lie");
  let slowC = NaN;
  let wanderC = 0;
  let spreadC = 0;
  let targetAtStartC = 0;
  let hiddenC = 0;
  let at = -1;
  const wander = (m: Machine) => {
    const dt = m.p.firmware.controlS;
    slowC += (m.hotendHeater.readC - slowC) * dt / 2;
    wanderC += -wanderC * dt / 6 + spreadC * Math.sqrt(2 * dt / 6) * random.gauss();
  };
  return {
    tick(m, share) {
      const { hotend } = m.tamper;
      hotend.aimC = injection.size * share;
      if (hotend.report === null) {
        slowC = m.hotendHeater.readC;
        targetAtStartC = m.fw.hotendTargetC;
        wanderC = slowC - targetAtStartC;
        spreadC = 0.7 * holdNoise(m);
        hotend.report = (readC) => {
          // A new target is followed with the offset that was hidden until then.
          if (m.fw.hotendTargetC !== targetAtStartC) return readC - hiddenC;
          const shownC = targetAtStartC + wanderC + (readC - slowC);
          hiddenC = readC - shownC;
          return shownC;
        };
        if (injection.variant === "forged") {
          const duty = replay(m, "dutyHistory", 50);
          hotend.duty = (_own, nowS) => duty(nowS);
        }
      }
      if (at !== m.nowS) wander(m);
      at = m.nowS;
    },
    end: clearHotend,
  };
}

/** B03/B04, crude or slow: what control and report read is off by −`size` K; control follows it. */
export function offsetReading(injection: Injection): BelowWire {
  let offC = 0;
  return {
    tick(m, share) {
      offC = injection.size * share;
      m.tamper.hotend.reading ??= (readC) => readC - offC;
    },
    end: clearHotend,
  };
}

/** B13: the last reading, for ever: control is blind and its integral walks away. */
export function frozenSensor(): BelowWire {
  return {
    tick(m) {
      if (m.tamper.hotend.reading) return;
      const lastC = m.hotendHeater.readC;
      m.tamper.hotend.reading = () => lastC;
    },
    end: clearHotend,
  };
}

/** B13: readings and duties of the 40 s before are reported again and again; the block strays. */
export function replayedSensor(injection: Injection): BelowWire {
  return {
    tick(m, share) {
      m.tamper.hotend.aimC = injection.size * share;
      if (m.tamper.hotend.report) return;
      const read = replay(m, "readHistory", 40);
      const duty = replay(m, "dutyHistory", 40);
      m.tamper.hotend.report = (_own, nowS) => read(nowS);
      m.tamper.hotend.duty = (_own, nowS) => duty(nowS);
    },
    end: clearHotend,
  };
}

/** B13: plausible readings out of nothing, the true duty beside them; the block strays. */
export function synthesised(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "synthesis");
  let wanderC = 0;
  let spreadC = NaN;
  return {
    tick(m, share) {
      m.tamper.hotend.aimC = injection.size * share;
      if (spreadC !== spreadC) spreadC = holdNoise(m);
      const dt = m.p.firmware.controlS;
      wanderC += -wanderC * dt / 4 + spreadC * Math.sqrt(2 * dt / 4) * random.gauss();
      m.tamper.hotend.report ??= () => m.fw.hotendTargetC + wanderC;
    },
    end: clearHotend,
  };
}
