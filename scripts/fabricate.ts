/**
 * Realistic deviations and presences out of thin air, by seed: for the tests of the cloud side, its
 * benchmarks and its pictures. Nothing of the product imports it.
 */
import { edgeSource, encode } from "../shared/codec.ts";
import type { Decision } from "../shared/decision.ts";
import { Deviation } from "../shared/deviation.ts";
import { type Address, CONTRACT_VERSION } from "../shared/ids.ts";
import type { DecisionOutcome, Presence, PrinterState } from "../shared/presence.ts";
import type { Series } from "../shared/series.ts";
import { deviationSubject, presenceSubject } from "../shared/subjects.ts";

export type Random = () => number;

/** A small seeded generator (mulberry32): the same seed gives the same numbers everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A UUID (version 4) from seeded numbers. */
export function seededId(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = "4";
  hex[16] = "89ab"[Math.floor(random() * 4)]!;
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const digest = (digit: string) => digit.repeat(64);
const STEP_S = 0.5;
const POINTS = 130;
/** The detection falls on this point of each series. */
const DETECTED_POINT = 96;
const STARTED_POINT = 60;

type Curve = (pointFromStart: number) => number;

function series(
  signal: string,
  role: Series["role"],
  unit: string,
  detectedEventS: number,
  curve: Curve,
): Series {
  const scale = 100;
  return {
    signal,
    role,
    unit,
    startS: Math.max(0, detectedEventS - DETECTED_POINT * STEP_S),
    stepS: STEP_S,
    scale,
    points: Array.from(
      { length: POINTS },
      (_, index) => Math.round(curve(index - STARTED_POINT) * scale),
    ),
  };
}

function banded(
  signal: string,
  unit: string,
  atS: number,
  width: number,
  twin: Curve,
  measured: Curve,
  target?: Curve,
): Series[] {
  return [
    series(signal, "low", unit, atS, (n) => twin(n) - width),
    series(signal, "high", unit, atS, (n) => twin(n) + width),
    series(signal, "twin", unit, atS, twin),
    ...(target ? [series(signal, "target", unit, atS, target)] : []),
    series(signal, "measured", unit, atS, measured),
  ];
}

interface Recipe {
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

const sag = (n: number, depth: number, s: number) =>
  n < 0 ? 0 : -depth * (1 - Math.exp(-n * STEP_S / s));

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
    layerMap: layerMap(),
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

function layerMap() {
  const [widthCells, heightCells] = [24, 18];
  const planned = Array.from({ length: widthCells * heightCells }, (_, index) => {
    const [x, y] = [index % widthCells, Math.floor(index / widthCells)];
    const edge = x === 2 || x === 21 || y === 2 || y === 15;
    if (x < 2 || x > 21 || y < 2 || y > 15) return 0;
    return edge ? 230 : (x + y) % 2 === 0 ? 120 : 90;
  });
  const seen = planned.map((value, index) => {
    const [x, y] = [index % widthCells, Math.floor(index / widthCells)];
    return x >= 13 && x <= 16 && y >= 7 && y <= 10 ? 0 : value;
  });
  const place = { leftMm: 86, frontMm: 92, cellMm: 2, extent: "layer" } as const;
  return { layer: 44, widthCells, heightCells, ...place, planned, seen };
}

export interface DeviationWish {
  recipe: RecipeName;
  printer: string;
  random: Random;
  /** Event time of the detection, s since the device's boot. */
  atS?: number;
  /** The same as `atS` in UTC. */
  wallTime: string;
  bootId?: string;
  change?: Partial<Deviation>;
}

/** Fabricates one deviation; `change` replaces fields of it. */
export function fabricateDeviation(wish: DeviationWish): Deviation {
  const { recipe, printer, random, wallTime } = wish;
  const atS = wish.atS ?? 1200 + Math.floor(random() * 4000);
  const noise = () => random() + random() + random() - 1.5;
  const { lines, series, layerMap = null, ...said }: Recipe = RECIPES[recipe];
  return Deviation.parse({
    contractVersion: CONTRACT_VERSION,
    id: seededId(random),
    revision: 1,
    printer,
    suite: "S0",
    times: {
      bootId: wish.bootId ?? "7d1cc2a4-1f0e-4c1b-9f0a-3a54a4a3f001",
      startedEventS: atS - (DETECTED_POINT - STARTED_POINT) * STEP_S,
      detectedEventS: atS,
      endedEventS: null,
      wallTime,
      clockQuality: "synced",
    },
    job: { digest: digest("c"), layer: layerMap?.layer ?? 12 + Math.floor(random() * 80) },
    score: 4 + random() * 20,
    models: { twin: digest("1"), detector: digest("2"), classifier: digest("3") },
    evidence: { series: series(atS, noise), lines, layerMap },
    ...said,
    ...wish.change,
  });
}

export interface WireMessage {
  subject: string;
  /** Nats-Msg-Id */
  id: string;
  bytes: Uint8Array;
}

/** A deviation as a guard would publish it. */
export function deviationMessage(address: Address, deviation: Deviation): WireMessage {
  const id = `${deviation.id}.${deviation.revision}`;
  const about = { id, source: edgeSource(address), time: deviation.times.wallTime };
  return {
    subject: deviationSubject(address, deviation.verdict, deviation.kind),
    id,
    bytes: encode("deviation", about, deviation),
  };
}

export interface PresenceWish {
  label: string;
  state?: PrinterState;
  wallTime: string;
  sinceWallTime?: string;
  lines?: number;
  prints?: Presence["prints"];
  wear?: Presence["wear"];
  decisions?: DecisionOutcome[];
  delivered?: Presence["delivered"];
  /** What is another guard than the usual one. */
  digests?: Partial<Presence["digests"]>;
}

/** A presence as a guard would publish it. */
export function presenceMessage(address: Address, wish: PresenceWish): WireMessage {
  const { label, state = "printing", wallTime, lines = 18_232, decisions = [] } = wish;
  const presence: Presence = {
    contractVersion: CONTRACT_VERSION,
    printer: address.printer,
    label,
    state,
    sinceWallTime: wish.sinceWallTime ?? wallTime,
    wallTime,
    bootId: "7d1cc2a4-1f0e-4c1b-9f0a-3a54a4a3f001",
    versions: { agent: "printwarden 0.1.0", contract: CONTRACT_VERSION },
    digests: {
      config: digest("d"),
      twin: digest("1"),
      detector: digest("2"),
      classifier: digest("3"),
      job: digest("c"),
      ...wish.digests,
    },
    counters: {
      linesSent: lines,
      linesReceived: Math.round(lines * 1.2),
      garbledLines: 0,
      gaps: 0,
      missedFrames: 0,
      outboxPending: 0,
      outboxDropped: 0,
      refusedMessages: 0,
      restarts: 0,
    },
    decisions,
    ...(wish.delivered ? { delivered: wish.delivered } : {}),
    ...(wish.prints ? { prints: wish.prints } : {}),
    ...(wish.wear ? { wear: wish.wear } : {}),
  };
  const id = `${address.printer}.${wallTime}.${decisions.length}`;
  const about = { id, source: edgeSource(address), time: wallTime };
  return {
    subject: presenceSubject(address),
    id,
    bytes: encode("presence", about, presence),
  };
}

/** What a guard would say of a decision that it has applied. */
export function appliedOutcome(decision: Decision, wallTime: string): DecisionOutcome {
  const detail = decision.response === "none" ? "noted" : `${decision.response} through the host`;
  return { decisionId: decision.id, result: "applied", detail, wallTime };
}
