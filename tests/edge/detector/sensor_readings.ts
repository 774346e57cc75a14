import {
  initSensorCheck,
  type SensorAlarm,
  type SensorCheck,
  type SensorFault,
  stepSensorCheck,
} from "../../../edge/detector/sensor_check.ts";
import type { HeaterName } from "../../../edge/twin/thermal/parameters.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";
import { residual } from "./residuals.ts";

/** Readings in order, C, as the twin hands them on at 210 C. */
export interface Readings {
  values: number[];
  dtS?: number;
  startS?: number;
  state?: SensorCheck;
  heater?: HeaterName;
  /** Which readings the twin calls too far off. */
  outlier?: (i: number) => boolean;
}

/** An alarm, and at which reading it stood. */
export interface Seen {
  i: number;
  alarm: SensorAlarm;
}

/** Gives a sensor check the readings, and says what it told of which. */
export function check(readings: Readings): Seen[] {
  const { values, dtS = 1, startS = 0, heater = "hotend", outlier = () => false } = readings;
  const state = readings.state ?? initSensorCheck(heater);
  const seen: Seen[] = [];
  values.forEach((measuredC, i) => {
    const innovationK = measuredC - 210;
    const eventTimeS = startS + (i + 1) * dtS;
    const now = residual({ eventTimeS, dtS, measuredC, innovationK, outlier: outlier(i) });
    const alarm = stepSensorCheck(state, now);
    if (alarm) seen.push({ i, alarm });
  });
  return seen;
}

/** The first alarm of a fault. */
export const first = (seen: Seen[], fault: SensorFault) =>
  seen.find(({ alarm }) => alarm.fault === fault);

/** A healthy sensor's readings: a slow swing of the controller, noise, and the firmware's steps. */
export function healthy(seed: number, count: number, stepK: number, noiseK: number): number[] {
  const random = new Noise(seed);
  return Array.from({ length: count }, (_, i) => {
    const swingK = 0.25 * Math.sin(i / 9) + 0.1 * Math.sin(i / 31);
    return Math.round((210 + swingK + noiseK * random.gauss()) / stepK) * stepK;
  });
}
