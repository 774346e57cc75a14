import type { Finding } from "../../../edge/finding.ts";
import type { Series } from "../../../shared/series.ts";

/** A finding as the analysis might tell it. */
export function finding(wish: Partial<Finding> = {}): Finding {
  return {
    identity: "hotend-heat:expected-anomaly",
    episode: 1,
    phase: "opened",
    startedS: 100,
    detectedS: 110,
    endedS: null,
    layer: 3,
    kind: "hotend-heat",
    verdict: "expected-anomaly",
    probability: 0.97,
    severity: "low",
    score: 1.23456,
    cause: { id: "external-airflow", title: "external fan or draught" },
    summary: "Moving air cools the hotend",
    reasons: [
      { signal: "earlyShare", text: "the hotend lost 30 % more heat", weight: 2 },
      { signal: "rigidity", text: "the reading moved with it", weight: -0.5 },
    ],
    techniques: [],
    evidence: { series: [], lines: [], layerMap: null },
    ...wish,
  };
}

/** One signal's series around a deviation. */
export function series(role: Series["role"], values: (number | null)[], startS = 90): Series {
  return {
    signal: "hotend-temperature",
    role,
    unit: "°C",
    startS,
    stepS: 1,
    scale: 10,
    points: values.map((value) => value === null ? null : Math.round(value * 10)),
  };
}
