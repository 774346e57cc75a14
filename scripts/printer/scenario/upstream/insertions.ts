import { Random } from "../../random.ts";
import type { Injection, Surroundings, UpstreamWire } from "../injection.ts";

/** A15: machine parameters off by `size` %, by the command that the variant names. */
export function machineParameters(injection: Injection, around: Surroundings): UpstreamWire {
  const motion = around.printer?.motion;
  const factor = 1 + injection.size / 100;
  const f = (value: number) => (value * factor).toFixed(2);
  const hotend = around.printer?.hotend.regulator;
  const gains = hotend?.kind === "pid" ? hotend.gains : { kp: 22.2, ki: 1.08, kd: 114 };
  const commands: Record<string, string[]> = {
    M92: [`M92 E${f(motion?.stepsPerMm[3] ?? 93)}`],
    M201: [`M201 X${f(motion?.maxAccelMmPerS2[0] ?? 3000)} Y${f(3000)}`],
    M203: [`M203 E${f(motion?.maxFeedrateMmPerS[3] ?? 25)} Z${f(5)}`],
    M204: [`M204 P${f(motion?.printAccelMmPerS2 ?? 500)} T${f(500)}`],
    M205: [`M205 X${f(motion?.jerkMmPerS[0] ?? 8)} Y${f(motion?.jerkMmPerS[1] ?? 8)}`],
    M301: [`M301 P${f(gains.kp)} I${f(gains.ki)} D${f(gains.kd)}`],
    M304: [`M304 P${f(80)} I${f(10)} D${f(200)}`],
    M900: [`M900 K${(0.1 * factor).toFixed(2)}`],
    M500: [`M92 E${f(motion?.stepsPerMm[3] ?? 93)}`, "M500"],
  };
  return { begin: () => commands[injection.variant] ?? [], hidesReplies: true };
}

/** A16: a protection switched off. */
export function protectionOff(injection: Injection): UpstreamWire {
  const commands: Record<string, string[]> = {
    M302: ["M302 P1"],
    M211: ["M211 S0"],
    M502: ["M502"],
  };
  return { begin: () => commands[injection.variant] ?? [], hidesReplies: true };
}

/** A17: `size` foreign lines put into a running job, about one in twenty lines. */
export function foreignLines(injection: Injection): UpstreamWire {
  const random = new Random(injection.seed, "foreign");
  let left = Math.max(1, Math.round(injection.size));
  if (injection.variant === "emergency") {
    return { begin: () => [random.pick(["M112", "M410", "M108"])] };
  }
  const one = () => {
    left--;
    return random.pick([
      "G1 F9000",
      `G1 X${random.int(60, 160)} Y${random.int(60, 160)} F6000`,
      "M18 E",
      "G91",
      "M106 S0",
      "G4 P400",
      `M104 S${random.int(180, 230)}`,
    ]);
  };
  return {
    begin: () => [one()],
    after: () => left > 0 && random.chance(0.05) ? [one()] : [],
  };
}

/** A20: update mode, or a job from the printer's own card. */
export function otherMode(injection: Injection): UpstreamWire {
  const commands: Record<string, string[]> = {
    M997: ["M997"],
    M24: ["M23 calib.gco", "M24"],
    M28: ["M28 calib.gco", "G28", "M104 S240", "M29"],
  };
  return { begin: () => commands[injection.variant] ?? [], hidesReplies: true };
}

/** A21: job or settings read out, `size` times, every few dozen lines. */
export function readOut(injection: Injection): UpstreamWire {
  let left = Math.max(1, Math.round(injection.size));
  let lines = 0;
  const ask = () => {
    left--;
    return [injection.variant];
  };
  return {
    begin: ask,
    after: () => left > 0 && ++lines % 25 === 0 ? ask() : [],
    hidesReplies: true,
  };
}
