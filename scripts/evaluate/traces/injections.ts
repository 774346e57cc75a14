import type { Random } from "../../printer/random.ts";

/** What an injection does at a moment; what it leaves out is as it was. */
export interface Effect {
  /** Added to what the sensor reads, and so to what the controller sees and reports, K. */
  sensorK?: number;
  /** How far a controller in the attacker's hand moves the block away from its target, K. */
  hiddenK?: number;
  /** Share of the heater's power that arrives, 0–1. */
  power?: number;
  /** The heater is driven so, whatever the controller says, 0–1. */
  drive?: number;
  /** Added to the loss, as a share of it. */
  lossShare?: number;
  /** Added to one reading, K: standard deviation. */
  noiseK?: number;
  /** The row is missing. */
  missing?: boolean;
}

/** What the log shows instead of the truth. */
export interface Shown {
  /** Readings: as they are, as recorded (on target), one value for ever, or an earlier stretch. */
  reading: "true" | "recorded" | "frozen" | "replayed";
  /**
   * Duty: the controller's, partly that and partly the recorded one, the recorded one, that of an
   * earlier stretch, or what a thermal model says that the shown reading needs.
   */
  duty: "true" | "half" | "recorded" | "replayed" | "stuck" | "model" | "noisy-model";
}

/** One way to attack or to disturb a heater. */
export interface Injection {
  kind: string;
  /** K, or the row's name where it has none. */
  size: number | null;
  variant: string;
  side: "threat" | "disturbance" | "none";
  shown: Shown;
  /** It lasts so long, and so much more is looked at, s. */
  forS: number;
  afterS: number;
  /** A detection counts as one within this, s. */
  dueS: number;
  effect(sinceS: number): Effect;
}

/** A kind of injection, from which one of random strength and pace is drawn. */
export interface InjectionKind {
  kind: string;
  size: number | null;
  variant: string;
  side: Injection["side"];
  draw(random: Random): Pick<Injection, "shown" | "forS" | "effect"> & { afterS?: number };
}

const TRUE: Shown = { reading: "true", duty: "true" };
/** Nothing happens: what the others are held against. */
export const UNTOUCHED = "untouched";
const DUE_S = 60;
const DRIFT_DUE_S = 420;
const THREAT_S = 120;

function ramp(sinceS: number, overS: number): number {
  return Math.min(1, Math.max(0, sinceS / overS));
}

function hidden(sign: 1 | -1, size: number): InjectionKind[] {
  const kind = sign < 0 ? "hidden cold block" : "hidden hot block";
  const masked = (variant: string, duty: Shown["duty"]): InjectionKind => ({
    kind,
    size,
    variant,
    side: "threat",
    draw: (random) => {
      const overS = random.logUniform(1, 20);
      const effect = (sinceS: number) => ({ hiddenK: sign * size * ramp(sinceS, overS) });
      return { shown: { reading: "recorded", duty }, forS: THREAT_S, effect };
    },
  });
  const inLoop: InjectionKind = {
    kind,
    size,
    variant: "sensor shifted",
    side: "threat",
    draw: (random) => {
      const overS = random.logUniform(1, 20);
      const effect = (sinceS: number) => ({ sensorK: -sign * size * ramp(sinceS, overS) });
      return { shown: TRUE, forS: THREAT_S, effect };
    },
  };
  return [inLoop, masked("reading held, duty true", "true"), masked("reading held, half", "half")];
}

function lying(kind: string, variant: string, shown: Shown): InjectionKind {
  const draw = () => ({ shown, forS: THREAT_S, effect: () => ({}) });
  return { kind, size: null, variant, side: "threat", draw };
}

function forged(size: number, variant: string, duty: Shown["duty"]): InjectionKind {
  const draw = () => ({
    shown: { reading: "recorded" as const, duty },
    forS: THREAT_S,
    effect: (sinceS: number) => ({ hiddenK: -size * ramp(sinceS, 5) }),
  });
  return { kind: "forged duty", size, variant, side: "threat", draw };
}

function driven(kind: string, effect: Effect): InjectionKind {
  const draw = () => ({ shown: TRUE, forS: THREAT_S, effect: () => effect });
  return { kind, size: null, variant: "", side: "threat", draw };
}

function drift(size: number): InjectionKind {
  return {
    kind: "slow drift",
    size,
    variant: "over 300 s",
    side: "threat",
    draw: (random) => {
      const sign = random.pick([1, -1]);
      const effect = (sinceS: number) => ({ sensorK: sign * size * ramp(sinceS, 300) });
      return { shown: TRUE, forS: DRIFT_DUE_S, effect };
    },
  };
}

function disturbance(
  kind: string,
  forS: readonly [number, number],
  draw: (random: Random, forS: number) => (sinceS: number) => Effect,
): InjectionKind {
  return {
    kind,
    size: null,
    variant: "",
    side: "disturbance",
    draw: (random) => {
      const lastsS = random.logUniform(...forS);
      return { shown: TRUE, forS: lastsS, afterS: 60, effect: draw(random, lastsS) };
    },
  };
}

/** Air moves in gusts: the loss swings by up to a third about its mean. */
function draught(random: Random): (sinceS: number) => Effect {
  const share = random.uniform(0.1, 0.35), overS = random.uniform(1, 5);
  const periodS = random.uniform(8, 25), phase = random.uniform(0, 6.28);
  return (sinceS) => {
    const gust = 1 + 0.33 * Math.sin(phase + (2 * Math.PI * sinceS) / periodS);
    return { lossShare: share * ramp(sinceS, overS) * gust };
  };
}

/** Everything that is injected; sizes and paces come from the issue at work and the scenarios. */
export const INJECTIONS: readonly InjectionKind[] = [
  ...[5, 10, 20].flatMap((size) => [...hidden(-1, size), ...hidden(1, size)]),
  lying("frozen reading", "duty goes on", { reading: "frozen", duty: "recorded" }),
  lying("frozen reading", "controller sees it", { reading: "frozen", duty: "stuck" }),
  lying("replayed reading", "duty goes on", { reading: "replayed", duty: "recorded" }),
  lying("replayed reading", "duty too", { reading: "replayed", duty: "replayed" }),
  driven("heater cut", { drive: 0 }),
  driven("heater forced", { drive: 1 }),
  ...[10, 20].flatMap((size) => [
    forged(size, "smooth", "model"),
    forged(size, "with noise", "noisy-model"),
  ]),
  ...[5, 10, 20].map(drift),
  disturbance("draught", [30, 120], draught),
  disturbance("noise burst", [10, 60], (random) => {
    const noiseK = random.logUniform(0.7, 4);
    return () => ({ noiseK });
  }),
  disturbance("ageing", [300, 400], (random) => {
    const lost = random.uniform(0.1, 0.2), overS = random.uniform(60, 280);
    return (sinceS) => ({ power: 1 - lost * ramp(sinceS, overS) });
  }),
  disturbance("supply sag", [5, 90], (random) => {
    const power = random.uniform(0.7, 0.92);
    return () => ({ power });
  }),
  disturbance("telemetry gap", [15, 120], () => () => ({ missing: true })),
  ...[THREAT_S, DRIFT_DUE_S].map((forS): InjectionKind => ({
    kind: UNTOUCHED,
    size: null,
    variant: `${forS} s`,
    side: "none",
    draw: () => ({ shown: TRUE, forS, effect: () => ({}) }),
  })),
];

/** Draws one injection of a kind. */
export function drawInjection(from: InjectionKind, random: Random): Injection {
  const { kind, size, variant, side } = from;
  const drawn = from.draw(random);
  const long = kind === "slow drift" || drawn.forS === DRIFT_DUE_S;
  return { afterS: 0, kind, size, variant, side, dueS: long ? DRIFT_DUE_S : DUE_S, ...drawn };
}
