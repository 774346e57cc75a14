import type { Observation } from "../source/observation.ts";
import { causesOf, causesWithout, kept } from "./cause.ts";
import { coldLines, parkLines, saveState, unparkLines } from "./park.ts";
import { beginPause, type Wanted } from "./pause_begin.ts";
import { askHost, enter, order, type PauseEffect, report } from "./pause_effect.ts";
import { idleRecord, type PauseState } from "./pause_state.ts";
import { watch } from "./pause_watch.ts";

/** So often an order may be refused in the midst of parking before a person has to come. */
const REFUSALS_MAX = 5;
const RETRY_S = 1;

/** What happens to a response. */
export type PauseInput =
  | { type: "begin" } & Wanted
  | { type: "observed"; observation: Observation }
  /** The tap's answer to the last order. */
  | { type: "answered"; issue: string | null }
  /** Somebody takes it back: a person all of it, an expert what was for these deviations. */
  | { type: "resume"; by: string; of?: readonly string[] }
  /** The agent was restarted and goes on with what it had begun. */
  | { type: "restarted" }
  /** The tap, or the session that it held, is another: whatever was held no longer is. */
  | { type: "released"; why: string };

/**
 * The response of last resort [pure]: ask the host; if it goes on for 10 s, withhold its lines at a
 * layer boundary, take the nozzle off the part, lower the target and only then latch. `state`
 * changes in place; the record in it is what has to be kept.
 */
export function stepPause(state: PauseState, input: PauseInput): PauseEffect[] {
  switch (input.type) {
    case "begin":
      return [...beginPause(state, input), ...advance(state)];
    case "observed":
      watch(state, input.observation);
      return [...linkEnded(state, input.observation), ...advance(state)];
    case "answered":
      return answered(state, input.issue);
    case "resume":
      return takeBack(state, input.by, input.of);
    case "restarted":
      return restarted(state);
    case "released":
      return dropped(state, input.why);
  }
}

/** The host's session, the printer or the view of lines is gone: the tap has let go by itself. */
function linkEnded(state: PauseState, observation: Observation): PauseEffect[] {
  if (observation.type !== "link" || state.record.phase === "idle") return [];
  const ends = ["host-closed", "printer-lost", "bypass-on", "blind"].includes(observation.event);
  return ends ? dropped(state, `${observation.event}: ${observation.detail}`) : [];
}

function dropped(state: PauseState, why: string): PauseEffect[] {
  const { phase, runId } = state.record;
  if (phase === "idle") return [];
  state.record = idleRecord(runId);
  state.ordered = null;
  state.unanswered = null;
  enter(state, "idle");
  return [report(`the response ended while ${phase}: ${why}`)];
}

function advance(state: PauseState): PauseEffect[] {
  const { record, times, nowS } = state;
  if (state.ordered !== null) return [];
  const forS = nowS - state.sinceS;
  switch (record.phase) {
    case "asked":
      return watchHost(state, forS);
    case "host-paused":
      return watchPaused(state, forS);
    case "seeking":
      if (!state.boundary && forS < times.seekMaxS) return [];
      return beginHold(state);
    case "holding":
      return state.ticksHeld >= 2 ? park(state) : renew(state);
    case "parking":
    case "resuming":
      return next(state);
    default:
      return [];
  }
}

function watchHost(state: PauseState, forS: number): PauseEffect[] {
  const { times, nowS } = state;
  const lastS = Math.max(state.lastMoveS, state.sinceS);
  // A host that waits for the printer sends nothing either; one that could send and doesn't, or
  // sends everything but moves, has paused.
  const couldSend = state.outstanding === 0 || state.lastHostLineS > lastS + 0.5;
  if (nowS - lastS >= times.quietS && couldSend) {
    enter(state, "host-paused");
    return [report(`the host paused within ${(lastS - nowS + forS).toFixed(1)} s of being asked`)];
  }
  if (forS < times.askS || !isJobMoving(state)) return [];
  enter(state, "seeking");
  return [report(`the host ignored the request for ${times.askS} s: its lines will be withheld`)];
}

function isJobMoving({ nowS, lastJobMoveS, times }: PauseState): boolean {
  return nowS - lastJobMoveS < times.quietS;
}

function beginHold(state: PauseState): PauseEffect[] {
  enter(state, "holding");
  state.ticksHeld = 0;
  return order(state, { do: "hold", latched: false });
}

/** Says when the job goes on, and takes a hot nozzle off the part that the host left there. */
function watchPaused(state: PauseState, forS: number): PauseEffect[] {
  if (state.lastJobMoveS > state.sinceS) {
    state.record = idleRecord(state.record.runId);
    enter(state, "idle");
    return [report(`the job goes on: the host resumed it after ${forS.toFixed(0)} s`)];
  }
  const hot = (state.machine.hotendTargetsC[state.machine.tool] ?? 0) > state.place.standbyC;
  if (forS < state.times.leftS || !hot || state.isOffPart) return [];
  state.record.hostPaused = true;
  return [
    report("the host paused but left the hot nozzle on the part: it is taken off"),
    ...beginHold(state),
  ];
}

function renew(state: PauseState): PauseEffect[] {
  // While resuming the hold is latched still: a leased one would end in the midst of it.
  if (state.record.phase === "resuming") return [];
  if (state.nowS - state.heldS < state.times.renewS) return [];
  return order(state, { do: "hold", latched: false });
}

function park(state: PauseState): PauseEffect[] {
  const saved = saveState(state.machine, state.place);
  state.record.saved = saved;
  state.record.queue = parkLines(saved, state.place);
  if (state.record.want === "stop") {
    state.record.queue.push(...coldLines(state.machine.hotendTargetsC.length));
  }
  enter(state, "parking");
  return next(state);
}

/** The next line once the last one is answered, or the end of the phase. */
function next(state: PauseState): PauseEffect[] {
  if (state.unanswered !== null) {
    const { line, sinceS } = state.unanswered;
    const mayTakeS = /^M109\b/.test(line) ? state.times.heatS : state.times.okS;
    if (state.nowS - sinceS < mayTakeS) return renew(state);
    state.unanswered = null;
  }
  if (state.nowS < state.retryAtS) return [];
  const [line, ...rest] = state.record.queue;
  if (line !== undefined) {
    state.record.queue = rest;
    state.unanswered = { line, sinceS: state.nowS };
    return order(state, { do: "inject", to: "printer", line });
  }
  if (state.record.phase === "resuming") return order(state, { do: "release" });
  const { refusals } = state;
  enter(state, "held");
  state.refusals = refusals;
  return order(state, { do: "hold", latched: true });
}

function answered(state: PauseState, issue: string | null): PauseEffect[] {
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

/** Ends the response, or only its part for some deviations where it serves others too. */
function takeBack(state: PauseState, by: string, of?: readonly string[]): PauseEffect[] {
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
function letGo(state: PauseState, by: string): PauseEffect[] {
  const { phase, runId, want } = state.record;
  state.record = idleRecord(runId);
  enter(state, "idle");
  const said = report(`${by} ended the response while ${phase}`);
  const wasAsked = phase === "asked" || phase === "host-paused";
  if (!wasAsked || want === "stop") return [said];
  return [said, ...order(state, { do: "inject", to: "host", line: "//action:resume" })];
}

function resume(state: PauseState, by: string): PauseEffect[] {
  const { record } = state;
  // After a stop the heaters stay off: only the way of the lines is opened again.
  record.queue = record.saved && record.want === "pause"
    ? unparkLines(record.saved, state.place)
    : [];
  enter(state, "resuming");
  return [report(`${by} resumes the job`), ...next(state)];
}

/** An order that went nowhere, since no tap was met yet: its line waits again. */
export function notSent(state: PauseState): void {
  const { ordered, unanswered, record } = state;
  state.ordered = null;
  if (ordered !== "inject" || unanswered === null) return;
  record.queue = [unanswered.line, ...record.queue];
  state.unanswered = null;
}

function restarted(state: PauseState): PauseEffect[] {
  switch (state.record.phase) {
    case "asked":
    case "seeking":
      return [report("the agent was restarted and asks the host again"), ...askHost(state)];
    case "holding":
      if (causesOf(state.record).length === 0) {
        return [...letGo(state, "whoever took it back"), ...order(state, { do: "release" })];
      }
      // Lines that are withheld would look like a host that paused, and nobody knows any more where
      // the nozzle stands: the host goes on until that was seen.
      enter(state, "asked");
      return [
        report("the agent was restarted and asks the host again"),
        ...order(state, { do: "release" }),
      ];
    case "parking":
      return order(state, { do: "hold", latched: false });
    case "resuming":
    case "held":
      return order(state, { do: "hold", latched: true });
    default:
      return [];
  }
}
