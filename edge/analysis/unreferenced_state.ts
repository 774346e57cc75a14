import { initLineGate, type LineGate } from "../gcode/line_gate.ts";
import type { StreamEvent } from "./command_findings.ts";
import { type HiddenMoves, initHiddenMoves } from "./hidden_move.ts";
import { initJobHabits, type JobHabits } from "./job_habits.ts";
import { NEVER } from "./stream_watch.ts";
import { initToolTurns, type ToolTurns } from "./tool_turns.ts";

/** What the stream did since the layer began, for prints that no registered job describes. */
export interface UnreferencedWatch {
  movesInLayer: number;
  /** Printing moves of the layer before. */
  movesBefore: number;
  heightMm: number;
  hotendC: number;
  bedC: number;
  /** The hotend has left the first layer's temperature. */
  settled: boolean;
  tools: ToolTurns;
  /** Factors of feedrate and filament, as they were set last. */
  factors: Record<"speed-factor" | "flow-factor", number>;
  /** Duties of the part fan that the job has used, and the last one. */
  duties: number[];
  duty: number;
  /** To which of them it fell within a layer; what it last rose from, and in which layer. */
  fanDrops: number[];
  fanRoseFrom: number;
  fanRoseLayer: number;
  gate: LineGate;
  /** Printing moves with a line number, in a row. */
  numbered: number;
  /** When the last printing move came, s. */
  lastPrintS: number;
  /** Whether moves are relative now, and were at the last printing one. */
  relative: boolean;
  printsRelative: boolean;
  dwells: number[];
  /** Codes of the settings that came within the part, and names of what no guard knows. */
  settings: (number | string)[];
  /** Told if the same layer goes on after them. */
  waiting: StreamEvent[];
  /** Printing moves in a row that rise or fall. */
  rampMoves: number;
  habits: JobHabits;
  /** Lines were missed, and the toolhead's height hasn't been told since. */
  unsure: boolean;
  hidden: HiddenMoves;
}

export function initUnreferencedWatch(): UnreferencedWatch {
  return {
    movesInLayer: 0,
    movesBefore: 1e6,
    heightMm: 0,
    hotendC: 0,
    bedC: 0,
    settled: false,
    tools: initToolTurns(),
    factors: { "speed-factor": 1, "flow-factor": 1 },
    duties: [],
    duty: 0,
    fanDrops: [],
    fanRoseFrom: 0,
    fanRoseLayer: 0,
    gate: initLineGate(),
    numbered: 0,
    lastPrintS: NEVER,
    relative: false,
    printsRelative: false,
    dwells: [],
    settings: [],
    waiting: [],
    rampMoves: 0,
    habits: initJobHabits(),
    unsure: false,
    hidden: initHiddenMoves(),
  };
}
