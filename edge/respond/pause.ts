import type { Observation } from "../source/observation.ts";
import { causesOf } from "./cause.ts";
import { advance } from "./pause_advance.ts";
import { answered } from "./pause_answered.ts";
import { beginPause, type Wanted } from "./pause_begin.ts";
import { askHost, enter, order, type PauseEffect, report } from "./pause_effect.ts";
import { letGo, takeBack } from "./pause_end.ts";
import { idleRecord, type PauseState } from "./pause_state.ts";
import { watch } from "./pause_watch.ts";

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
