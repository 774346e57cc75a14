import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import { type CommandRole, commandRole } from "../gcode/command_role.ts";
import type { Result } from "../../shared/result.ts";
import { parseLine } from "../gcode/parse_line.ts";
import type { Mismatch } from "../reference/mismatch.ts";
import type { JobProgress } from "../reference/progress.ts";
import type { GridLayer } from "../twin/extrusion/layer_grid.ts";
import type { StreamEvent } from "./command_findings.ts";

/** A registered job that a stream can be held against; its state is plain JSON. */
export interface Reference<S = unknown> {
  jobDigest: string;
  init(): S;
  /** Takes one command sent by the host; mutates the state. */
  step(state: S, command: Command, eventTimeS: number): Mismatch[];
  /** What has become certain by the time alone. */
  tick(state: S, eventTimeS: number): Mismatch[];
  /** What is left to say when the print is known to have ended; says it once. */
  finish(state: S): Mismatch[];
  /** Commands passed unseen: the place in the job is looked for anew. Mutates the state. */
  interrupt?(state: S): void;
  /** Whether this may be the job that runs: false once another one was seen. */
  covers(state: S): boolean;
  /** How far the job has come; null while it doesn't run. */
  progress?(state: S): JobProgress | null;
  /** What the layer of a position, or of a height, should look like; null where that isn't known. */
  planned?(position: number, zMm: number | null): GridLayer | null;
  /** Reads a state back that went through JSON. */
  restore(snapshot: unknown): Result<S>;
}

const WORDS: Record<Mismatch["kind"], string> = {
  "temperature": "another set point",
  "flow": "another extrusion",
  "fan": "another fan speed",
  "speed": "another feedrate",
  "geometry": "another path",
  "order": "another order",
  "inserted": "a line that the job doesn't have",
  "dropped": "lines of the job are missing",
  "swapped-job": "not the registered job",
  "retraction": "another retraction",
  "z-offset": "another nozzle height",
};

/** Roles that say more of a foreign line than that it was inserted. */
const TELLING = new Set<CommandRole>([
  "settings",
  "protection",
  "firmware-mode",
  "read-out",
  "z-offset",
  "retraction",
  "stop",
]);

/** What a foreign line is for; the line that gave it away may be a later one. */
function roleOf(gotText: string | null): CommandRole {
  const parsed = gotText === null ? null : parseLine(gotText);
  return parsed?.ok ? commandRole(parsed.value) : "other";
}

/** What differs, in words that an operator understands. */
function worded({ kind, expectedText, gotText, count, detail }: Mismatch): string {
  const lines = count === 1 ? "a line" : `${count} lines`;
  if (detail === "cancelled") {
    return `everything was switched off ${lines} before the job's last one`;
  }
  if (detail === "truncated") return `the job ended ${lines} before its last one`;
  if (gotText === null) {
    const first = count === 1 ? "" : "the first of them ";
    return `${lines} of the job never came${
      expectedText === null ? "" : `: ${first}${expectedText}`
    }`;
  }
  if (expectedText === null) return `${WORDS[kind]}: '${gotText}' came where the job has nothing`;
  const what = detail === "altered" ? "" : `${WORDS[kind]}: `;
  return `${what}'${gotText}' came where the job has ${expectedText}`;
}

/**
 * Whether a person at the host could have done this. Leaving things out is what a cancelled object
 * does; but nobody edits printing moves as they go by.
 */
function isByHand({ kind, detail, gotText }: Mismatch): boolean {
  if (detail === "resent" || detail === "block") return false;
  const prints = gotText !== null && /^G[0-3] .*[XY].*E/i.test(gotText);
  return !prints || (detail !== "altered" && kind !== "order");
}

/** A mismatch as an event that the classifier can judge. */
export function streamEventOf(
  mismatch: Mismatch,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const { kind, gotText, detail, count } = mismatch;
  const role = roleOf(gotText);
  const name = kind === "inserted" && TELLING.has(role) ? role : kind;
  const is = (what: Mismatch["detail"]) => detail === what ? 1 : 0;
  return {
    name: `command-${name}` as EventName,
    eventTimeS,
    layer: mismatch.layer ?? layer,
    lines: gotText === null ? [] : [gotText],
    text: worded(mismatch),
    position: mismatch.position,
    features: {
      reference: 1,
      declared: 0,
      byHand: isByHand(mismatch) ? 1 : 0,
      lines: count,
      // A setting or a mode that comes along with a pause is no part of any pause script.
      pauseLike: name === role ? 0 : is("pause-like"),
      startScript: is("start-script"),
      rewritten: is("rewritten"),
      truncated: is("truncated"),
      cancelled: is("cancelled"),
      skipped: is("skipped"),
    },
  };
}
