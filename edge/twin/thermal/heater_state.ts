import { type Account, type AccountReading, initAccounts } from "./accounts.ts";
import { calibrated, type Calibration, initCalibration } from "./calibration.ts";
import { initLagChoice, type LagChoice } from "./lag.ts";
import { initObserver, type Observer } from "./observer.ts";
import type { HeaterPrior, ThermalParameters } from "./parameters.ts";

/** One report about one heater, with what drove it since the last report. */
export interface HeaterSample {
  eventTimeS: number;
  measuredC: number;
  targetC: number | null;
  /** 0–1; null where the firmware doesn't tell. */
  duty: number | null;
  /** The duty is the measured mean since the last report, not an instant of it. */
  meanDuty?: boolean;
  /** What the firmware itself says of its duty, where `duty` is measured at the gate. */
  toldDuty?: number | null;
  /** Mean part-fan duty, 0–1, and filament speed, mm/s, since the last report; null: unknown. */
  fan: number | null;
  flowMmPerS: number | null;
}

/** What the twin makes of one sample. */
export interface HeaterResidual {
  eventTimeS: number;
  dtS: number;
  measuredC: number;
  targetC: number | null;
  duty: number | null;
  /** The firmware's own word of it; the same where nothing measures it. */
  toldDuty: number | null;
  /** As told, or as assumed where nobody tells. */
  fan: number;
  flowMmPerS: number;
  /** How unsure the loss is because fan and flow are unknown, K/s; else 0. */
  unsureKPerS: number;
  /** What the twin expected to be reported, and how far the reading was off, K. */
  predictedC: number;
  innovationK: number;
  innovationSpreadK: number;
  /** Unexplained heating as estimated within seconds, K/s, and its standard deviation. */
  fastKPerS: number;
  fastSpreadKPerS: number;
  /** Unexplained heat over the last seconds, K, by account. */
  accounts: AccountReading[];
  /** What the block should lose now, K/s: the yardstick for the above. */
  lossKPerS: number;
  /** Share of that loss which the part fan causes, 0–1, and which the filament causes. */
  fanShare: number;
  flowShare: number;
  overAmbientK: number;
  /** A new set point hasn't been reached yet, or only just. */
  approaching: boolean;
  /** The reading was too far off to be the block's. */
  outlier: boolean;
}

export interface HeaterTwin {
  prior: HeaterPrior;
  parameters: ThermalParameters;
  calibration: Calibration;
  fast: Observer;
  accounts: Account[];
  /** What the model gets constantly wrong of late, as a share of the loss; bounded. */
  biasShare: number;
  /** Running estimates of noise: of a reading, K, and of the duty between two reports. */
  readingK: number;
  dutyNoise: number;
  /** Mean square of the duty about its own mean of seconds, as reports close together show it. */
  dutySwing2: number;
  /** A new set point hasn't been reached yet; and since when the reading has been near it, s. */
  approaching: boolean;
  nearSinceS: number | null;
  /** 1 on the way to a set point, fading after it; and what the last step of it hid, K. */
  approachedShare: number;
  askedK: number;
  dutyMean: number;
  /** In what share of late the duty was at one of its ends: of a heater that is switched, always. */
  endsShare: number;
  flowMean: number;
  /** Decaying traces of the last steps: of the duty, K, and of the fan, K/s. */
  dutyJumpK: number;
  fanJumpKPerS: number;
  /** What the printer's queue may shift of the filament's heat, K. */
  flowJumpK: number;
  lag: LagChoice;
  /** Since when readings have been too far off, s; null: they aren't. */
  outlierSinceS: number | null;
  /** How far off was too far when they began to be, K: the filter's own doubt grows meanwhile. */
  outlierBoundK: number;
  /** The usual time between two reports, s. */
  usualS: number;
  last: HeaterSample | null;
  /** The duty that was told last, and when, s: short reports in between leave it out. */
  told: { duty: number; atS: number } | null;
}

/** A twin that has seen nothing yet; `calibration` goes on from a saved profile. */
export function initHeaterTwin(prior: HeaterPrior, calibration?: Calibration): HeaterTwin {
  const known = calibration ?? initCalibration(prior);
  return {
    prior,
    parameters: calibrated(known, prior, prior.parameters),
    calibration: known,
    fast: initObserver(prior.parameters.ambientC),
    accounts: initAccounts(),
    biasShare: 0,
    readingK: 0.2,
    dutyNoise: 0.08,
    dutySwing2: 0,
    approaching: false,
    nearSinceS: null,
    approachedShare: 0,
    askedK: 0,
    dutyMean: 0,
    endsShare: 0,
    flowMean: 0,
    dutyJumpK: 0,
    fanJumpKPerS: 0,
    flowJumpK: 0,
    lag: initLagChoice(prior.parameters.lagPerS),
    outlierSinceS: null,
    outlierBoundK: 0,
    usualS: 2,
    last: null,
    told: null,
  };
}

/** Whether a new set point is still far: what the estimates do there isn't how they wander. */
export function onTheWay(twin: HeaterTwin): boolean {
  return twin.approaching && twin.nearSinceS === null;
}
