import { isAbsolute, resolve } from "node:path";
import { valuesOf } from "./command_line.ts";
import { checkTextHead, HEAD_BYTES } from "../edge/gcode/text_file.ts";
import { jobTime } from "../edge/twin/motion/job_time.ts";
import { klipperRules, marlinRules, type MotionRules } from "../edge/twin/motion/rules.ts";

const HELP = `Usage: deno task bench motion [--file FILE] [options]

A job's time by a planner's rules, and how many moves a second parser, interpreter and planner do
together on one core (the best of seven rounds).

  --file FILE               G-code (default ../shared/data/gcode/cube20.gcode)
  --rules klipper|marlin    whose planner (default klipper)
  --velocity, --accel       mm/s (default 300) and mm/s² (default 3000)
  --corner N                square corner velocity, or Marlin's jerk, mm/s (default 5)
  --cruise-ratio N          Klipper's minimum_cruise_ratio (default 0)
  --extrude-velocity, --extrude-accel   of moves of the extruder alone, for Klipper (120, 10000)
  --junction-deviation MM   for Marlin, instead of jerk
  --json                    one JSON object on standard output
`;
const DEFAULT_FILE = new URL("../../shared/data/gcode/cube20.gcode", import.meta.url).pathname;
const ROUNDS = 7;

/** Measures the motion twin; prints a sentence or JSON. */
export async function benchMotion(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    file: { type: "string", default: DEFAULT_FILE },
    rules: { type: "string", default: "klipper" },
    velocity: { type: "string", default: "300" },
    accel: { type: "string", default: "3000" },
    corner: { type: "string", default: "5" },
    "cruise-ratio": { type: "string", default: "0" },
    // What the figure in ../shared/data/README.md implies for moves of the extruder alone.
    "extrude-velocity": { type: "string", default: "120" },
    "extrude-accel": { type: "string", default: "10000" },
    "junction-deviation": { type: "string" },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const file = isAbsolute(values.file)
    ? values.file
    : resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), values.file);
  const bytes = await Deno.readFile(file).catch(() => {
    throw new TypeError(`Cannot bench: a readable file was required, got '${file}'`);
  });
  const head = checkTextHead(bytes.subarray(0, HEAD_BYTES));
  if (!head.ok) throw new TypeError(`${head.issue}, in '${file}'`);
  const lines = new TextDecoder().decode(bytes).split("\n");
  const rules = rulesOf(values);
  const dialect = rules.rules;
  const job = jobTime(lines, rules, { dialect });
  const report = {
    file,
    moves: job.moves,
    motionS: round(job.motionS, 2),
    extruderOnlyS: round(job.extruderOnlyS, 2),
    slicerS: job.slicerS,
    movesPerS: Math.round(bestMovesPerS(lines, rules)),
  };
  console.log(values.json ? JSON.stringify(report) : describe(report));
}

function rulesOf(values: Record<string, string | boolean | undefined>): MotionRules {
  const velocity = positive(values, "velocity"), accel = positive(values, "accel");
  const corner = positive(values, "corner");
  if (values["rules"] === "klipper") {
    return klipperRules({
      maxVelocityMmPerS: velocity,
      maxAccelMmPerS2: accel,
      squareCornerMmPerS: corner,
      minimumCruiseRatio: number(values, "cruise-ratio", 0, 0.999),
      extrudeOnlyVelocityMmPerS: positive(values, "extrude-velocity"),
      extrudeOnlyAccelMmPerS2: positive(values, "extrude-accel"),
    });
  }
  if (values["rules"] !== "marlin") {
    throw new RangeError(
      `Cannot plan: --rules klipper or marlin was required, got ${values.rules}`,
    );
  }
  return marlinRules({
    maxVelocityMmPerS: { x: velocity, y: velocity, z: velocity, e: 120 },
    maxAccelMmPerS2: { x: accel, y: accel, z: accel, e: 10_000 },
    printAccelMmPerS2: accel,
    retractAccelMmPerS2: accel,
    travelAccelMmPerS2: accel,
    jerkMmPerS: { x: corner, y: corner, z: corner, e: corner },
    junctionDeviationMm: values["junction-deviation"] === undefined
      ? null
      : number(values, "junction-deviation", 0.001, 1),
  });
}

function positive(values: Record<string, string | boolean | undefined>, name: string): number {
  return number(values, name, 1e-3, 1e6);
}

function number(
  values: Record<string, string | boolean | undefined>,
  name: string,
  least: number,
  most: number,
): number {
  const value = Number(values[name]);
  if (value >= least && value <= most) return value;
  throw new RangeError(
    `Cannot use --${name}: a number from ${least} to ${most} was required, got '${values[name]}'`,
  );
}

function bestMovesPerS(lines: string[], rules: MotionRules): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    const { moves } = jobTime(lines, rules);
    best = Math.max(best, moves / (performance.now() - startMs) * 1000);
  }
  return best;
}

interface Report {
  file: string;
  moves: number;
  motionS: number;
  extruderOnlyS: number;
  slicerS: number | null;
  movesPerS: number;
}

function describe(report: Report): string {
  const slicer = report.slicerS === null
    ? "the slicer gives no estimate"
    : `the slicer's estimate is ${report.slicerS} s`;
  return `${report.file}: ${report.moves} moves, ${report.motionS} s of motion ` +
    `(${report.extruderOnlyS} s of the extruder alone); ${slicer}; ` +
    `${report.movesPerS.toLocaleString("en")} moves/s`;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
