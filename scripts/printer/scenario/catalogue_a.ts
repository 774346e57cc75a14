import { drawn, type Scenario } from "./scenario.ts";
import {
  fanShortfall,
  flowShift,
  setPointShiftC,
  speedShift,
  stallLengthS,
  zShiftMm,
} from "./severity.ts";
import {
  everyNthCut,
  extrusionScale,
  retractionScale,
  thinnedInfill,
  voidInside,
} from "./upstream/extrusion.ts";
import { offsetZ, scaleXy, shiftXy } from "./upstream/geometry.ts";
import {
  foreignLines,
  machineParameters,
  otherMode,
  protectionOff,
  readOut,
} from "./upstream/insertions.ts";
import {
  bedSetPoint,
  fanScale,
  flowFactor,
  hotendSetPoint,
  speedFactor,
} from "./upstream/set_points.ts";
import { disturbedStream, otherJob } from "./upstream/stream.ts";

const PUT_IN = ["unnumbered", "numbered"] as const;
const PARAMETERS = ["M92", "M201", "M203", "M204", "M205", "M301", "M304", "M900", "M500"] as const;

/** Threats upstream of the wire: a man in the middle between host and tap. */
export const UPSTREAM: Readonly<Record<string, Scenario>> = {
  A01: {
    title: "hotend set point lowered",
    unit: "K",
    variants: PUT_IN,
    draw: (r) => drawn(-setPointShiftC(r), 0, r.pick(PUT_IN)),
    make: (i) => ({ upstream: hotendSetPoint(i) }),
  },
  A02: {
    title: "hotend set point raised",
    unit: "K",
    variants: PUT_IN,
    draw: (r) => drawn(Math.max(10, setPointShiftC(r)), 0, r.pick(PUT_IN)),
    make: (i) => ({ upstream: hotendSetPoint(i) }),
  },
  A03: {
    title: "bed set point off",
    unit: "K",
    variants: PUT_IN,
    draw: (r) => drawn((r.chance(0.7) ? -1 : 1) * r.int(5, 20), 0, r.pick(PUT_IN)),
    make: (i) => ({ upstream: bedSetPoint(i) }),
  },
  A04: {
    title: "part fan reduced or off",
    unit: "% of the commanded duty",
    variants: PUT_IN,
    draw: (r) => drawn(fanShortfall(r), 0, r.pick(PUT_IN)),
    make: (i) => ({ upstream: fanScale(i) }),
  },
  A05: {
    title: "flow factor (M221)",
    unit: "%",
    variants: PUT_IN,
    draw: (r) => drawn(flowShift(r), 0, r.pick(PUT_IN)),
    make: (i) => ({ upstream: flowFactor(i) }),
  },
  A06: {
    title: "filament of printing moves scaled",
    unit: "%",
    variants: ["rewritten"],
    draw: (r) => drawn(r.pick([-2, -10, -15, -50]), 0, "rewritten"),
    make: (i) => ({ upstream: extrusionScale(i) }),
  },
  A07: {
    title: "every n-th printing move without filament",
    unit: "n",
    variants: ["rewritten"],
    draw: (r) => drawn(r.pick([5, 10, 20, 100]), 0, "rewritten"),
    make: (i) => ({ upstream: everyNthCut(i) }),
  },
  A08: {
    title: "a void inside the part",
    unit: "mm",
    variants: ["rewritten"],
    draw: (r) => drawn(r.uniform(1, 3), 0, "rewritten"),
    make: (i) => ({ upstream: voidInside(i) }),
  },
  A09: {
    title: "infill thinned",
    unit: "%",
    variants: ["rewritten"],
    draw: () => drawn(-60, 0, "rewritten"),
    make: (i) => ({ upstream: thinnedInfill(i) }),
  },
  A10: {
    title: "speed changed",
    unit: "%",
    variants: ["F", "M220"],
    draw: (r) => drawn(speedShift(r), 0, r.pick(["F", "M220"])),
    make: (i) => ({ upstream: speedFactor(i) }),
  },
  A11: {
    title: "X and Y scaled",
    unit: "%",
    variants: ["rewritten"],
    draw: (r) => drawn(-r.uniform(3, 5), 0, "rewritten"),
    make: (i) => ({ upstream: scaleXy(i) }),
  },
  A12: {
    title: "layer shift",
    unit: "mm",
    variants: ["x", "y"],
    draw: (r) => drawn((r.chance(0.5) ? 1 : -1) * r.uniform(0.2, 1), 0, r.pick(["x", "y"])),
    make: (i) => ({ upstream: shiftXy(i) }),
  },
  A13: {
    title: "nozzle height changed",
    unit: "mm",
    variants: ["M290", "G92", "M206", "M851"],
    // A person sets the height on the first layer, and so does who wants to look like one.
    when: "early",
    draw: (r) => drawn(zShiftMm(r), 0, r.pick(["M290", "G92", "M206", "M851"])),
    make: (i) => ({ upstream: offsetZ(i) }),
  },
  A14: {
    title: "retraction changed",
    unit: "%",
    variants: ["rewritten"],
    draw: (r) => drawn(r.pick([-80, -50, 50, 100]), 0, "rewritten"),
    make: (i) => ({ upstream: retractionScale(i) }),
  },
  A15: {
    title: "machine parameters changed",
    unit: "%",
    variants: PARAMETERS,
    draw: (r) => drawn((r.chance(0.5) ? 1 : -1) * r.uniform(5, 40), 0, r.pick(PARAMETERS)),
    make: (i, around) => ({ upstream: machineParameters(i, around) }),
  },
  A16: {
    title: "a protection switched off",
    unit: "(none)",
    variants: ["M302", "M211", "M502"],
    draw: (r) => drawn(1, 0, r.pick(["M302", "M211", "M502"])),
    make: (i) => ({ upstream: protectionOff(i) }),
  },
  A17: {
    title: "foreign lines in a running job",
    unit: "lines",
    variants: ["unnumbered", "numbered", "emergency"],
    draw: (r) => drawn(r.int(1, 12), 0, r.pick(["unnumbered", "numbered", "emergency"])),
    make: (i) => ({ upstream: foreignLines(i) }),
  },
  A18: {
    title: "dwells, stalls, dropped or reordered lines",
    unit: "s",
    variants: ["dwell", "stall", "dropped", "reordered"],
    draw: (r) => drawn(stallLengthS(r), 0, r.pick(["dwell", "stall", "dropped", "reordered"])),
    make: (i) => ({ upstream: disturbedStream(i) }),
  },
  A19: {
    title: "job truncated or swapped",
    unit: "(none)",
    variants: ["truncated", "swapped"],
    draw: (r) => drawn(1, 0, r.pick(["truncated", "swapped"])),
    make: (i, around) => ({ upstream: otherJob(i, around) }),
  },
  A20: {
    title: "update mode, or a job from the printer's card",
    unit: "(none)",
    variants: ["M997", "M24", "M28"],
    draw: (r) => drawn(1, 0, r.pick(["M997", "M24", "M28"])),
    make: (i) => ({ upstream: otherMode(i) }),
  },
  A21: {
    title: "job or settings read out",
    unit: "times",
    variants: ["M20", "M33 calib.gco", "M503"],
    draw: (r) => drawn(r.int(1, 8), 0, r.pick(["M20", "M33 calib.gco", "M503"])),
    make: (i) => ({ upstream: readOut(i) }),
  },
};
