import type {
  BedParameters,
  FanParameters,
  HotendParameters,
  RegulatorParameters,
  SensorParameters,
} from "../parameters.ts";
import type { Random } from "../random.ts";
import { tuneBed, tuneHotend } from "./autotune.ts";

interface Family {
  powerW: number;
  totalJPerK: number;
  /** Loss at 205 °C without fan, and what the fan adds, W/K. */
  lossWPerK: number;
  fanWPerK: number;
  ptcPerK: number;
  lagPerS: number;
}

/** Typical sets: Marlin's example, an Ender-type block, Prusa's V6, E3D's Revo, a high-flow block. */
const FAMILIES: readonly Family[] = [
  { powerW: 40, totalJPerK: 16.7, lossWPerK: 0.068, fanWPerK: 0.029, ptcPerK: 0, lagPerS: 0.3 },
  { powerW: 40, totalJPerK: 14.4, lossWPerK: 0.1, fanWPerK: 0.012, ptcPerK: 0, lagPerS: 0.3 },
  { powerW: 38, totalJPerK: 12.1, lossWPerK: 0.049, fanWPerK: 0.05, ptcPerK: 0, lagPerS: 0.6 },
  { powerW: 40, totalJPerK: 8.8, lossWPerK: 0.04, fanWPerK: 0.025, ptcPerK: 0.0014, lagPerS: 1.4 },
  { powerW: 60, totalJPerK: 11, lossWPerK: 0.075, fanWPerK: 0.04, ptcPerK: 0, lagPerS: 0.6 },
];

const REFERENCE_C = 205;
const REFERENCE_AMBIENT_C = 22;

/** Draws a hotend: a family, spread ±15 %, its parts of capacity and loss spread further. */
export function drawHotend(random: Random): HotendParameters {
  const family = random.pick(FAMILIES);
  const spread = (value: number, by: number) => value * random.logUniform(1 / (1 + by), 1 + by);
  const totalJPerK = spread(family.totalJPerK, 0.15);
  const lossWPerK = spread(family.lossWPerK, 0.2);
  const heaterShare = random.uniform(0.1, 0.17);
  const nozzleShare = random.uniform(0.1, 0.18);
  const breakShare = random.uniform(0.25, 0.42);
  const radiationShare = random.uniform(0.12, 0.24);
  const over = REFERENCE_C - REFERENCE_AMBIENT_C;
  const stillW = lossWPerK * over;
  const fourths = (REFERENCE_C + 273.15) ** 4 - (REFERENCE_AMBIENT_C + 273.15) ** 4;
  const hotend: HotendParameters = {
    powerW: spread(family.powerW, 0.08),
    ptcPerK: family.ptcPerK,
    heaterJPerK: totalJPerK * heaterShare,
    blockJPerK: totalJPerK * (1 - heaterShare - nozzleShare),
    nozzleJPerK: totalJPerK * nozzleShare,
    heaterToBlockWPerK: totalJPerK * heaterShare / random.uniform(0.5, 1.4),
    blockToNozzleWPerK: totalJPerK * nozzleShare / random.uniform(0.8, 2),
    breakWPerK: lossWPerK * breakShare,
    convectionW: stillW * (1 - breakShare - radiationShare) / over ** 1.25,
    radiationW: stillW * radiationShare / fourths,
    fanWPerK: spread(family.fanWPerK, 0.35),
    sensor: drawSensor(random, spread(family.lagPerS, 0.35), "hotend"),
    regulator: { kind: "pid", gains: { kp: 22.2, ki: 1.08, kd: 114 }, functionalRangeC: 10 },
  };
  hotend.regulator = drawHotendRegulator(random, hotend, totalJPerK, lossWPerK);
  return hotend;
}

function drawHotendRegulator(
  random: Random,
  hotend: HotendParameters,
  totalJPerK: number,
  lossWPerK: number,
): RegulatorParameters {
  const choice = random.next();
  if (choice < 0.12) {
    return {
      kind: "mpc",
      powerW: hotend.powerW * random.uniform(0.95, 1.05),
      blockJPerK: totalJPerK * random.uniform(0.9, 1.1),
      lagPerS: hotend.sensor.lagPerS * random.uniform(0.6, 0.9),
      lossWPerK: lossWPerK * random.uniform(0.9, 1.2),
    };
  }
  const tuned = tuneHotend(hotend);
  // A quarter of all printers run on somebody else's gains.
  const gains = choice < 0.37
    ? random.pick([{ kp: 22.2, ki: 1.08, kd: 114 }, { kp: 21.73, ki: 1.54, kd: 76.55 }, {
      kp: 28.72,
      ki: 2.62,
      kd: 78.81,
    }])
    : { kp: tuned.kp, ki: tuned.ki, kd: tuned.kd };
  const by = random.uniform(0.8, 1.1);
  return {
    kind: "pid",
    gains: { kp: gains.kp * by, ki: gains.ki * by, kd: gains.kd * by },
    functionalRangeC: random.pick([10, 10, 10, 15, 20]),
  };
}

/** Draws a sensor: an NTC of 100 kΩ or a PT1000, each with tolerance and another curve assumed. */
function drawSensor(random: Random, lagPerS: number, at: "hotend" | "bed"): SensorParameters {
  const platinum = at === "hotend" && random.chance(0.08);
  const assumed = platinum ? 1 : random.pick([3950, 4092, 4267]);
  const adcBits = platinum || random.chance(0.5) ? 12 : 10;
  return {
    kind: platinum ? "pt1000" : "thermistor",
    trueCurve: assumed * (1 + (platinum ? 0.001 : 0.006) * random.gauss()),
    assumedCurve: assumed,
    toleranceFactor: 1 + (platinum ? 0.0006 : 0.01) * random.gauss(),
    pullUpOhm: 4700,
    adcBits,
    noiseSteps: random.logUniform(0.3, 1.2) * (adcBits === 12 ? 2 : 1),
    lagPerS,
  };
}

/** A bed at full power would come about so far over the room, K: it is sold for ABS, also in winter. */
const BED_REACH_K = 130;

/** A bed that is small in its power is small in its surface: what it loses is bounded by its reach. */
function withinReach(bed: BedParameters): BedParameters {
  const { powerW, plateWPerK, topWPerK, plateToTopWPerK } = bed;
  const lossWPerK = plateWPerK + plateToTopWPerK * topWPerK / (plateToTopWPerK + topWPerK);
  const share = Math.min(1, powerW / BED_REACH_K / lossWPerK);
  return { ...bed, plateWPerK: share * plateWPerK, topWPerK: share * topWPerK };
}

/**
 * Draws a bed: 350–1400 J/K that heats at 0.14–0.45 K/s, as the beds of real machines do; PID or
 * Marlin's plain switching.
 */
export function drawBed(random: Random): BedParameters {
  const totalJPerK = random.logUniform(350, 1400);
  const topShare = random.uniform(0.25, 0.5);
  const bed = withinReach({
    powerW: totalJPerK * random.logUniform(0.16, 0.48),
    plateJPerK: totalJPerK * (1 - topShare),
    topJPerK: totalJPerK * topShare,
    plateToTopWPerK: random.logUniform(12, 60),
    topWPerK: random.uniform(0.7, 1.5),
    plateWPerK: random.uniform(0.2, 0.7),
    fanWPerK: random.uniform(0.02, 0.2),
    sensor: drawSensor(random, random.logUniform(0.12, 0.5), "bed"),
    regulator: { kind: "bang-bang", intervalS: 5, hysteresisC: 0 },
  });
  if (random.chance(0.3)) {
    bed.regulator = { kind: "bang-bang", intervalS: 5, hysteresisC: random.pick([0, 0, 0.5, 2]) };
  } else {
    bed.regulator = { kind: "pid", gains: tuneBed(bed), functionalRangeC: 1000 };
  }
  return bed;
}

/** Draws a part fan: 4010 and 5015 blowers. */
export function drawFan(random: Random): FanParameters {
  return {
    deadDuty: random.uniform(0.04, 0.22),
    lagS: random.uniform(0.35, 1.1),
    exponent: random.uniform(0.55, 0.8),
    kickStartS: random.pick([0, 0, 0.2, 0.5]),
    fullRpm: random.uniform(4200, 7200),
  };
}
