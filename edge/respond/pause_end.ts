import { causesOf, causesWithout, kept } from "./cause.ts";
import { unparkLines } from "./park.ts";
import { next } from "./pause_advance.ts";
import { enter, order, type PauseEffect, report } from "./pause_effect.ts";
import { idleRecord, type PauseState } from "./pause_state.ts";

/** Ends the response, or only its part for some deviations where it serves others too. */
export function takeBack(state: PauseState, by: string, of?: readonly string[]): PauseEffect[] {
  const { also: _also, ...record } = state.record;
  const { phase, decisionId } = record;
  const causes = causesOf(state.record);
  const left = of === undefined ? [] : causesWithout(causes, of);
  if (left.length > 0) {
    if (left.length === causes.length) return [];
    state.record = { ...record, ...kept(left) };
    return [report(`${by} takes back a part of it; the job stays ${phase} for another decision`)];
  }
  state.record = { ...record, decisionId, deviationIds: [] };
  if (phase === "idle") return [report(`nothing is held; ${by} asked to resume`)];
  if (phase === "resuming") return [report(`${by} asked to resume, which is under way already`)];
  if (phase === "holding" || phase === "parking") {
    return [report(`${by} asked to resume: the job goes on once the nozzle is parked`)];
  }
  return phase === "held" ? resume(state, by) : letGo(state, by);
}

/** Nothing is withheld yet; a host that was asked to pause is asked to go on. */
export function letGo(state: PauseState, by: string): PauseEffect[] {
  const { phase, runId, want } = state.record;
  state.record = idleRecord(runId);
  enter(state, "idle");
  const said = report(`${by} ended the response while ${phase}`);
  const wasAsked = phase === "asked" || phase === "host-paused";
  if (!wasAsked || want === "stop") return [said];
  return [said, ...order(state, { do: "inject", to: "host", line: "//action:resume" })];
}

/** Opens the way of the lines again, as the nozzle was before it was parked. */
export function resume(state: PauseState, by: string): PauseEffect[] {
  const { record } = state;
  // After a stop the heaters stay off: only the way of the lines is opened again.
  record.queue = record.saved && record.want === "pause"
    ? unparkLines(record.saved, state.place)
    : [];
  enter(state, "resuming");
  return [report(`${by} resumes the job`), ...next(state)];
}
