import type { Evidence } from "../../../shared/deviation.ts";
import type { Series } from "../../../shared/series.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { MessageContext } from "../../../edge/publish/message.ts";

/** A complete finding, to be varied. */
export function finding(more: Partial<Finding> = {}): Finding {
  return {
    identity: "hotend-heat/gain",
    episode: 1,
    phase: "opened",
    startedS: 100,
    detectedS: 104,
    endedS: null,
    layer: 3,
    kind: "hotend-heat",
    verdict: "potential-cyberthreat",
    probability: 0.93,
    severity: "high",
    score: 12.5,
    cause: { id: "spoofed-reading", title: "the block is colder than it says" },
    summary: "the block takes more heat than its reading explains",
    reasons: [{ signal: "duty", text: "12 % more duty than the twin", weight: 4.2 }],
    techniques: ["T0856"],
    evidence: evidence(),
    ...more,
  };
}

export function series(points: number, more: Partial<Series> = {}): Series {
  return {
    signal: "hotend",
    role: "measured",
    unit: "°C",
    startS: 0,
    stepS: 0.5,
    scale: 100,
    points: Array.from({ length: points }, (_, index) => 20_000 + index),
    ...more,
  };
}

export function evidence(more: Partial<Evidence> = {}): Evidence {
  return { series: [series(20)], lines: ["M104 S205"], layerMap: null, ...more };
}

const digest = (char: string) => char.repeat(64);

/** What the shell knows besides. */
export function context(more: Partial<MessageContext> = {}): MessageContext {
  return {
    address: { site: "s1", device: "d1", printer: "p1" },
    suite: "S0",
    switches: { lines: true, maps: true },
    jobDigest: digest("a"),
    digests: { twin: digest("1"), detector: digest("2"), classifier: digest("3") },
    wallMs: Date.UTC(2026, 0, 1),
    clockQuality: "unsynced",
    ...more,
  };
}
