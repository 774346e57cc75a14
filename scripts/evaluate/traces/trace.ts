import { LogFile } from "../../../edge/source/replay/log_file.ts";
import type { Observation } from "../../../edge/source/observation.ts";

/** One heater's sample of a log. */
export interface Reading {
  measuredC: number;
  targetC: number;
  /** 0–1; null where the log tells none. */
  duty: number | null;
}

/** One row of a log, on a clock that never runs backwards. */
export interface Row {
  eventTimeS: number;
  /** Nothing is known between here and the row before. */
  afterGap: boolean;
  hotend: Reading | null;
  bed: Reading | null;
}

/** One machine's log. */
export interface Trace {
  name: string;
  rows: Row[];
  /** Hours that it covers, and those of them in which it printed or was about to. */
  hours: number;
  hotHours: number;
}

/** A nozzle asked for less than this isn't printing, °C. */
const PRINTING_C = 150;
/** A pause between two rows that is no part of a print, s. */
export const SILENCE_S = 12;

/** Reads one heater log, through the reader that the edge replays logs with. */
export async function readTrace(path: string): Promise<Trace> {
  const opened = await LogFile.open(path);
  if (!opened.ok) throw new Error(opened.issue);
  const rows: Row[] = [];
  for await (const { observations } of opened.value.batches(new AbortController().signal)) {
    for (const observation of observations) addObservation(rows, observation);
  }
  const name = path.split("/").pop()!.replace(/\.csv$/, "");
  return { name, rows, hours: opened.value.coveredS / 3600, hotHours: hotHours(rows) };
}

function addObservation(rows: Row[], observation: Observation): void {
  if (observation.type === "gap") {
    const { eventTimeS } = observation;
    rows.push({ eventTimeS, afterGap: true, hotend: null, bed: null });
  }
  if (observation.type !== "heater") return;
  const { eventTimeS, heater, measuredC, targetC, duty } = observation;
  const last = rows.at(-1);
  const row = last && last.eventTimeS === eventTimeS
    ? last
    : { eventTimeS, afterGap: false, hotend: null, bed: null };
  if (row !== last) rows.push(row);
  row[heater] = { measuredC, targetC, duty };
}

function hotHours(rows: readonly Row[]): number {
  let seconds = 0;
  rows.forEach((row, at) => {
    const stepS = at === 0 ? 0 : row.eventTimeS - rows[at - 1]!.eventTimeS;
    if ((row.hotend?.targetC ?? 0) >= PRINTING_C && stepS <= SILENCE_S) seconds += stepS;
  });
  return seconds / 3600;
}

/** What the analysis is told of one row. */
export function observationsOf(row: Row, before: Row | undefined): Observation[] {
  const { eventTimeS } = row;
  const found: Observation[] = [];
  if (row.afterGap) {
    const sinceS = before?.eventTimeS ?? eventTimeS;
    const reason = "the log goes on at another time";
    found.push({ type: "gap", eventTimeS, sinceS, missedFrames: 0, reason });
  }
  for (const heater of ["hotend", "bed"] as const) {
    const reading = row[heater];
    if (reading) found.push({ type: "heater", eventTimeS, heater, ...reading });
  }
  return found;
}
