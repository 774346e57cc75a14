import type {
  DialectName,
  FirmwareParameters,
  MotionParameters,
  PrinterParameters,
  WorldParameters,
} from "../parameters.ts";
import { Random } from "../random.ts";
import { drawBed, drawFan, drawHotend } from "./draw_thermal.ts";

/** What a caller may fix before the rest is drawn. */
export interface DrawOptions {
  dialect?: DialectName;
}

/**
 * Draws a whole printer from documented ranges (README, "What is drawn"); the same seed gives the
 * same printer on every machine.
 */
export function drawPrinter(seed: number, options: DrawOptions = {}): PrinterParameters {
  const of = (part: string) => new Random(seed, `printer-${part}`);
  const firmware = drawFirmware(of("firmware"), options.dialect);
  return {
    seed,
    hotend: drawHotend(of("hotend")),
    bed: drawBed(of("bed")),
    fan: drawFan(of("fan")),
    motion: drawMotion(of("motion"), firmware.dialect),
    firmware,
    world: drawWorld(of("world")),
    baud: of("baud").pick([115200, 115200, 250000]),
  };
}

function drawMotion(random: Random, dialect: DialectName): MotionParameters {
  const accel = random.pick([500, 800, 1000, 1250, 1500, 2000, 3000]);
  const jerk = random.pick([5, 8, 10]);
  const klipper = dialect === "klipper";
  // Klipper's square corner velocity of 5 mm/s as a junction deviation.
  const deviationMm = klipper
    ? 25 * (Math.SQRT2 - 1) / accel
    : random.chance(0.5)
    ? random.pick([0.013, 0.02, 0.05, 0.08])
    : 0;
  return {
    maxFeedrateMmPerS: [
      random.pick([200, 300, 500]),
      random.pick([200, 300, 500]),
      random.pick([5, 10, 12, 25]),
      random.pick([25, 50, 60, 120]),
    ],
    maxAccelMmPerS2: [3000, 3000, random.pick([100, 200, 400]), random.pick([3000, 5000, 10000])],
    printAccelMmPerS2: accel,
    travelAccelMmPerS2: random.pick([accel, 1500, 2000]),
    retractAccelMmPerS2: random.pick([1000, 1500, 3000]),
    junctionDeviationMm: deviationMm,
    jerkMmPerS: [jerk, jerk, random.pick([0.3, 0.4]), random.pick([2.5, 4.5, 5])],
    stepsPerMm: [80, 80, random.pick([400, 800, 1600]), random.uniform(92, 142)],
    bufferMoves: klipper ? 1024 : random.pick([16, 16, 32]),
    bufferS: klipper ? 2 : Infinity,
    homingMmPerS: [random.pick([25, 50]), random.pick([4, 8, 12])],
    bedSizeMm: [235, 235, 250],
    arcSegmentMm: random.pick([0.5, 1]),
    minSegmentS: klipper ? 0 : 0.02,
  };
}

function drawFirmware(random: Random, dialect: DialectName | undefined): FirmwareParameters {
  const drawn = random.next();
  const name = dialect ??
    (drawn < 0.45 ? "marlin21" : drawn < 0.8 ? "marlin20" : drawn < 0.93 ? "marlin11" : "prusa");
  const slow = random.chance(0.45);
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.int(0, 15).toString(16)).join("");
  return {
    dialect: name,
    machineName: random.pick(["3D Printer", "Ender-3", "i3", "Genius", "CoreXY", "CR-10"]),
    uuid: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    build: String(random.int(1, 28)).padStart(2, "0"),
    temperatureDecimals: name === "marlin11"
      ? random.pick([1, 2])
      : name === "prusa" || name === "klipper"
      ? 1
      : random.pick([2, 2, 2, 2, 6]),
    namesHotendTwice: name === "prusa" || name === "marlin11" && random.chance(0.3),
    reportsDuty: name !== "klipper" && !random.chance(0.06),
    advancedOk: (name === "marlin20" || name === "marlin21") && random.chance(0.2),
    emergencyParser: name !== "marlin11" && name !== "klipper" && random.chance(0.6),
    autoReport: name === "klipper" ? false : name !== "marlin11" || random.chance(0.5),
    hostKeepaliveS: 2,
    lineS: slow ? random.uniform(0.0008, 0.002) : random.uniform(0.00015, 0.0004),
    controlS: random.pick([0.164, 0.164, 0.131, 0.1]),
    commandBuffer: random.pick([4, 4, 4, 8]),
    thermalProtection: {
      hysteresisC: random.pick([4, 4, 8]),
      periodS: random.pick([40, 40, 20]),
      watchC: 2,
      watchS: random.pick([20, 20, 40]),
    },
    hotendMaxC: random.pick([275, 285, 300]),
    residencyS: { hotend: random.pick([10, 5, 3, 1]), bed: random.pick([10, 10, 3, 0]) },
  };
}

function drawWorld(random: Random): WorldParameters {
  const filament = random.pick(["PLA", "PLA", "PLA", "PETG", "ABS"] as const);
  const heat = { PLA: 0.0056, PETG: 0.0036, ABS: 0.0052 }[filament];
  const enclosed = random.chance(0.25);
  return {
    ambientC: random.uniform(16, 30),
    ambientWanderC: random.uniform(0.2, 0.9),
    ambientWanderS: random.uniform(600, 3000),
    enclosureKPerW: enclosed ? random.uniform(0.05, 0.25) : random.uniform(0, 0.01),
    supplyV: 24 * random.uniform(0.985, 1.015),
    nominalV: 24,
    filamentJPerKPerMm: heat * random.uniform(0.88, 1.12),
    filament,
  };
}
