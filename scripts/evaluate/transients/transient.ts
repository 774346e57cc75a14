import { insertAt } from "../cases/insert.ts";

/** A controlled transient: something the job itself does that moves temperatures, air or filament. */
export interface Transient {
  id: "heat-up" | "cool-down" | "set-point step" | "fan step" | "retractions" | "pause";
  /** Puts it into a job that doesn't have it. */
  prepare(job: readonly string[]): string[];
  /** The line that begins it; of several the first that is sent while extruding, or before. */
  begins: RegExp;
  whileExtruding: boolean;
  /** An attack hides so long after that line, s: within the transient. */
  afterS: readonly [number, number];
  /** The print starts cold. */
  cold: boolean;
  /** How long the print is followed after its job, s. */
  tailS: number;
}

/** Marks the lines put in: a message on the printer's panel, which hosts and slicers send too. */
const MARK = "M117 Transient";

const INSIDE = { begins: new RegExp(`${MARK}`), whileExtruding: true, cold: false, tailS: 10 };

/** Where jobs get their transient, as a share of their printing moves. */
const PLACE = 0.25;
const BACK = 0.55;

function twice(
  job: readonly string[],
  lines: Parameters<typeof insertAt>[2],
  back: Parameters<typeof insertAt>[2],
): string[] {
  const late = insertAt(job, BACK, back).lines;
  return insertAt(late, PLACE, (there) => [MARK, ...lines(there)]).lines;
}

/** Eight retractions where the head stands, in the job's own way of counting filament. */
function retractions(job: readonly string[]): string[] {
  const relative = job.some((line) => /^M83\b/.test(line));
  const pull = Array.from({ length: 8 }, () => ["G1 E-2 F2100", "G1 E2 F2100"]).flat();
  return relative ? pull : ["M83", ...pull, "M82"];
}

export const TRANSIENTS: readonly Transient[] = [
  {
    id: "heat-up",
    prepare: (job) => [...job],
    begins: /\bM109 S[1-9]/,
    whileExtruding: false,
    afterS: [3, 25],
    cold: true,
    tailS: 10,
  },
  {
    id: "cool-down",
    prepare: (job) => [...job],
    begins: /\bM104 S0\b/,
    whileExtruding: true,
    afterS: [1, 15],
    cold: false,
    tailS: 150,
  },
  {
    ...INSIDE,
    id: "set-point step",
    prepare: (job) =>
      twice(
        job,
        ({ hotendC }) => [`M104 S${hotendC - 10}`],
        ({ hotendC }) => [`M104 S${hotendC}`],
      ),
    afterS: [0.5, 8],
  },
  {
    ...INSIDE,
    id: "fan step",
    prepare: (job) =>
      twice(job, ({ fan }) => [`M106 S${fan > 150 ? 90 : 255}`], ({ fan }) => [
        `M106 S${Math.round(fan)}`,
      ]),
    afterS: [0.3, 6],
  },
  {
    ...INSIDE,
    id: "retractions",
    prepare: (job) => insertAt(job, PLACE, () => [MARK, ...retractions(job)]).lines,
    afterS: [0, 1.5],
  },
  {
    ...INSIDE,
    id: "pause",
    prepare: (job) => insertAt(job, PLACE, () => [MARK, "G4 S40"]).lines,
    afterS: [1, 12],
  },
];
