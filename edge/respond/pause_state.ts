import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { initMachine, makeEffects } from "../gcode/machine.ts";
import type { MachineState } from "../gcode/machine_state.ts";
import { Cause, CAUSES_MAX } from "./cause.ts";
import type { ParkPlace } from "./park.ts";

/** How far a response has come. */
export const PausePhase = z.enum([
  "idle",
  /** The host was asked; whether it does it shows within seconds. */
  "asked",
  "host-paused",
  /** The host went on: its lines will be withheld at the next layer. */
  "seeking",
  "holding",
  "parking",
  /** Lines withheld, nozzle off the part, target lowered. */
  "held",
  "resuming",
  /** An order was refused: only a person can help. */
  "failed",
]);
export type PausePhase = z.infer<typeof PausePhase>;

const Saved = z.strictObject({
  xMm: z.number().nullable(),
  yMm: z.number().nullable(),
  zMm: z.number().nullable(),
  relative: z.boolean(),
  relativeE: z.boolean(),
  feedrateMmPerS: z.number(),
  tool: z.int().min(0),
  hotends: z.array(z.strictObject({ tool: z.int().min(0), targetC: z.number() })),
});

/** What outlives the agent: kept on disk with each change. */
export const PauseRecord = z.strictObject({
  phase: PausePhase,
  want: z.enum(["pause", "stop"]),
  decisionId: Uuid.nullable(),
  /** Empty once whoever asked for the response has taken it back: it goes to its end, and back. */
  deviationIds: z.array(Uuid),
  /** Further decisions that it serves; the job goes on only when each was taken back. */
  also: z.array(Cause).max(CAUSES_MAX).optional(),
  /** Which run of the tap the hold belongs to; another run knows nothing of it. */
  runId: z.string(),
  /** The host has paused by itself and has to be told when the job may go on. */
  hostPaused: z.boolean().default(false),
  /** Lines still to be injected. */
  queue: z.array(z.string()),
  saved: Saved.nullable(),
});
export type PauseRecord = z.infer<typeof PauseRecord>;

/** Whether lines are withheld, or about to be. */
export function isHolding(phase: PausePhase): boolean {
  return ["holding", "parking", "held", "resuming"].includes(phase);
}

/** Times of the response, seconds. */
export interface PauseTimes {
  /** The host has so long to pause by itself. */
  askS: number;
  /** No move for so long, though the host could send one, is a pause. */
  quietS: number;
  /** A host that paused has so long to take its hot nozzle off the part. */
  leftS: number;
  /** A layer longer than this is not waited for. */
  seekMaxS: number;
  /** A hold that isn't latched yet is ordered again after so long. */
  renewS: number;
  /** So long an injected line may take to be acknowledged by the printer. */
  okS: number;
  /** The same for lines that wait for heat. */
  heatS: number;
}

const PAUSE_TIMES: PauseTimes = {
  askS: 10,
  quietS: 5,
  leftS: 10,
  seekMaxS: 60,
  renewS: 10,
  okS: 2,
  heatS: 600,
};

export interface PauseState {
  record: PauseRecord;
  readonly place: ParkPlace;
  readonly times: PauseTimes;
  /** The printer as the lines that crossed the tap imply it. */
  machine: MachineState;
  readonly command: Command;
  readonly effects: Effects;
  nowS: number;
  /** When the phase began. */
  sinceS: number;
  lastMoveS: number;
  lastJobMoveS: number;
  lastHostLineS: number;
  /** When a line last set a heater's target. */
  lastTargetS: number;
  /** Host lines that the printer hasn't acknowledged yet. */
  outstanding: number;
  /** Set by a new layer, cleared by each phase. */
  boundary: boolean;
  /** An order is under way and its answer hasn't come. */
  ordered: "inject" | "hold" | "release" | null;
  /** Ticks seen since the hold took effect: what crossed before it has been observed by then. */
  ticksHeld: number;
  heldS: number;
  /** The injected line that the printer hasn't acknowledged yet. */
  unanswered: { line: string; sinceS: number } | null;
  /** Orders refused in a row within this phase. */
  refusals: number;
  retryAtS: number;
  /** Whether the nozzle went up or away since the job's last extrusion. */
  isOffPart: boolean;
}

export function idleRecord(runId: string): PauseRecord {
  return {
    phase: "idle",
    want: "pause",
    decisionId: null,
    deviationIds: [],
    runId,
    hostPaused: false,
    queue: [],
    saved: null,
  };
}

/** A fresh state, or one that goes on from a record. */
export function initPause(
  record: PauseRecord | null,
  place: ParkPlace,
  times: PauseTimes = PAUSE_TIMES,
): PauseState {
  return {
    record: record ?? idleRecord(""),
    place,
    times,
    machine: initMachine({ joined: "midway" }),
    command: new Command(),
    effects: makeEffects(),
    nowS: 0,
    sinceS: 0,
    lastMoveS: -Infinity,
    lastJobMoveS: -Infinity,
    lastHostLineS: -Infinity,
    lastTargetS: -Infinity,
    outstanding: 0,
    boundary: false,
    ordered: null,
    ticksHeld: 0,
    heldS: 0,
    unanswered: null,
    refusals: 0,
    retryAtS: -Infinity,
    isOffPart: false,
  };
}

/** Whether moves of the job still come. */
export function isJobMoving({ nowS, lastJobMoveS, times }: PauseState): boolean {
  return nowS - lastJobMoveS < times.quietS;
}
