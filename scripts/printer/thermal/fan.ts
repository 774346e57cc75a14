import type { FanParameters } from "../parameters.ts";

/** A part fan: what is asked of it and how fast it really turns. */
export interface Fan {
  /** Duty on the gate, 0–1. */
  gateDuty: number;
  /** Speed as a share of full speed, 0–1. */
  speed: number;
  kickUntilS: number;
  /** What wear leaves of the full speed, 0–1; 0 is a dead fan. */
  health: number;
}

export function initFan(): Fan {
  return { gateDuty: 0, speed: 0, kickUntilS: 0, health: 1 };
}

/** Puts a duty on the gate; a standing fan is kicked to start. */
export function driveFan(fan: Fan, p: FanParameters, duty: number, nowS: number): void {
  if (fan.gateDuty === 0 && duty > 0 && duty < 1) fan.kickUntilS = nowS + p.kickStartS;
  fan.gateDuty = duty;
}

/** Advances the fan's speed in place; its lag is that of a small rotor. */
export function stepFan(fan: Fan, p: FanParameters, nowS: number, dtS: number): void {
  const duty = fan.gateDuty > 0 && nowS < fan.kickUntilS ? 1 : fan.gateDuty;
  const asked = duty <= p.deadDuty ? 0 : (duty - p.deadDuty * 0.6) / (1 - p.deadDuty * 0.6);
  fan.speed += (asked * fan.health - fan.speed) * (1 - Math.exp(-dtS / p.lagS));
  if (fan.speed < 0.001) fan.speed = 0;
}

/** Cooling by the fan's air, 0–1: forced convection grows slower than the air's speed. */
export function fanAir(fan: Fan, p: FanParameters): number {
  return fan.speed <= 0 ? 0 : Math.pow(fan.speed, p.exponent);
}
