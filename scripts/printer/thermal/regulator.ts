import type { RegulatorParameters } from "../parameters.ts";

const DUTY_MAX = 255;
/** Weight of the previous derivative in Marlin's smoothing. */
const DERIVATIVE_KEEP = 0.95;

/** A heater's control loop between two ticks. */
export interface Regulator {
  integral: number;
  derivative: number;
  lastC: number;
  reset: boolean;
  sinceSwitchS: number;
  /** Modelled block and sensor of predictive control, °C; NaN until the first reading. */
  modelBlockC: number;
  modelSensorC: number;
  modelAmbientC: number;
  /** 0–127, as firmware counts its software PWM. */
  output: number;
}

export function initRegulator(): Regulator {
  return {
    integral: 0,
    derivative: 0,
    lastC: NaN,
    reset: true,
    sinceSwitchS: Infinity,
    modelBlockC: NaN,
    modelSensorC: NaN,
    modelAmbientC: 21,
    output: 0,
  };
}

/**
 * One tick of a heater's control: the software PWM's new duty, 0–127. The PID form, its functional
 * range and its derivative smoothing are those that Marlin documents; the predictive form follows
 * Marlin's description of its model predictive control.
 */
export function regulate(
  r: Regulator,
  p: RegulatorParameters,
  targetC: number,
  readC: number,
  dtS: number,
): number {
  if (targetC <= 0) {
    r.reset = true;
    r.output = 0;
    r.lastC = readC;
  } else if (p.kind === "pid") r.output = pid(r, p, targetC, readC, dtS) >> 1;
  else if (p.kind === "mpc") r.output = predictive(r, p, targetC, readC, dtS);
  else r.output = bangBang(r, p, targetC, readC, dtS);
  return r.output;
}

function pid(
  r: Regulator,
  p: RegulatorParameters & { kind: "pid" },
  targetC: number,
  readC: number,
  dtS: number,
): number {
  const error = targetC - readC;
  if (r.lastC !== r.lastC) r.lastC = readC;
  const slope = (r.lastC - readC) / dtS;
  r.derivative += (1 - DERIVATIVE_KEEP) * (p.gains.kd * slope - r.derivative);
  r.lastC = readC;
  if (error > p.functionalRangeC || error < -p.functionalRangeC) {
    r.reset = true;
    return error > 0 ? DUTY_MAX : 0;
  }
  if (r.reset) {
    r.integral = 0;
    r.reset = false;
  }
  r.integral += error * dtS;
  const output = p.gains.kp * error + p.gains.ki * r.integral + r.derivative;
  if (output > DUTY_MAX) {
    if (error > 0) r.integral -= error * dtS;
    return DUTY_MAX;
  }
  if (output < 0) {
    if (error < 0) r.integral -= error * dtS;
    return 0;
  }
  return Math.round(output);
}

function bangBang(
  r: Regulator,
  p: RegulatorParameters & { kind: "bang-bang" },
  targetC: number,
  readC: number,
  dtS: number,
): number {
  r.sinceSwitchS += dtS;
  if (r.sinceSwitchS < p.intervalS) return r.output;
  r.sinceSwitchS = 0;
  if (readC >= targetC + p.hysteresisC) return 0;
  if (readC <= targetC - p.hysteresisC) return 127;
  return p.hysteresisC > 0 ? r.output : (readC < targetC ? 127 : 0);
}

function predictive(
  r: Regulator,
  p: RegulatorParameters & { kind: "mpc" },
  targetC: number,
  readC: number,
  dtS: number,
): number {
  if (r.modelSensorC !== r.modelSensorC) r.modelBlockC = r.modelSensorC = readC;
  const power = p.powerW * r.output / 127;
  const loss = p.lossWPerK * (r.modelBlockC - r.modelAmbientC);
  r.modelBlockC += dtS * (power - loss) / p.blockJPerK;
  r.modelSensorC += dtS * p.lagPerS * (r.modelBlockC - r.modelSensorC);
  const off = (readC - r.modelSensorC) * Math.min(1, dtS * 0.5);
  r.modelBlockC += off;
  r.modelSensorC += off;
  // An offset that persists while holding is put down to the ambient, as Marlin does.
  if (Math.abs(targetC - readC) < 4) {
    r.modelAmbientC += Math.max(-0.5 * dtS, Math.min(0.5 * dtS, off * 10));
  }
  const wanted = (targetC - r.modelBlockC) * p.blockJPerK / 2 +
    p.lossWPerK * (r.modelBlockC - r.modelAmbientC);
  return Math.max(0, Math.min(127, Math.round(127 * wanted / p.powerW)));
}
