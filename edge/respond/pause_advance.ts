import { coldLines, parkLines, saveState } from "./park.ts";
import { enter, order, type PauseEffect, report } from "./pause_effect.ts";
import { idleRecord, isJobMoving, type PauseState } from "./pause_state.ts";

/** What is due now by what was seen and by the time that has passed [pure]. Mutates the state. */
export function advance(state: PauseState): PauseEffect[] {
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
export function next(state: PauseState): PauseEffect[] {
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
