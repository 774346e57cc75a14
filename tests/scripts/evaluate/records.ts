import type { FindingRecord, PrintRecord } from "../../../scripts/evaluate/run/record.ts";

/** A finding as the journal keeps it. */
export function finding(over: Partial<FindingRecord> = {}): FindingRecord {
  const verdict = over.verdict ?? "potential-cyberthreat";
  const toldS = over.toldS ?? 510;
  return {
    identity: "hotend-heat",
    kind: "hotend-heat",
    verdict,
    probability: 0.9,
    cause: "unknown",
    summary: "the heat doesn't add up",
    toldS,
    threatS: verdict === "potential-cyberthreat" ? toldS : null,
    layer: 3,
    ...over,
  };
}

/** A print of cell B03 under suite S0's eyes. */
export function print(
  given: {
    told: FindingRecord[];
    startS: number;
    endS: number | null;
    layer?: number;
    over?: Partial<PrintRecord>;
  },
): PrintRecord {
  const { told, startS, endS, layer = 3, over } = given;
  return {
    purpose: "cell",
    cell: "B03",
    printer: 3_000_001,
    run: 3_000_001_300,
    part: "bracket",
    hours: 0.25,
    reportS: 1,
    duty: true,
    event: {
      id: "B03",
      size: -10,
      variant: "careful",
      startS,
      endS,
      layer,
      readyS: 60,
      sights: { S0: { snr: 20, visible: true, blind: false } },
    },
    suites: { S0: told },
    others: {},
    alarms: [],
    ...over,
  };
}
