import type { Case } from "../cases/case.ts";
import { endOfWindow, type MaintenanceWindow } from "../printers/maintenance_window.ts";
import type { GuardChange } from "../printers/guard_change.ts";
import type { PrinterEvent, SeenState } from "../printers/printer_event.ts";
import { count, SEEN_STATE_WORDS, span, VERDICT_WORDS } from "./words.ts";

/** How long a printer was seen in one state. */
export interface Segment {
  state: SeenState;
  fromMs: number;
  toMs: number;
}

/** One line of a printer's history. */
export interface HistoryEntry {
  /** UTC */
  at: string;
  type: "state" | "person" | "case" | "maintenance";
  text: string;
  href: string | null;
}

/**
 * The states of a printer within a span of time, oldest first; before its first event nothing is
 * known.
 *
 * @param events the last first
 */
export function segmentsOf(
  events: readonly PrinterEvent[],
  fromMs: number,
  toMs: number,
): Segment[] {
  const segments: Segment[] = [];
  let endMs = toMs;
  for (const { at, act } of events) {
    if (act.type !== "state") continue;
    const startMs = Math.max(fromMs, Date.parse(at));
    if (endMs > startMs) segments.unshift({ state: act.to, fromMs: startMs, toMs: endMs });
    endMs = Math.min(endMs, Date.parse(at));
    if (endMs <= fromMs) break;
  }
  return segments;
}

/** All that is recorded of a printer, the last first. */
export function historyOf(
  events: readonly PrinterEvent[],
  cases: readonly Case[],
  windows: readonly MaintenanceWindow[],
): HistoryEntry[] {
  return [
    ...events.map(eventEntry),
    ...cases.map(caseEntry),
    ...windows.flatMap(windowEntries),
  ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function eventEntry({ at, act }: PrinterEvent): HistoryEntry {
  if (act.type === "acknowledged") {
    return { at, type: "person", text: `${act.by.name} knows of the trouble`, href: null };
  }
  if (act.type === "guard") return { at, type: "state", text: guardText(act), href: null };
  const before = act.from === null ? "" : ` (${SEEN_STATE_WORDS[act.from].toLowerCase()} before)`;
  return { at, type: "state", text: `${SEEN_STATE_WORDS[act.to]}${before}`, href: null };
}

function guardText({ make, changed, announcedBy }: GuardChange): string {
  if (changed.length === 0) return `Guarded by version ${make.version}`;
  const what = `The guard was changed: ${changed.join(", ")}`;
  return announcedBy === null ? `${what}; nobody had announced it` : `${what} (${announcedBy})`;
}

function caseEntry(about: Case): HistoryEntry {
  const more = about.sightings.length > 1 ? ` (${count(about.sightings.length, "deviation")})` : "";
  const text = `${VERDICT_WORDS[about.verdict]}: ${about.summary}${more}`;
  return { at: about.openedAt, type: "case", text, href: `/cases/${about.id}` };
}

function windowEntries(window: MaintenanceWindow): HistoryEntry[] {
  const { fromWallTime, untilWallTime, endedWallTime, what, by } = window;
  const lasts = span(Date.parse(untilWallTime) - Date.parse(fromWallTime));
  const announced = `${by.name} announced a change for ${lasts}: ${what}`;
  const begun: HistoryEntry = {
    at: fromWallTime,
    type: "maintenance",
    text: announced,
    href: null,
  };
  if (endedWallTime === null) return [begun];
  const at = new Date(endOfWindow(window)).toISOString();
  return [{ at, type: "maintenance", text: `Taken back: ${what}`, href: null }, begun];
}
