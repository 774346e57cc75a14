import type { Kind } from "../../../shared/kinds.ts";
import type { Verdict } from "../../../shared/verdict.ts";

/** What the sensors of a print were: the analysis runs once for each, on the same print. */
export type SuiteName = "S0" | "S1" | "S2";

export const SUITES: readonly SuiteName[] = ["S0", "S1", "S2"];

/**
 * Who else may watch a print, with the richest of its suites: one detector without the other, or
 * networks that were trained without the print's kind of event.
 */
export type OtherName = "tests" | "network" | "left-out";

/** One deviation as the analysis told it. */
export interface FindingRecord {
  identity: string;
  kind: Kind;
  /** The last verdict and probability told of it. */
  verdict: Verdict;
  probability: number;
  cause: string;
  summary: string;
  /** When it was first told, s: the detector's own word on the time is not asked. */
  toldS: number;
  /** When it was first called a potential-cyberthreat, s. */
  threatS: number | null;
  layer: number | null;
}

/** One alarm of a baseline. */
export interface AlarmRecord {
  name: string;
  atS: number;
}

/** What really happened in a print; nothing took effect when it is null. */
export interface EventRecord {
  id: string;
  size: number;
  variant: string;
  startS: number;
  /** Null while it lasted until the print's end. */
  endS: number | null;
  /** The layer in which it began. */
  layer: number | null;
  /** When the print's first extrusion was commanded, s; null where the event came before. */
  readyS: number | null;
  /** What an ideal detector could have seen of this very draw, computed before the print. */
  sights: Partial<Record<SuiteName, { snr: number; visible: boolean; blind: boolean }>>;
}

/** Why a print was made. */
export type PrintPurpose = "first" | "clean" | "cell";

/** One print with everything that was said of it. */
export interface PrintRecord {
  purpose: PrintPurpose;
  /** The cell that was injected, for a print of that purpose. */
  cell: string | null;
  printer: number;
  run: number;
  part: string;
  hours: number;
  /** Seconds between temperature reports. */
  reportS: number;
  duty: boolean;
  event: EventRecord | null;
  /** Findings by suite; a suite that was not run is absent. */
  suites: Partial<Record<SuiteName, FindingRecord[]>>;
  /** What others said who watched too. */
  others: Partial<Record<OtherName, FindingRecord[]>>;
  alarms: AlarmRecord[];
}

/** One printer's prints. */
export interface UnitRecord {
  unit: number;
  tookS: number;
  prints: PrintRecord[];
}
