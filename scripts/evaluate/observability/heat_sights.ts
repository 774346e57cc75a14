import { airAt, type HoldNoise, hotendHold } from "./heat_noise.ts";
import { matchedSnr, type Wander } from "./matched_filter.ts";
import type { Scene, Sight } from "./sight.ts";
import { CERTAIN_SNR } from "./threshold.ts";

/**
 * Heat that a learnt model still puts wrong, as a share of melt and fan heat: retractions, layers,
 * the part's own shadow. Half a minute is how long a stretch of one kind lasts.
 */
const MODEL_SHARE = 0.05;
const MODEL_S = 30;
/** What a twin of a hotend or its bead gets wrong of one step of the temperature, K. */
const STEP_MODEL_K = 0.3;
/** Samples of a replay have to be found at an unknown lag: one of so many. */
const LAGS = 120;

/** Wander of the heat balance: the room, and the model. */
export function heatWanders(scene: Scene, hold: HoldNoise): Wander[] {
  const { world } = scene.printer;
  return [
    { sd: hold.lossWPerK * world.ambientWanderC, timeS: world.ambientWanderS },
    { sd: MODEL_SHARE * (hold.meltW + hold.fanW), timeS: MODEL_S },
  ];
}

/** Noise of a duty counted at a gate: 1 %, in steps of half a percent. */
export const GATE_NOISE = Math.hypot(0.01, 0.005 / Math.sqrt(12));

/**
 * An unbalance of `ofW` watts, against duty noise, room and model; needs a duty, from the reports or,
 * where the hotend's gate is watched, from the gate. A report tells the duty of one tick; the gate's
 * mean between two reports averages the regulator's noise, but not below its own.
 */
export function balance(
  scene: Scene,
  hold: HoldNoise,
  ofW: (atS: number) => number,
  forS = scene.forS,
): Sight {
  const reported = scene.printer.firmware.reportsDuty ? hold.duty : Infinity;
  const looks = Math.max(1, scene.reportS / scene.senseS);
  const counted = scene.gate ? Math.hypot(hold.duty, GATE_NOISE) / Math.sqrt(looks) : Infinity;
  if (Math.min(reported, counted) === Infinity) {
    return { signal: "no duty is reported", snr: 0 };
  }
  return {
    signal: counted < reported
      ? "heat balance: the gate's duty and temperature against the loss"
      : "heat balance: duty and temperature against the loss",
    snr: matchedSnr({
      of: ofW,
      forS,
      everyS: scene.reportS,
      noise: hold.fullW * Math.min(reported, counted),
      wanders: heatWanders(scene, hold),
    }),
  };
}

/** Grows 0…1 over the injection's onset. */
export function shareAt(scene: Scene, atS: number): number {
  const { onsetS } = scene.injection;
  return onsetS > 0 ? Math.min(1, atS / onsetS) : 1;
}

/** The report strays `sizeK` from the block behind it: heat goes into or out of the block unseen. */
export function hiddenBlock(scene: Scene): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  const size = scene.injection.size;
  // A block cools at no duty and heats at full: at once is not possible.
  const rateW = size < 0 ? hold.holdW : Math.max(2, hold.fullW - hold.holdW);
  const takesS = Math.max(scene.injection.onsetS, Math.abs(size) * hold.capacityJPerK / rateW);
  const stored = hold.capacityJPerK * size / takesS;
  return balance(
    scene,
    hold,
    (atS) => atS < takesS ? stored + hold.lossWPerK * size * atS / takesS : hold.lossWPerK * size,
  );
}

/** How far a block has got after `atS` on its way to `sizeK`: heating at full, cooling at none, K. */
export function reached(scene: Scene, hold: HoldNoise, sizeK: number, atS = scene.forS): number {
  const rateW = sizeK < 0 ? hold.holdW : Math.max(2, hold.fullW - hold.holdW);
  const mostK = rateW * atS / hold.capacityJPerK;
  return Math.sign(sizeK) * Math.min(Math.abs(sizeK) * shareAt(scene, atS), mostK);
}

/** The reading itself jumps: no block can do that. */
export function jump(scene: Scene, sizeK: number): Sight {
  const { readK } = hotendHold(scene.printer, scene.job);
  const shown = Math.max(0.15, scene.printer.firmware.temperatureDecimals === 0 ? 1 : 0.15);
  return {
    signal: "a reading that jumps further than a block can",
    snr: scene.forS >= scene.reportS
      ? Math.abs(sizeK) / Math.hypot(Math.SQRT2 * readK, STEP_MODEL_K, shown)
      : 0,
  };
}

/**
 * Share of the samples of a replay that fall on the tick that was reported then: reports by the
 * firmware's own clock come in step, a host's polls wander by some tenths of a second.
 */
const IN_STEP = 0.9;
const OUT_OF_STEP = 0.3;

/**
 * Values that were reported before come again. A sample is worth the divergence between how often it
 * is equal in a replay and how often by chance; the lag has to be searched.
 */
export function repeats(scene: Scene, of: "duty" | "both"): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  const { firmware } = scene.printer;
  // Two draws of a normal distribution fall into one step of its grid.
  const equal = (spread: number, step: number) =>
    Math.min(1, step / (spread * Math.sqrt(4 * Math.PI)));
  const byChance = (firmware.reportsDuty ? equal(hold.duty, 1 / 127) : 1) *
    (of === "both" ? equal(hold.readK, hold.stepK) : 1);
  const inReplay = scene.polled ? OUT_OF_STEP : IN_STEP;
  const nats = inReplay <= byChance ? 0 : inReplay * Math.log(inReplay / byChance) +
    (1 - inReplay) * Math.log((1 - inReplay) / (1 - byChance));
  const samples = scene.forS / scene.reportS;
  return {
    signal: of === "both" ? "readings and duties that come again" : "duties that come again",
    snr: Math.sqrt(Math.max(0, 2 * (samples * nats - Math.log(LAGS)))),
  };
}

/** One value over and over, where noise would have moved it. */
export function frozen(scene: Scene): Sight {
  const { readK, stepK } = hotendHold(scene.printer, scene.job);
  const nats = Math.log(Math.max(1.05, readK * Math.sqrt(4 * Math.PI) / stepK));
  return {
    signal: "a reading without any noise",
    snr: Math.sqrt(2 * nats * scene.forS / scene.reportS),
  };
}

/**
 * A duty that does not answer to the readings beside it: a regulator's noise is its reading's. Each
 * sample is worth what the correlation told, −½·ln(1 − ρ²).
 */
export function unanswered(scene: Scene): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  const nats = scene.printer.firmware.reportsDuty
    ? -0.5 * Math.log(1 - Math.min(0.95, hold.answered))
    : 0;
  return {
    signal: "a duty that does not answer to the readings",
    snr: Math.sqrt(2 * nats * scene.forS / scene.reportS),
  };
}

/** A reported wander that the block would need heat for, and the duty does not give. */
export function unpaidWander(scene: Scene): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  if (!scene.printer.firmware.reportsDuty) return { signal: "no duty is reported", snr: 0 };
  // The inventor's wander: at least 0.03 K (sd) with 5 s of memory.
  const wanderK = Math.max(0.05, hold.readK);
  const paid = hold.capacityJPerK * wanderK * Math.sqrt(2 / (5 * Math.max(1, scene.reportS)));
  const ratio = (paid / (hold.fullW * hold.duty)) ** 2;
  return {
    signal: "temperatures that move without heat",
    snr: Math.min(40, ratio * Math.sqrt(scene.forS / scene.reportS / 2)),
  };
}

/** A part fan that moves less air than its command: less heat taken from the hotend. */
export function lessAir(scene: Scene): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  const { printer, job, injection } = scene;
  const over = job.hotendC - printer.world.ambientC;
  const air = (share: number) =>
    airAt(printer, job.fanDuty * Math.max(0, 1 + injection.size / 100 * share));
  const lost = (atS: number) =>
    printer.hotend.fanWPerK * over * (air(0) - air(shareAt(scene, atS)));
  return {
    ...balance(scene, hold, lost, scene.forS * job.fanShare),
    signal: "heater load that misses the fan's cooling",
  };
}

/** Filament that does not arrive: its heat is missing. */
export function lessMelt(scene: Scene, sizePercent: number): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  const missing = (atS: number) => hold.meltW * -sizePercent / 100 * shareAt(scene, atS);
  return {
    ...balance(scene, hold, missing),
    signal: "heater load that misses the filament's heat",
  };
}

/** A heater whose switch stands against its duty, for good or for bad. */
export function wrongPower(
  scene: Scene,
  hold: HoldNoise,
  ofW: number,
): Sight {
  const onBed = scene.injection.variant === "bed";
  const paid = balance({ ...scene, gate: scene.gate && !onBed }, hold, () => ofW);
  // Without a duty the temperature alone has to stray; half a kelvin is its ordinary wander.
  const strayK = ofW * Math.max(0, scene.forS - 3) / hold.capacityJPerK;
  const stray = Math.min(CERTAIN_SNR, Math.abs(strayK) / Math.hypot(0.5, hold.readK));
  return paid.snr >= stray ? paid : { signal: "a temperature that leaves its target", snr: stray };
}
