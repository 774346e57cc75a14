/** How a sensor's voltage becomes a number of degrees. */
export interface SensorParameters {
  kind: "thermistor" | "pt1000";
  /** The true curve: B value in K of an NTC, or the gain of a PT1000 (1 is nominal). */
  trueCurve: number;
  /** The curve that the firmware believes in. */
  assumedCurve: number;
  /** Resistance at 25 °C against nominal: its tolerance. */
  toleranceFactor: number;
  pullUpOhm: number;
  adcBits: 10 | 12;
  /** Noise of one conversion, in steps of the converter (sd). */
  noiseSteps: number;
  /** Lag of the bead in its hole, 1/s. */
  lagPerS: number;
}

export interface PidGains {
  /** Per kelvin, of a duty counted 0–255, as firmware states them. */
  kp: number;
  /** Per kelvin and second. */
  ki: number;
  /** Seconds per kelvin. */
  kd: number;
}

export type RegulatorParameters =
  | { kind: "pid"; gains: PidGains; functionalRangeC: number }
  | { kind: "bang-bang"; intervalS: number; hysteresisC: number }
  | { kind: "mpc"; powerW: number; blockJPerK: number; lagPerS: number; lossWPerK: number };

export interface HotendParameters {
  powerW: number;
  /** Share of power lost per kelvin above 35 °C: 0 for a cartridge, about 0.0014 for a PTC heater. */
  ptcPerK: number;
  heaterJPerK: number;
  blockJPerK: number;
  nozzleJPerK: number;
  heaterToBlockWPerK: number;
  blockToNozzleWPerK: number;
  /** Conduction up the heat break, W/K. */
  breakWPerK: number;
  /** Natural convection, W/K^1.25. */
  convectionW: number;
  /** Emissivity × area × Stefan–Boltzmann, W/K⁴. */
  radiationW: number;
  /** What the part fan adds at full air flow, W/K. */
  fanWPerK: number;
  sensor: SensorParameters;
  regulator: RegulatorParameters;
}

export interface BedParameters {
  powerW: number;
  plateJPerK: number;
  topJPerK: number;
  plateToTopWPerK: number;
  /** Loss from the top (convection and radiation, nearly linear below 120 °C), W/K. */
  topWPerK: number;
  /** Loss from below, W/K. */
  plateWPerK: number;
  /** What the part fan takes from the bed at full air flow, W/K. */
  fanWPerK: number;
  sensor: SensorParameters;
  regulator: RegulatorParameters;
}

export interface FanParameters {
  /** Below this duty, 0–1, the fan stands still. */
  deadDuty: number;
  /** Spin-up and spin-down lag, s. */
  lagS: number;
  /** Cooling goes with air flow to this power. */
  exponent: number;
  /** Full power for so long when the fan starts, s; 0 for none. */
  kickStartS: number;
  /** Revolutions at full duty, 1/min. */
  fullRpm: number;
}

export interface MotionParameters {
  maxFeedrateMmPerS: [number, number, number, number];
  maxAccelMmPerS2: [number, number, number, number];
  printAccelMmPerS2: number;
  travelAccelMmPerS2: number;
  retractAccelMmPerS2: number;
  /** Junction deviation in mm, or classic jerk when 0. */
  junctionDeviationMm: number;
  jerkMmPerS: [number, number, number, number];
  stepsPerMm: [number, number, number, number];
  bufferMoves: number;
  /** Klipper's queue is full when it holds so much time, s; Marlin's only when it holds all moves. */
  bufferS: number;
  homingMmPerS: [number, number];
  bedSizeMm: [number, number, number];
  arcSegmentMm: number;
  minSegmentS: number;
}

export type DialectName = "marlin11" | "marlin20" | "marlin21" | "prusa" | "klipper";

export interface FirmwareParameters {
  dialect: DialectName;
  machineName: string;
  uuid: string;
  /** Day in the build date: what tells one build from another. */
  build: string;
  /** Decimals of a temperature on the wire. */
  temperatureDecimals: number;
  reportsDuty: boolean;
  /** Marlin before 1.1 and Prusa name the first hotend a second time. */
  namesHotendTwice: boolean;
  advancedOk: boolean;
  emergencyParser: boolean;
  autoReport: boolean;
  hostKeepaliveS: number;
  /** Time to read and plan one line, s. */
  lineS: number;
  /** One tick of the temperature loop, s: 16 samples of each sensor. */
  controlS: number;
  /** Commands that may wait inside the firmware. */
  commandBuffer: number;
  thermalProtection: { hysteresisC: number; periodS: number; watchC: number; watchS: number };
  hotendMaxC: number;
  residencyS: { hotend: number; bed: number };
}

export interface WorldParameters {
  ambientC: number;
  /** Slow wander of the room, K (sd) and its time constant, s. */
  ambientWanderC: number;
  ambientWanderS: number;
  /** Share of the bed's loss that warms the air around the hotend: 0 open, 0.02 K/W enclosed. */
  enclosureKPerW: number;
  supplyV: number;
  nominalV: number;
  /** Heat that 1 mm of filament takes per kelvin, J/K. */
  filamentJPerKPerMm: number;
  filament: "PLA" | "PETG" | "ABS";
}

/** One printer, drawn or described; everything its simulation needs. */
export interface PrinterParameters {
  seed: number;
  hotend: HotendParameters;
  bed: BedParameters;
  fan: FanParameters;
  motion: MotionParameters;
  firmware: FirmwareParameters;
  world: WorldParameters;
  baud: 115200 | 250000;
}
