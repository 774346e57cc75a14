import { drawn, type Scenario } from "./scenario.ts";
import {
  extrusionLoss,
  extrusionOnsetS,
  fanOnsetS,
  fanShortfall,
  flowShift,
  heatOnsetS,
  heatSeverity,
  readingStrayC,
  setPointShiftC,
  settingsShift,
  speedShift,
  stallLengthS,
  zShiftMm,
} from "./severity.ts";
import { externalFan, heaterCut, looseSensor, noisySensor, wornFan } from "./below/faults.ts";
import { changedFirmware, resets } from "./below/firmware_lies.ts";
import {
  atPanel,
  badCable,
  coldRoom,
  filamentFails,
  hotendChanged,
  roomChanges,
  sensorDrifts,
  supplySags,
} from "./below/surroundings.ts";
import {
  babysteps,
  busyHost,
  cancelled,
  emergencyStop,
  maintenance,
  paused,
  pluginsRewrite,
  printFromCard,
  tuned,
} from "./person/operator.ts";

const TUNED = [
  "temperature",
  "speed",
  "flow",
  "panel-temperature",
  "panel-speed",
  "panel-flow",
] as const;

/** Anomalies that belong to printing: the world, wear, people and their software. */
export const EXPECTED: Readonly<Record<string, Scenario>> = {
  E01: {
    title: "external fan or draught on the hotend",
    unit: "% more loss",
    variants: ["steady"],
    draw: (r) => drawn(r.uniform(20, 120), r.uniform(1, 3), "steady"),
    make: (i) => ({ below: externalFan(i) }),
  },
  E02: {
    title: "enclosure opened, or the room drifts",
    unit: "K",
    variants: ["door", "drift"],
    draw: (r) =>
      r.chance(0.5)
        ? drawn(-r.uniform(3, 15), r.uniform(20, 90), "door")
        : drawn((r.chance(0.5) ? 1 : -1) * r.uniform(2, 8), r.uniform(200, 900), "drift"),
    make: (i) => ({ below: roomChanges(i) }),
  },
  E03: {
    title: "part fan worn or dead",
    unit: "%",
    variants: ["worn"],
    draw: (r) => drawn(fanShortfall(r), fanOnsetS(r), "worn"),
    make: (i) => ({ below: wornFan(i) }),
  },
  E04: {
    title: "thermistor noise or loose contact",
    unit: "K",
    variants: ["noise", "loose"],
    draw: (r) => drawn(readingStrayC(r), 0, r.pick(["noise", "loose"])),
    make: (i) => ({ below: i.variant === "loose" ? looseSensor(i) : noisySensor(i) }),
  },
  E05: {
    title: "heater ageing",
    unit: "% of the power",
    variants: ["hotend"],
    draw: (r) => drawn(-10 - 10 * heatSeverity(r), heatOnsetS(r), "hotend"),
    make: (i) => ({ below: heaterCut(i) }),
  },
  E06: {
    title: "clog or heat creep",
    unit: "% of the filament",
    variants: ["clog"],
    draw: (r) => drawn(extrusionLoss(r), extrusionOnsetS(r), "clog"),
    make: (i) => ({ below: filamentFails(i) }),
  },
  E07: {
    title: "filament run out, tangled or slipping",
    unit: "% of the filament",
    variants: ["run-out", "tangle", "slip"],
    draw: (r) => {
      const size = extrusionLoss(r);
      const variant = size === -100 ? r.pick(["run-out", "tangle"]) : r.pick(["tangle", "slip"]);
      return drawn(size, extrusionOnsetS(r), variant);
    },
    make: (i) => ({ below: filamentFails(i) }),
  },
  E08: {
    title: "supply sag",
    unit: "V",
    variants: ["sag"],
    draw: (r) => drawn(-r.uniform(0.8, 4), r.pick([0, 0.5, 5]), "sag"),
    make: (i) => ({ below: supplySags(i) }),
  },
  E09: {
    title: "noise on the cable",
    unit: "% of the lines",
    variants: ["bits"],
    draw: (r) => drawn(r.logUniform(0.3, 5), 0, "bits"),
    make: (i) => ({ cable: badCable(i) }),
  },
  E10: {
    title: "busy host",
    unit: "s",
    variants: ["stalls"],
    draw: (r) => drawn(stallLengthS(r), 0, "stalls"),
    make: (i) => ({ host: busyHost(i) }),
  },
  E11: {
    title: "operator tunes temperature, speed or flow",
    unit: "K or %",
    variants: TUNED,
    draw: (r) => {
      const variant = r.pick(TUNED);
      const size = variant.endsWith("temperature")
        ? (r.chance(0.5) ? 1 : -1) * setPointShiftC(r)
        : variant.endsWith("speed")
        ? speedShift(r)
        : flowShift(r);
      return drawn(size, 0, variant);
    },
    make: (i) => i.variant.startsWith("panel") ? { below: atPanel(i) } : { host: tuned(i) },
  },
  E12: {
    title: "pause, resume, filament change",
    unit: "(none)",
    variants: ["host", "panel-pause", "filament-change"],
    draw: (r) => drawn(1, 0, r.pick(["host", "panel-pause", "filament-change"])),
    make: (i) => i.variant === "panel-pause" ? { below: atPanel(i) } : { host: paused(i) },
  },
  E13: {
    title: "babysteps on the first layer",
    unit: "mm",
    variants: ["host", "panel"],
    when: "early",
    draw: (r) => drawn(zShiftMm(r), 0, r.pick(["host", "panel"])),
    make: (i) => i.variant === "panel" ? { below: atPanel(i) } : { host: babysteps(i) },
  },
  E14: {
    title: "reset, reconnect or power loss",
    unit: "s without power",
    variants: ["reset", "power"],
    draw: (r) => drawn(r.uniform(2, 20), 0, r.pick(["reset", "power"])),
    make: (i) => ({ below: resets(i) }),
  },
  E15: {
    title: "slow sensor drift",
    unit: "K",
    variants: ["drift"],
    draw: (r) => drawn(-5 - 15 * heatSeverity(r), heatOnsetS(r), "drift"),
    make: (i) => ({ below: sensorDrifts(i) }),
  },
  E16: {
    title: "nozzle or sock changed",
    unit: "% of the loss",
    variants: ["sock", "nozzle"],
    draw: (r) => drawn(10 + 25 * heatSeverity(r), heatOnsetS(r), r.pick(["sock", "nozzle"])),
    make: (i) => ({ below: hotendChanged(i) }),
  },
  E17: {
    title: "cold start in a cold room",
    unit: "K",
    variants: ["cold"],
    when: "whole-run",
    draw: (r) => drawn(-r.uniform(5, 15), 0, "cold"),
    make: (i) => ({ below: coldRoom(i) }),
  },
  E18: {
    title: "emergency stop by a person",
    unit: "(none)",
    variants: ["host"],
    draw: () => drawn(1, 0, "host"),
    make: () => ({ host: emergencyStop() }),
  },
  E19: {
    title: "job or object cancelled",
    unit: "(none)",
    variants: ["job", "object"],
    draw: (r) => drawn(1, 0, r.pick(["job", "object"])),
    make: (i) => ({ host: cancelled(i) }),
  },
  E20: {
    title: "scripts and plug-ins rewrite the stream",
    unit: "(none)",
    variants: ["arcs", "scripts", "progress"],
    when: "whole-run",
    draw: (r) => drawn(1, 0, r.pick(["arcs", "scripts", "progress"])),
    make: (i) => ({ host: pluginsRewrite(i) }),
  },
  E21: {
    title: "announced maintenance: re-flash, M500, PID tune",
    unit: "% of steps and gains",
    variants: ["m500", "pid-tune", "reflash"],
    draw: (r) => drawn(settingsShift(r), 0, r.pick(["m500", "pid-tune", "reflash"])),
    make: (i, around) =>
      i.variant === "reflash" ? { below: changedFirmware(i) } : { host: maintenance(i, around) },
  },
  E22: {
    title: "print from the card by a person",
    unit: "(none)",
    variants: ["host"],
    draw: () => drawn(1, 0, "host"),
    make: () => ({ host: printFromCard() }),
  },
};
