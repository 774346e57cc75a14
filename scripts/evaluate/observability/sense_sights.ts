import { hotendHold } from "./heat_noise.ts";
import { GATE_NOISE, reached, shareAt } from "./heat_sights.ts";
import { matchedSnr } from "./matched_filter.ts";
import type { Scene, Sight } from "./sight.ts";
import { CERTAIN_SNR } from "./threshold.ts";

/** Filament under one pulse of the encoder, mm; a count is off by 1/√12 of it. */
const PULSE_MM = 2.9;
const COUNT_MM = PULSE_MM / Math.sqrt(12);
/** Noise of the thermocouple: 0.15 K and steps of 0.25 K. */
const THERMOCOUPLE_K = Math.hypot(0.15, 0.25 / Math.sqrt(12));
/** Block and bead differ by so much from stretch to stretch (lag 3 s, flow, 1.5 % to the air). */
const PLACE_K = 0.3;
const PLACE_S = 60;
/**
 * The block's second thermometer against the report; its offset was learnt before. A false reading is
 * off at once; a block takes its time to get away from a report that lies.
 */
export function thermocouple(scene: Scene, sizeK = scene.injection.size, offAtOnce = false): Sight {
  const hold = hotendHold(scene.printer, scene.job);
  const awayK = (atS: number) =>
    offAtOnce ? sizeK * shareAt(scene, atS) : reached(scene, hold, sizeK, atS);
  const lagged = (atS: number) => awayK(atS) * (1 - Math.exp(-atS / 6));
  return {
    signal: "thermocouple against the report (0.25 K steps)",
    snr: matchedSnr({
      of: lagged,
      forS: scene.forS,
      everyS: scene.senseS,
      noise: THERMOCOUPLE_K,
      wanders: [{ sd: PLACE_K, timeS: PLACE_S }],
    }),
  };
}

/** The heater gate's duty against the reported one, `of` 0–1 apart. */
export function heaterGate(scene: Scene, of: number): Sight {
  if (!scene.printer.firmware.reportsDuty) return { signal: "no duty is reported", snr: 0 };
  const hold = hotendHold(scene.printer, scene.job);
  return {
    signal: "heater gate against the reported duty",
    snr: Math.min(
      CERTAIN_SNR,
      matchedSnr({
        of: () => of,
        forS: scene.forS,
        everyS: Math.max(scene.senseS, scene.reportS),
        noise: Math.hypot(GATE_NOISE, hold.duty),
        wanders: [],
      }),
    ),
  };
}

/** The fan gate's duty against the command. */
export function fanGate(scene: Scene): Sight {
  const { job, injection } = scene;
  return {
    signal: "fan gate against the command",
    snr: Math.min(
      CERTAIN_SNR,
      matchedSnr({
        of: (atS) => job.fanDuty * injection.size / 100 * shareAt(scene, atS),
        forS: scene.forS * job.fanShare,
        everyS: scene.senseS,
        noise: GATE_NOISE,
        wanders: [],
      }),
    ),
  };
}

/**
 * The encoder against the commanded filament, `sizePercent` of it missing: two counts, each off by a
 * part of a pulse, and a scale learnt from the filament that passed before (slip is part of it).
 */
export function encoder(scene: Scene, sizePercent: number): Sight {
  const { job } = scene;
  const grownS = Math.max(0, scene.forS - scene.injection.onsetS / 2);
  const lengthMm = job.flowMmPerS * grownS;
  const beforeMm = job.flowMmPerS * Math.max(30, scene.beforeS);
  const scale = Math.SQRT2 * COUNT_MM / beforeMm;
  return {
    signal: "filament encoder against the commanded filament (2.9 mm a pulse)",
    snr: lengthMm * Math.abs(sizePercent) / 100 /
      Math.hypot(Math.SQRT2 * COUNT_MM, lengthMm * scale),
  };
}

/** Filament laid a move late: every n-th move the count is off by one move's filament, for one move. */
export function encoderOrder(scene: Scene): Sight {
  const { job, injection } = scene;
  const looks = scene.forS / scene.senseS / Math.max(2, injection.size);
  return {
    signal: "filament encoder, blind below its pulse",
    snr: job.moveMm / COUNT_MM * Math.sqrt(looks),
  };
}

/** Retractions of another length: the count goes back by another way while it lasts. */
export function encoderRetractions(scene: Scene): Sight {
  const { job, injection } = scene;
  const count = Math.floor(scene.forS * job.retractionsPerS);
  const wayMm = Math.abs(injection.size) / 100 * job.retractMm;
  // A retraction lasts as long as its travel, about half a second: one reading falls into it.
  const share = Math.min(1, 0.5 / scene.senseS);
  return {
    signal: "filament encoder at retractions",
    snr: wayMm / (Math.SQRT2 * COUNT_MM) * Math.sqrt(count * share),
  };
}

/** The air's own thermometer: 1/16 K steps, against an ordinary wander of the room. */
export function airThermometer(scene: Scene, sizeK: number): Sight {
  const { world } = scene.printer;
  const lagS = world.enclosureKPerW > 0.02 ? 300 : 5;
  return {
    signal: "thermometer of the air",
    snr: matchedSnr({
      of: (atS) => sizeK * shareAt(scene, atS) * (1 - Math.exp(-atS / lagS)),
      forS: scene.forS,
      everyS: scene.senseS,
      noise: 0.05,
      wanders: [{ sd: world.ambientWanderC, timeS: world.ambientWanderS }],
    }),
  };
}

/** A switch or a gate that says it outright. */
export function certain(signal: string): Sight {
  return { signal, snr: CERTAIN_SNR };
}
