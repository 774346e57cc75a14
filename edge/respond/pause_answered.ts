import { causesOf } from "./cause.ts";
import { next } from "./pause_advance.ts";
import { askHost, enter, order, type PauseEffect, report } from "./pause_effect.ts";
import { idleRecord, isJobMoving, type PauseState } from "./pause_state.ts";
import { resume } from "./pause_end.ts";

/** So often an order may be refused in the midst of parking before a person has to come. */
const REFUSALS_MAX = 5;
const RETRY_S = 1;

/** Takes the tap's answer to the last order [pure]. Mutates the state. */
export function answered(state: PauseState, issue: string | null): PauseEffect[] {
  const was = state.ordered;
  state.ordered = null;
  if (was === null) return [];
  if (was === "release" && state.record.phase === "asked") return askHost(state);
  if (issue !== null) return refusedOrder(state, was, issue);
  const { phase } = state.record;
  if (phase === "held" && was === "hold") return latched(state);
  if (phase === "resuming" && was === "release") return released(state);
  return phase === "parking" || phase === "resuming" ? next(state) : [];
}

/** The way is open: a host that had paused by itself is asked to go on. */
function released(state: PauseState): PauseEffect[] {
  const { runId, hostPaused, want } = state.record;
  state.record = idleRecord(runId);
  enter(state, "idle");
  const through = report("the host's lines go through again");
  if (!hostPaused || want === "stop") return [through];
  return [through, ...order(state, { do: "inject", to: "host", line: "//action:resume" })];
}

/** Whoever took it back while the nozzle was being parked has been waiting for this. */
function latched(state: PauseState): PauseEffect[] {
  const text = report(heldText(state));
  const isTakenBack = causesOf(state.record).length === 0;
  return isTakenBack ? [text, ...resume(state, "what was taken back before")] : [text];
}

function heldText(state: PauseState): string {
  const { record, place } = state;
  const heat = record.want === "stop" ? "heaters off" : `hotend at ${place.standbyC} °C`;
  return `the host's lines are withheld, nozzle lifted ${place.liftMm} mm off the part, ${heat}`;
}

function refusedOrder(state: PauseState, was: string, issue: string): PauseEffect[] {
  const { phase, queue } = state.record;
  const line = state.unanswered?.line;
  state.unanswered = null;
  // Half a parking is worse than a late one: a line that was refused is tried again.
  const midway = phase === "parking" || phase === "resuming" || phase === "held";
  if (midway && state.refusals < REFUSALS_MAX) {
    state.refusals += 1;
    state.retryAtS = state.nowS + RETRY_S;
    if (was === "inject" && line !== undefined) state.record.queue = [line, ...queue];
    if (phase === "held") state.record.phase = "parking";
    return [];
  }
  if (phase === "asked" && was === "inject" && isJobMoving(state)) {
    enter(state, "seeking");
    return [report(`the host could not be asked (${issue}): its lines will be withheld`)];
  }
  enter(state, "failed");
  return [report(`the tap refused '${was}' while ${phase}: ${issue}`)];
}

/** An order that went nowhere, since no tap was met yet: its line waits again. */
export function notSent(state: PauseState): void {
  const { ordered, unanswered, record } = state;
  state.ordered = null;
  if (ordered !== "inject" || unanswered === null) return;
  record.queue = [unanswered.line, ...record.queue];
  state.unanswered = null;
}
