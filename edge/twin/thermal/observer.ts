import { blockStep, type HeaterInput } from "./block.ts";
import type { ThermalParameters } from "./parameters.ts";

/** How noisy a heater's samples are and how fast the unexplained part may move. */
export interface ObserverNoise {
  /** Of one reading, K. */
  readingK: number;
  /** Of the duty between two reports (a report shows one instant of it), 0–1. */
  duty: number;
  /** Time in which the estimate follows a step of unexplained heating, s. */
  followS: number;
}

/**
 * A Kalman filter over block, sensor and unexplained heating (K/s). The unexplained part is what
 * the twin can't account for; it is estimated, never learnt from. The covariance is symmetric and
 * kept as its six different entries.
 */
export interface Observer {
  blockC: number;
  sensorC: number;
  unexplainedKPerS: number;
  pBB: number;
  pBS: number;
  pBD: number;
  pSS: number;
  pSD: number;
  pDD: number;
}

export interface Innovation {
  /** Reading minus prediction, K. */
  innovationK: number;
  /** Its standard deviation by the filter's own account, K. */
  spreadK: number;
}

/** An observer that has seen one reading: block and sensor agree, within a few kelvin. */
export function initObserver(readingC: number): Observer {
  return {
    blockC: readingC,
    sensorC: readingC,
    unexplainedKPerS: 0,
    pBB: 25,
    pBS: 0,
    pBD: 0,
    pSS: 1,
    pSD: 0,
    pDD: 0.04,
  };
}

/** Carries the observer `dtS` seconds on under a constant input. Mutates and returns it. */
export function predictObserver(
  observer: Observer,
  parameters: ThermalParameters,
  noise: ObserverNoise,
  input: HeaterInput,
  dtS: number,
): Observer {
  const step = blockStep(parameters, input, dtS, observer.blockC);
  const { keepBlock: e, keepSensor: k, mixSensor: m, blockPerDrive: fb, sensorPerDrive: fs } = step;
  const { blockC, sensorC, unexplainedKPerS: d } = observer;
  const offset = blockC - step.steadyC;
  observer.blockC = step.steadyC + e * offset + fb * d;
  observer.sensorC = step.steadyC + k * (sensorC - step.steadyC) + m * offset + fs * d;
  const { pBB, pBS, pBD, pSS, pSD, pDD } = observer;
  // Rows of F·P, then (F·P)·Fᵀ; F is upper triangular but for the sensor's dependence on block.
  const rowBB = e * pBB + fb * pBD, rowBS = e * pBS + fb * pSD, rowBD = e * pBD + fb * pDD;
  const rowSB = m * pBB + k * pBS + fs * pBD;
  const rowSS = m * pBS + k * pSS + fs * pSD;
  const rowSD = m * pBD + k * pSD + fs * pDD;
  const dutyK2PerS = (parameters.powerKPerS * noise.duty) ** 2;
  // Between sparse reports the mean duty is known the less, the longer they are apart.
  const q = dutyK2PerS * dtS * (0.5 + 0.5 * dtS);
  observer.pBB = rowBB * e + rowBD * fb + q;
  observer.pBS = rowBB * m + rowBS * k + rowBD * fs + q * m * 0.5;
  observer.pBD = rowBD;
  observer.pSS = rowSB * m + rowSS * k + rowSD * fs + q * m * m * 0.33;
  observer.pSD = rowSD;
  // A random walk as strong as the duty's noise over followS makes the estimate follow in it.
  observer.pDD = pDD +
    ((dutyK2PerS + noise.readingK ** 2 / noise.followS) / noise.followS ** 2) * dtS;
  return observer;
}

/** Takes a reading in. Mutates the observer; returns how far off the prediction was. */
export function correctObserver(
  observer: Observer,
  noise: ObserverNoise,
  readingC: number,
): Innovation {
  const { pBS, pSS, pSD } = observer;
  const variance = pSS + noise.readingK ** 2;
  const innovationK = readingC - observer.sensorC;
  const gainB = pBS / variance, gainS = pSS / variance, gainD = pSD / variance;
  observer.blockC += gainB * innovationK;
  observer.sensorC += gainS * innovationK;
  observer.unexplainedKPerS += gainD * innovationK;
  observer.pBB -= gainB * pBS;
  observer.pBS -= gainB * pSS;
  observer.pBD -= gainB * pSD;
  observer.pSS -= gainS * pSS;
  observer.pSD -= gainS * pSD;
  observer.pDD -= gainD * pSD;
  return { innovationK, spreadK: Math.sqrt(variance) };
}
