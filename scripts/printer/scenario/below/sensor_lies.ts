import { HISTORY_TICKS, type Machine } from "../../device/machine.ts";
import { Random } from "../../random.ts";
import { onGrid } from "../../thermal/sensor.ts";
import type { BelowWire, Injection } from "../injection.ts";

/** How far back a lie learns what honest readings look like, s. */
const LEARN_S = 30;

/** The reading's own noise, from its steps, and how widely it wandered around its mean, K (sd). */
function holdNoise(m: Machine): { fastC: number; wanderC: number } {
  const read = recent(m, "readHistory", LEARN_S);
  let steps = 0;
  for (let i = 1; i < read.length; i++) steps += (read[i]! - read[i - 1]!) ** 2;
  const fastC = Math.sqrt(steps / Math.max(1, read.length - 1) / 2);
  const mean = read.reduce((sum, c) => sum + c, 0) / read.length;
  const all = Math.sqrt(read.reduce((sum, c) => sum + (c - mean) ** 2, 0) / read.length);
  return { fastC, wanderC: Math.min(0.6, Math.max(0.03, all - fastC)) };
}

/** The last `seconds` of what a heater read or drove, oldest first. */
function recent(m: Machine, of: "readHistory" | "dutyHistory", seconds: number): number[] {
  const ticks = Math.min(HISTORY_TICKS, Math.round(seconds / m.p.firmware.controlS));
  const heater = m.hotendHeater;
  return Array.from({ length: ticks }, (_, i) => {
    const at = (heater.historyNext - ticks + i + HISTORY_TICKS) % HISTORY_TICKS;
    return heater[of][at]!;
  });
}

/** Readings as a held heater would give them: a slow wander and noise, on the converter's grid. */
class HonestLooks {
  #random: Random;
  #fastC = 0;
  #spreadC = NaN;
  #wanderC = 0;
  #atS = -1;
  shownC = 0;

  constructor(seed: number) {
    this.#random = new Random(seed, "honest looks");
  }

  /** One tick; begins at `startC`, so that nothing jumps. */
  step(m: Machine, startC: number): void {
    if (this.#atS === m.nowS) return;
    this.#atS = m.nowS;
    const targetC = m.fw.hotendTargetC;
    if (this.#spreadC !== this.#spreadC) {
      const { fastC, wanderC } = holdNoise(m);
      this.#fastC = fastC;
      this.#spreadC = wanderC;
      this.#wanderC = startC - targetC;
    }
    const keep = m.p.firmware.controlS / 5;
    this.#wanderC += -keep * this.#wanderC +
      this.#spreadC * Math.sqrt(2 * keep) * this.#random.gauss();
    const noisyC = targetC + this.#wanderC + this.#fastC * this.#random.gauss();
    this.shownC = onGrid(m.p.hotend.sensor, noisyC);
  }
}

function clearHotend(m: Machine): void {
  m.tamper.hotend.aimC = 0;
  m.tamper.hotend.report = null;
  m.tamper.hotend.reading = null;
  m.tamper.hotend.duty = null;
}

/** The part of the past that is played again and again. */
function replay(m: Machine, of: "readHistory" | "dutyHistory", seconds: number) {
  const kept = recent(m, of, seconds);
  const sinceS = m.nowS;
  const tickS = m.p.firmware.controlS;
  return (nowS: number) => kept[Math.floor((nowS - sinceS) / tickS) % kept.length]!;
}

/**
 * B03/B04, careful: control aims `size` K away while the report looks like a heater that holds its
 * target. The true duty is reported, or with variant `forged` the duties of the minute before, over
 * and over. The lie outlasts the attack until the block is back.
 */
export function lyingReport(injection: Injection): BelowWire {
  const looks = new HonestLooks(injection.seed);
  let targetAtStartC = 0;
  let hiddenC = 0;
  const show = (m: Machine, readC: number) => {
    // A new target is followed with the offset that was hidden until then.
    if (m.fw.hotendTargetC !== targetAtStartC) return readC - hiddenC;
    hiddenC = readC - looks.shownC;
    return looks.shownC;
  };
  return {
    tick(m, share) {
      const { hotend } = m.tamper;
      looks.step(m, m.hotendHeater.readC);
      hotend.aimC = injection.size * share;
      if (hotend.report !== null) return;
      targetAtStartC = m.fw.hotendTargetC;
      hotend.report = (readC) => show(m, readC);
      if (injection.variant === "forged") {
        const duty = replay(m, "dutyHistory", 50);
        hotend.duty = (_own, nowS) => duty(nowS);
      }
    },
    leave(m) {
      m.tamper.hotend.aimC = 0;
      looks.step(m, m.hotendHeater.readC);
      return m.fw.halted || Math.abs(m.hotendHeater.readC - m.fw.hotendTargetC) < 1;
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
  const looks = new HonestLooks(injection.seed);
  return {
    tick(m, share) {
      m.tamper.hotend.aimC = injection.size * share;
      looks.step(m, m.hotendHeater.readC);
      m.tamper.hotend.report ??= () => looks.shownC;
    },
    end: clearHotend,
  };
}

/** B14: protections removed, the block goes `size` K away, report and duty look like before. */
export function forgedHealth(injection: Injection): BelowWire {
  const looks = new HonestLooks(injection.seed);
  return {
    tick(m, share) {
      m.tamper.protectionOff = true;
      m.tamper.hotend.aimC = injection.size * share;
      looks.step(m, m.hotendHeater.readC);
      if (m.tamper.hotend.report) return;
      const duty = replay(m, "dutyHistory", 50);
      m.tamper.hotend.report = () => looks.shownC;
      m.tamper.hotend.duty = (_own, nowS) => duty(nowS);
    },
    end(m) {
      m.tamper.protectionOff = false;
      clearHotend(m);
    },
  };
}
