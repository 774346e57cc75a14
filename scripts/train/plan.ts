/** How much is simulated and trained; the seeds and the command that makes a model depend on it. */
export interface TrainPlan {
  /** Printers for windows, for thresholds, for irregularities, and for weighing both opinions. */
  windowPrinters: number;
  thresholdPrinters: number;
  featurePrinters: number;
  weighPrinters: number;
  /** Prints of each printer are no longer than this, s; those for thresholds may be longer. */
  printS: number;
  thresholdPrintS: number;
  /** How often the networks see a sample in training. */
  detectorPasses: number;
  classifierPasses: number;
}

export const FULL: TrainPlan = {
  windowPrinters: 150,
  thresholdPrinters: 240,
  featurePrinters: 240,
  weighPrinters: 120,
  printS: 900,
  thresholdPrintS: 2400,
  detectorPasses: 1_000_000,
  classifierPasses: 600_000,
};

/** A model in a minute or two, for trying something out. */
export const QUICK: TrainPlan = {
  windowPrinters: 110,
  thresholdPrinters: 60,
  featurePrinters: 80,
  weighPrinters: 50,
  printS: 720,
  thresholdPrintS: 720,
  detectorPasses: 600_000,
  classifierPasses: 120_000,
};

/** The smallest that goes through every step: what CI makes twice. */
export const TINY: TrainPlan = {
  windowPrinters: 4,
  thresholdPrinters: 3,
  featurePrinters: 6,
  weighPrinters: 4,
  printS: 480,
  thresholdPrintS: 480,
  detectorPasses: 4096,
  classifierPasses: 4096,
};

/** Threats and accidents that show in a heater, so that the networks can learn from them. */
export const THREATS = ["B01", "B03", "B04", "B05", "B06", "B07", "B13", "B14"] as const;
export const ACCIDENTS = [
  "E01",
  "E02",
  "E03",
  "E04",
  "E05",
  "E06",
  "E07",
  "E08",
  "E15",
  "E16",
] as const;
/** What changes a heater's work in plain sight: nothing about its heat is odd. */
export const COMMANDED = ["A01", "A02", "A04", "A05", "A10", "E11", "E12", "E17"] as const;
