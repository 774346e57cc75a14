import type { Deviation } from "../../shared/deviation.ts";
import type { Series } from "../../shared/series.ts";
import { layerMapWithVoid } from "./layer_map.ts";
import { banded, sag, series, STEP_S } from "./series.ts";

/** All of a deviation that its cause decides. */
export interface Recipe {
  cause: Deviation["cause"];
  identity: string;
  kind: Deviation["kind"];
  verdict: Deviation["verdict"];
  severity: Deviation["severity"];
  probability: number;
  summary: string;
  reasons: Deviation["reasons"];
  techniques: Deviation["techniques"];
  lines: string[];
  layerMap?: Deviation["evidence"]["layerMap"];
  series(atS: number, noise: () => number): Series[];
}

/** What can be fabricated, by a name that says what it looks like. */
export const RECIPES = {
  "tampered-set-point": {
    cause: { id: "A01", title: "Hotend set point lowered between host and printer" },
    identity: "temperature:hotend:target",
    kind: "temperature",
    verdict: "potential-cyberthreat",
    severity: "high",
    probability: 0.97,
    summary: "The hotend was told 195 °C where this print's file says 210 °C",
    reasons: [
      { signal: "hotend-target", text: "M104 S195 came, the file has no such line", weight: 5.1 },
      { signal: "hotend-temperature", text: "the block followed the lowered target", weight: 2.2 },
      { signal: "origin", text: "no person changed it at host or panel", weight: 1.4 },
      { signal: "history", text: "this operator has tuned temperatures before", weight: -0.8 },
    ],
    techniques: ["T0836", "T0855", "T0830"],
    lines: ["N18231 G1 X92.114 Y81.330 E4.71233*104", "M104 S195", "N18232 G1 X93.201 Y81.912*41"],
    series: (atS, noise) =>
      banded(
        "hotend-temperature",
        "°C",
        atS,
        1.6,
        () => 210,
        (n) => 210 + (n < 6 ? 0 : sag(n - 6, 15, 14)) + noise() * 0.35,
        (n) => n < 0 ? 210 : 195,
      ),
  },
  "cold-block": {
    cause: { id: "B03", title: "Firmware reports the set point while the block is colder" },
    identity: "hotend-sensor:report",
    kind: "hotend-sensor",
    verdict: "potential-cyberthreat",
    severity: "critical",
    probability: 0.91,
    summary: "The hotend reports 210 °C, but draws the power of a block 15 °C colder",
    reasons: [
      {
        signal: "hotend-duty",
        text: "heater power fell by 11 % with flow and fan unchanged",
        weight: 3.8,
      },
      { signal: "hotend-temperature", text: "the reading stays flat to 0.1 °C", weight: 2.6 },
      { signal: "ambient", text: "no draught: the bed draws what it always did", weight: 1.1 },
    ],
    techniques: ["T0856", "T0832", "T0857"],
    lines: [
      "ok T:210.0 /210.0 B:60.1 /60.0 @:71 B@:38",
      "ok T:210.0 /210.0 B:60.0 /60.0 @:70 B@:37",
    ],
    series: (atS, noise) => [
      ...banded(
        "hotend-duty",
        "%",
        atS,
        2.4,
        (n) => 62 + 3 * Math.sin(n / 24),
        (n) => 62 + 3 * Math.sin(n / 24) + sag(n, 11, 9) + noise() * 1.1,
      ),
      ...banded(
        "hotend-temperature",
        "°C",
        atS,
        1.2,
        () => 210,
        (n) => 210 + (n < 0 ? noise() * 0.3 : noise() * 0.03),
      ),
    ],
  },
  "external-fan": {
    cause: { id: "E01", title: "Draught or an external fan on the hotend" },
    identity: "hotend-heat:loss",
    kind: "hotend-heat",
    verdict: "expected-anomaly",
    severity: "low",
    probability: 0.88,
    summary: "The hotend loses more heat than fan and flow explain, as in a draught",
    reasons: [
      { signal: "hotend-duty", text: "4 W more to hold 210 °C, rising within 8 s", weight: 2.9 },
      {
        signal: "hotend-temperature",
        text: "a dip of 2.1 °C that the firmware made good",
        weight: 1.7,
      },
      { signal: "bed-duty", text: "the bed shows a little of it too", weight: 0.9 },
    ],
    techniques: [],
    lines: [],
    series: (atS, noise) => [
      ...banded(
        "hotend-temperature",
        "°C",
        atS,
        1.4,
        () => 210,
        (n) =>
          210 - (n < 0 ? 0 : 3.4 * (n * STEP_S / 9) * Math.exp(1 - n * STEP_S / 9) * 0.8) +
          noise() * 0.3,
        () => 210,
      ),
      series("hotend-duty", "twin", "%", atS, () => 61),
      series("hotend-duty", "measured", "%", atS, (n) => 61 - sag(n, 10, 8) + noise() * 1.3),
    ],
  },
  "dead-fan": {
    cause: { id: "E03", title: "Part fan worn or dead" },
    identity: "fan-airflow:low",
    kind: "fan-airflow",
    verdict: "undetermined",
    severity: "medium",
    probability: 0.56,
    summary: "The part fan was told 100 %, but the block cools as if it stood still",
    reasons: [
      {
        signal: "hotend-duty",
        text: "5 W less than a running fan takes from the block",
        weight: 2.4,
      },
      { signal: "context", text: "it began exactly with layer 20", weight: 1.9 },
      { signal: "history", text: "the fan needed a push in the last two prints", weight: -1.7 },
    ],
    techniques: ["T0831"],
    lines: ["M106 S255"],
    series: (atS, noise) =>
      banded("hotend-duty", "%", atS, 2.6, () => 68, (n) => 68 + sag(n, 12, 6) + noise() * 1.2),
  },
  "void": {
    cause: { id: "A08", title: "Extrusion left out inside a region" },
    identity: "flow:void",
    kind: "flow",
    verdict: "potential-cyberthreat",
    severity: "high",
    probability: 0.94,
    summary: "Layers 41 to 47 leave out all material inside a region of 8 mm",
    reasons: [
      {
        signal: "extrusion",
        text: "planned 3.1 mm³ there on each layer, commanded none",
        weight: 4.6,
      },
      { signal: "geometry", text: "the same outline on seven layers", weight: 2.1 },
    ],
    techniques: ["T0889", "T0831", "T0879"],
    lines: ["G1 X104.2 Y99.8 F7200", "G1 X106.9 Y99.8"],
    layerMap: layerMapWithVoid(),
    series: (atS, noise) =>
      banded(
        "extrusion",
        "mm³/s",
        atS,
        0.7,
        (n) => 5 + Math.sin(n / 9),
        (n) =>
          n > 0 && Math.sin(n / 5) > 0.55
            ? 0.3 + Math.abs(noise()) * 0.1
            : 5 + Math.sin(n / 9) + noise() * 0.2,
      ),
  },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof RECIPES;
