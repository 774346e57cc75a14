/** Why a relay has been energised. */
export type RelayCause = "decision" | "forced-on";

/** A stop relay; plain values. Energised it cuts the heaters, and nothing else. */
export interface Relay {
  energised: boolean;
  cause: RelayCause | null;
  /** In words, for whoever stands before the printer. */
  reason: string;
  sinceS: number;
  /** What is wrong with the relay itself; null: nothing is. */
  fault: string | null;
}

export type RelayInput =
  /** The agent has checked a signed decision. */
  | { type: "stop"; decisionId: string; reason: string }
  /** A person lets the heaters be used again. */
  | { type: "release"; by: string }
  | { type: "forced-on"; reason: string }
  /** What the line itself says, and an auxiliary contact where there is one. */
  | { type: "read-back"; energised: boolean | null; contact: boolean | null };

/** What the shell does about it. */
export interface RelayEffects {
  /** Drives the line so; null: leaves it as it is. */
  drive: boolean | null;
  /** Something to tell and to write down; null: nothing. */
  news: string | null;
}

/** Contacts need a moment after the line has moved, s. */
const MOVES_S = 0.5;
const NOTHING: RelayEffects = { drive: null, news: null };

/** @param energised as its line was found: a program that starts anew leaves the relay as it is */
export function initRelay(energised: boolean, atS: number): Relay {
  const reason = energised ? "it was energised before the guard's senses started" : "";
  return { energised, cause: energised ? "decision" : null, reason, sinceS: atS, fault: null };
}

/** Takes what happens to a relay [pure]. Mutates the state. */
export function stepRelay(state: Relay, input: RelayInput, atS: number): RelayEffects {
  switch (input.type) {
    case "stop":
      return energise(state, "decision", `${input.reason} (decision ${input.decisionId})`, atS);
    case "forced-on":
      return energise(state, "forced-on", input.reason, atS);
    case "release":
      if (!state.energised) return NOTHING;
      Object.assign(state, { energised: false, cause: null, reason: "", sinceS: atS });
      return { drive: false, news: `released by ${input.by}: the heaters may be used again` };
    case "read-back":
      return readBack(state, input, atS);
  }
}

function energise(state: Relay, cause: RelayCause, reason: string, atS: number): RelayEffects {
  if (state.energised) return NOTHING;
  Object.assign(state, { energised: true, cause, reason, sinceS: atS });
  return { drive: true, news: `the heaters are cut: ${reason}` };
}

/** The self-test, without moving anything: line and contact must say what was ordered. */
function readBack(
  state: Relay,
  { energised, contact }: Extract<RelayInput, { type: "read-back" }>,
  atS: number,
): RelayEffects {
  if (atS - state.sinceS < MOVES_S) return NOTHING;
  const before = state.fault;
  const is = state.energised ? "energised" : "at rest";
  if (energised === null) state.fault = "its line can't be read back";
  else if (energised !== state.energised) {
    state.fault = `it should be ${is}, but its line says otherwise`;
  } else if (contact !== null && contact !== state.energised) {
    state.fault = `its line is ${is}, but its contact says otherwise`;
  } else state.fault = null;
  const told = state.fault === null ? "the relay is in order again" : `the relay: ${state.fault}`;
  // A line that something else has moved is driven again.
  const drive = energised === state.energised ? null : state.energised;
  return { drive, news: state.fault === before ? null : told };
}
