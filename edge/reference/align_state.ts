import { initLineGate, type LineGate } from "../gcode/line_gate.ts";
import { forgetPlace, initMachine, type MachineState } from "../gcode/machine_state.ts";
import type { SeenFingerprint } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import type { StreamItem } from "./mismatch.ts";

/**
 * `before` the job, `running`, `after` its last command, `lost`: another job runs, or one that
 * can't be aligned.
 */
export type AlignPhase = "before" | "running" | "after" | "lost";

/** Where a stream stands in its job; plain values, owned by the caller. */
export interface AlignState {
  version: 2;
  phase: AlignPhase;
  /** The next command expected. */
  at: number;
  machine: MachineState;
  gate: LineGate;
  /** Commands without a place yet; before the job, the latest ones. */
  pending: StreamItem[];
  /** Where the toolhead was before the first of them, mm. */
  fromXMm: number;
  fromYMm: number;
  fromZMm: number;
  /** The latest fingerprints, for the job's beginning. */
  recent: SeenFingerprint[];
  /** A command reported as altered one place before `at`: it may turn out to be inserted. */
  alteredAt: number;
  /** Canonical texts since `blockStart`, or `null` where the block can't be checked. */
  block: string[] | null;
  /** Extruding moves that fit nowhere, while no job runs. */
  foreignMoves: number;
  /** Whether an axis was homed since the last job: then nothing of the job can have been missed. */
  homed: boolean;
  /** Factors that a start script has set, in percent. */
  startFlow: number;
  startSpeed: number;
  /** Places lately where commands were inserted or dropped, fading: too many mean another file. */
  upheaval: number;
  /** A plug-in turns this host's moves into arcs: told once, forgiven from then on. */
  rewritten: boolean;
  /** What the waiting commands were told to be: a script after which the job may go on. */
  scriptTold: "pause-like" | "cancelled" | null;
  /** An object was left out: more of it will be. */
  skipping: boolean;
  /** Behind the last printing move that was found while objects are left out. */
  sure: number;
  /**
   * Commands that may come from a job in which an object is left out, until a printing move decides:
   * how far into the job they would lead, how many of them it has, and whether the extruder's
   * position was set among them.
   */
  gone: { items: StreamItem[]; at: number; kept: number; set: boolean } | null;
  /** Whether the swapped job was reported. */
  swapTold: boolean;
}

export function initAlign(job: Job): AlignState {
  return {
    version: 2,
    phase: "before",
    at: 0,
    machine: initMachine({ dialect: job.manifest.dialect, joined: "midway", layerSource: "z" }),
    gate: initLineGate(),
    pending: [],
    fromXMm: 0,
    fromYMm: 0,
    fromZMm: 0,
    recent: [],
    alteredAt: -1,
    block: null,
    foreignMoves: 0,
    homed: false,
    startFlow: 100,
    startSpeed: 100,
    upheaval: 0,
    rewritten: false,
    scriptTold: null,
    skipping: false,
    sure: 0,
    gone: null,
    swapTold: false,
  };
}

/**
 * Commands passed unseen: a job that runs is found again as by a guard that comes late, and what was
 * still open isn't told. Mutates the state.
 */
export function interruptAlign(state: AlignState): void {
  forgetPlace(state.machine);
  state.gate = initLineGate();
  state.pending = [];
  state.recent = [];
  state.gone = null;
  if (state.phase !== "running") return;
  state.phase = "before";
  state.homed = false;
}

/** The stream stands at `at` now; what was unsettled before is settled. Mutates the state. */
export function advance(state: AlignState, at: number): void {
  state.at = at;
  state.alteredAt = -1;
  state.upheaval = Math.max(0, state.upheaval - 0.02);
}
