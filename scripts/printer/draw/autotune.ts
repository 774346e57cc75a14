import type { BedParameters, HotendParameters, PidGains } from "../parameters.ts";
import { stepBed } from "../thermal/bed.ts";
import { stepHotend } from "../thermal/hotend.ts";

const TICK_S = 0.164;

/**
 * Relay tuning as a person does with M303 (Åström–Hägglund, with Ziegler–Nichols' rule that Marlin
 * prints as "classic"): swing around the target, take ultimate gain and period from the swings.
 */
function relayTune(
  targetC: number,
  cycles: number,
  advance: (duty: number) => number,
): PidGains {
  let bias = 127;
  let swing = 127;
  let heating = true;
  let maxC = -Infinity;
  let minC = Infinity;
  let switchedS = 0;
  let highS = 1;
  let lowS = 1;
  let gains: PidGains = { kp: 20, ki: 1, kd: 100 };
  let done = 0;
  for (let nowS = 0; done < cycles && nowS < 3600; nowS += TICK_S) {
    const readC = advance((heating ? bias + swing : bias - swing) / 255);
    maxC = Math.max(maxC, readC);
    minC = Math.min(minC, readC);
    if (heating && readC > targetC && nowS - switchedS > 1) {
      heating = false;
      highS = nowS - switchedS;
      switchedS = nowS;
      maxC = targetC;
    } else if (!heating && readC < targetC && nowS - switchedS > 1) {
      heating = true;
      lowS = nowS - switchedS;
      switchedS = nowS;
      if (done > 0) {
        bias += swing * (highS - lowS) / (highS + lowS);
        bias = Math.max(20, Math.min(235, bias));
        swing = bias > 127 ? 254 - bias : bias;
      }
      const ku = 4 * swing / (Math.PI * Math.max(0.1, (maxC - minC) / 2));
      const tu = highS + lowS;
      gains = { kp: 0.6 * ku, ki: 1.2 * ku / tu, kd: 0.075 * ku * tu };
      minC = targetC;
      done++;
    }
  }
  return gains;
}

/** Gains for a hotend at 210 °C with the fan off. */
export function tuneHotend(p: HotendParameters): PidGains {
  const start = 205;
  const h = { heaterC: start, blockC: start, nozzleC: start - 2, sensorC: start };
  const load = { duty: 0, powerFactor: 1, ambientC: 22, air: 0, draught: 0, meltWPerK: 0 };
  return relayTune(210, 6, (duty) => {
    load.duty = duty;
    stepHotend(h, p, load, TICK_S);
    return h.sensorC;
  });
}

/** Gains for a bed at 60 °C. */
export function tuneBed(p: BedParameters): PidGains {
  const bed = { plateC: 58, topC: 57, sensorC: 58 };
  const load = { duty: 0, powerFactor: 1, ambientC: 22, air: 0, draught: 0 };
  return relayTune(60, 5, (duty) => {
    load.duty = duty;
    stepBed(bed, p, load, TICK_S);
    return bed.sensorC;
  });
}
