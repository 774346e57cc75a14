import { type Cause, causesOf, kept, withCause } from "./cause.ts";
import { coldLines, parkAgainLines } from "./park.ts";
import { askHost, enter, type PauseEffect, report } from "./pause_effect.ts";
import { idleRecord, isHolding, type PauseState } from "./pause_state.ts";

/** A decision that asks for a response. */
export interface Wanted {
  want: "pause" | "stop";
  decisionId: string | null;
  deviationIds: readonly string[];
}

/** Begins a response, or lets one that is under way serve this decision too [pure]. */
export function beginPause(state: PauseState, wanted: Wanted): PauseEffect[] {
  const { record } = state;
  const { phase, runId } = record;
  if (phase === "resuming") return beginAgain(state, wanted);
  const weaker = record.want === "stop" && wanted.want === "pause";
  if (isHolding(phase) || phase === "seeking" || (phase === "asked" && weaker)) {
    return join(state, wanted);
  }
  const before = phase === "idle" || phase === "failed" ? [] : causesOf(record);
  state.record = { ...idleRecord(runId), want: wanted.want, ...first(wanted, before) };
  return askHost(state);
}

function causeOf({ decisionId, deviationIds }: Wanted): Cause {
  return { decisionId, deviationIds: [...deviationIds] };
}

/** The causes with this one as the one that hears what becomes of the response. */
function first(wanted: Wanted, others: readonly Cause[]) {
  return kept(others.reduce(withCause, [causeOf(wanted)]));
}

/** A stop outweighs a pause that is under way, never the other way round. */
function join(state: PauseState, wanted: Wanted): PauseEffect[] {
  const { also: _also, ...record } = state.record;
  const { phase, want } = record;
  const causes = causesOf(state.record);
  if (want === "stop" || wanted.want === "pause") {
    state.record = { ...record, ...kept(withCause(causes, causeOf(wanted))) };
    return [report(`the response is under way already (${phase})`)];
  }
  state.record = { ...record, want: "stop", ...first(wanted, causes) };
  if (phase === "parking" || phase === "held") {
    state.record.queue = [...record.queue, ...coldLines(state.machine.hotendTargetsC.length)];
    enter(state, "parking");
  }
  return [];
}

/** The job was about to go on: it stays held, and the nozzle goes back off the part. */
function beginAgain(state: PauseState, wanted: Wanted): PauseEffect[] {
  const { runId, saved, hostPaused, queue, want: before } = state.record;
  const want = before === "stop" ? before : wanted.want;
  const begun = { ...idleRecord(runId), want, ...first(wanted, []) };
  if (state.ordered === "release") {
    // The way is being opened just now: the host is asked as soon as that is answered.
    state.record = { ...begun, want: wanted.want };
    enter(state, "asked");
    return [];
  }
  const cold = want === "stop" ? coldLines(state.machine.hotendTargetsC.length) : [];
  const park = saved === null ? [] : parkAgainLines(saved, state.place, queue);
  state.record = { ...begun, hostPaused, saved, queue: [...park, ...cold] };
  enter(state, "parking");
  return [report("the job stays held: another decision came before it went on")];
}
