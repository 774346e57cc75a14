import type { PausePhase, PauseState } from "./pause_state.ts";

/** What the shell does about a response: orders one at a time, reports at once. */
export type PauseEffect =
  | { do: "inject"; to: "printer" | "host"; line: string }
  | { do: "hold"; latched: boolean }
  | { do: "release" }
  | { do: "report"; detail: string };

/** Begins a phase: its time and its own counts start anew. */
export function enter(state: PauseState, phase: PausePhase): void {
  state.record.phase = phase;
  state.sinceS = state.nowS;
  state.boundary = false;
  state.refusals = 0;
}

/** One order to the tap; the next one waits for its answer. */
export function order(
  state: PauseState,
  effect: Exclude<PauseEffect, { do: "report" }>,
): PauseEffect[] {
  state.ordered = effect.do;
  if (effect.do === "hold") state.heldS = state.nowS;
  return [effect];
}

export function report(detail: string): PauseEffect {
  return { do: "report", detail };
}

/** Asks the host to do by itself what is wanted. */
export function askHost(state: PauseState): PauseEffect[] {
  enter(state, "asked");
  const line = state.record.want === "stop" ? "//action:cancel" : "//action:pause";
  return order(state, { do: "inject", to: "host", line });
}
