import { drawn, type Scenario } from "./scenario.ts";
import {
  extrusionLoss,
  extrusionOnsetS,
  fanOnsetS,
  fanShortfall,
  heatOnsetS,
  heatSeverity,
  readingStrayC,
  settingsShift,
} from "./severity.ts";
import { fanWithheld, heaterCut, heaterForced } from "./below/faults.ts";
import {
  changedFirmware,
  extraSteps,
  headShift,
  lessExtrusion,
  relocated,
  retractionChanged,
  secondWriter,
  speedChanged,
  stepperOff,
} from "./below/firmware_lies.ts";
import {
  forgedHealth,
  frozenSensor,
  lyingReport,
  offsetReading,
  replayedSensor,
  synthesised,
} from "./below/sensor_lies.ts";
import { cutCable } from "./below/surroundings.ts";
import type { Random } from "../random.ts";
import type { BelowWire, Injection } from "./injection.ts";

const HIDDEN = ["careful", "crude", "forged", "slow"] as const;
const SPOOFED = ["frozen", "replayed", "synthesised"] as const;

/** B03 and B04: the crude form with an onset is the slow one. */
function drawHidden(r: Random, sign: 1 | -1) {
  const onsetS = heatOnsetS(r);
  const size = sign * (5 + 15 * heatSeverity(r));
  const variant = r.pick(["careful", "crude", "forged"] as const);
  return drawn(size, onsetS, variant === "crude" && onsetS > 0 ? "slow" : variant);
}

function hiddenOffset(i: Injection): BelowWire {
  return i.variant === "crude" || i.variant === "slow" ? offsetReading(i) : lyingReport(i);
}

function spoofed(i: Injection): BelowWire {
  if (i.variant === "frozen") return frozenSensor();
  return i.variant === "replayed" ? replayedSensor(i) : synthesised(i);
}

/** Threats below the wire, in firmware or inline hardware, and two to the guard that show. */
export const BELOW: Readonly<Record<string, Scenario>> = {
  B01: {
    title: "less filament than commanded",
    unit: "%",
    variants: ["firmware"],
    draw: (r) => drawn(extrusionLoss(r), extrusionOnsetS(r), "firmware"),
    make: (i) => ({ below: lessExtrusion(i) }),
  },
  B02: {
    title: "material relocated every n moves",
    unit: "n",
    variants: ["firmware"],
    draw: (r) => drawn(r.pick([5, 10, 20, 100]), 0, "firmware"),
    make: (i) => ({ below: relocated(i) }),
  },
  B03: {
    title: "hotend colder than the report says",
    unit: "K",
    variants: HIDDEN,
    draw: (r) => drawHidden(r, -1),
    make: (i) => ({ below: hiddenOffset(i) }),
  },
  B04: {
    title: "hotend hotter than the report says",
    unit: "K",
    variants: HIDDEN,
    draw: (r) => drawHidden(r, 1),
    make: (i) => ({ below: hiddenOffset(i) }),
  },
  B05: {
    title: "heater forced on",
    unit: "% duty",
    variants: ["hotend", "bed"],
    draw: (r) => drawn(100, 0, r.pick(["hotend", "hotend", "bed"])),
    make: (i) => ({ below: heaterForced(i) }),
  },
  B06: {
    title: "heater cut",
    unit: "% of the power",
    variants: ["hotend", "bed"],
    draw: (r) => drawn(-100, 0, r.pick(["hotend", "hotend", "bed"])),
    make: (i) => ({ below: heaterCut(i) }),
  },
  B07: {
    title: "part fan driven less than commanded",
    unit: "%",
    variants: ["firmware"],
    draw: (r) => drawn(fanShortfall(r), fanOnsetS(r), "firmware"),
    make: (i) => ({ below: fanWithheld(i) }),
  },
  B08: {
    title: "extra steps or a layer shift",
    unit: "mm at once (x, y) or % of all steps",
    variants: ["x", "y", "steps"],
    draw: (r) => {
      const variant = r.pick(["x", "y", "steps"]);
      return drawn(variant === "steps" ? r.uniform(0.5, 3) : r.uniform(0.2, 1), 0, variant);
    },
    make: (i) => ({ below: i.variant === "steps" ? extraSteps(i) : headShift(i) }),
  },
  B09: {
    title: "nozzle height shifted",
    unit: "mm",
    variants: ["z"],
    draw: (r) => drawn((r.chance(0.5) ? 1 : -1) * r.uniform(0.05, 0.2), 0, "z"),
    make: (i) => ({ below: headShift(i) }),
  },
  B10: {
    title: "a stepper disabled",
    unit: "(none)",
    variants: ["xy", "z", "e"],
    draw: (r) => drawn(1, 0, r.pick(["xy", "z", "e"])),
    make: (i) => ({ below: stepperOff(i) }),
  },
  B11: {
    title: "retraction changed",
    unit: "%",
    variants: ["firmware"],
    draw: (r) => drawn(r.pick([-80, -50, 50, 100]), 0, "firmware"),
    make: (i) => ({ below: retractionChanged(i) }),
  },
  B12: {
    title: "speed changed",
    unit: "%",
    variants: ["firmware"],
    draw: (r) => drawn(r.pick([-5, 5]), 0, "firmware"),
    make: (i) => ({ below: speedChanged(i) }),
  },
  B13: {
    title: "hotend readings frozen, replayed or synthesised",
    unit: "K that the block strays",
    variants: SPOOFED,
    draw: (r) => drawn(-readingStrayC(r), 0, r.pick(SPOOFED)),
    make: (i) => ({ below: spoofed(i) }),
  },
  B14: {
    title: "healthy reports forged with protections off",
    unit: "K that the block goes away",
    variants: ["forged"],
    draw: (r) => drawn(r.pick([-1, 1, 1]) * r.uniform(25, 70), 0, "forged"),
    make: (i) => ({ below: forgedHealth(i) }),
  },
  B15: {
    title: "identity or settings changed",
    unit: "% of steps and gains",
    variants: ["settings", "identity", "reflash"],
    draw: (r) => drawn(settingsShift(r), 0, r.pick(["settings", "identity", "reflash"])),
    make: (i) => ({ below: changedFirmware(i) }),
  },
  C01: {
    title: "serial line blocked",
    unit: "(none)",
    variants: ["both", "up", "down"],
    draw: (r) => drawn(1, 0, r.pick(["both", "up", "down"])),
    make: (i) => ({ cable: cutCable(i) }),
  },
  C02: {
    title: "a second writer on the port",
    unit: "lines",
    variants: ["writer"],
    draw: (r) => drawn(r.int(1, 8), 0, "writer"),
    make: (i) => ({ below: secondWriter(i) }),
  },
};
