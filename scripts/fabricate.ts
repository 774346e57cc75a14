/**
 * Realistic deviations and presences out of thin air, by seed: for the tests of the cloud side, its
 * benchmarks and its pictures. Nothing of the product imports it.
 */
import { edgeSource, encode } from "../shared/codec.ts";
import type { Decision } from "../shared/decision.ts";
import { Deviation } from "../shared/deviation.ts";
import { type Address, CONTRACT_VERSION } from "../shared/ids.ts";
import type { DecisionOutcome, Presence, PrinterState } from "../shared/presence.ts";
import { deviationSubject, presenceSubject } from "../shared/subjects.ts";
import { type Recipe, type RecipeName, RECIPES } from "./fabricate/recipes.ts";
import { type Random, seededId } from "./fabricate/seeded.ts";
import { DETECTED_POINT, STARTED_POINT, STEP_S } from "./fabricate/series.ts";

export type { RecipeName } from "./fabricate/recipes.ts";
export { type Random, seeded, seededId } from "./fabricate/seeded.ts";

const digest = (digit: string) => digit.repeat(64);

export interface DeviationWish {
  recipe: RecipeName;
  printer: string;
  random: Random;
  /** Event time of the detection, s since the device's boot. */
  atS?: number;
  /** The same as `atS` in UTC. */
  wallTime: string;
  bootId?: string;
  change?: Partial<Deviation>;
}

/** Fabricates one deviation; `change` replaces fields of it. */
export function fabricateDeviation(wish: DeviationWish): Deviation {
  const { recipe, printer, random, wallTime } = wish;
  const atS = wish.atS ?? 1200 + Math.floor(random() * 4000);
  const noise = () => random() + random() + random() - 1.5;
  const { lines, series, layerMap = null, ...said }: Recipe = RECIPES[recipe];
  return Deviation.parse({
    contractVersion: CONTRACT_VERSION,
    id: seededId(random),
    revision: 1,
    printer,
    suite: "S0",
    times: {
      bootId: wish.bootId ?? "7d1cc2a4-1f0e-4c1b-9f0a-3a54a4a3f001",
      startedEventS: atS - (DETECTED_POINT - STARTED_POINT) * STEP_S,
      detectedEventS: atS,
      endedEventS: null,
      wallTime,
      clockQuality: "synced",
    },
    job: { digest: digest("c"), layer: layerMap?.layer ?? 12 + Math.floor(random() * 80) },
    score: 4 + random() * 20,
    models: { twin: digest("1"), detector: digest("2"), classifier: digest("3") },
    evidence: { series: series(atS, noise), lines, layerMap },
    ...said,
    ...wish.change,
  });
}

export interface WireMessage {
  subject: string;
  /** Nats-Msg-Id */
  id: string;
  bytes: Uint8Array;
}

/** A deviation as a guard would publish it. */
export function deviationMessage(address: Address, deviation: Deviation): WireMessage {
  const id = `${deviation.id}.${deviation.revision}`;
  const about = { id, source: edgeSource(address), time: deviation.times.wallTime };
  return {
    subject: deviationSubject(address, deviation.verdict, deviation.kind),
    id,
    bytes: encode("deviation", about, deviation),
  };
}

export interface PresenceWish {
  label: string;
  state?: PrinterState;
  wallTime: string;
  sinceWallTime?: string;
  lines?: number;
  prints?: Presence["prints"];
  wear?: Presence["wear"];
  decisions?: DecisionOutcome[];
  delivered?: Presence["delivered"];
  outboxPending?: number;
  unconfirmed?: Presence["unconfirmed"];
  /** What is another guard than the usual one. */
  digests?: Partial<Presence["digests"]>;
}

/** A presence as a guard would publish it. */
export function presenceMessage(address: Address, wish: PresenceWish): WireMessage {
  const { label, state = "printing", wallTime, lines = 18_232, decisions = [] } = wish;
  const presence: Presence = {
    contractVersion: CONTRACT_VERSION,
    printer: address.printer,
    label,
    state,
    sinceWallTime: wish.sinceWallTime ?? wallTime,
    wallTime,
    bootId: "7d1cc2a4-1f0e-4c1b-9f0a-3a54a4a3f001",
    versions: { agent: "printwarden 0.1.0", contract: CONTRACT_VERSION },
    digests: {
      config: digest("d"),
      twin: digest("1"),
      detector: digest("2"),
      classifier: digest("3"),
      job: digest("c"),
      ...wish.digests,
    },
    counters: {
      linesSent: lines,
      linesReceived: Math.round(lines * 1.2),
      garbledLines: 0,
      gaps: 0,
      missedFrames: 0,
      outboxPending: wish.outboxPending ?? 0,
      outboxDropped: 0,
      refusedMessages: 0,
      restarts: 0,
    },
    decisions,
    ...(wish.delivered ? { delivered: wish.delivered } : {}),
    ...(wish.unconfirmed ? { unconfirmed: wish.unconfirmed } : {}),
    ...(wish.prints ? { prints: wish.prints } : {}),
    ...(wish.wear ? { wear: wish.wear } : {}),
  };
  const id = `${address.printer}.${wallTime}.${decisions.length}`;
  const about = { id, source: edgeSource(address), time: wallTime };
  return {
    subject: presenceSubject(address),
    id,
    bytes: encode("presence", about, presence),
  };
}

/** What a guard would say of a decision that it has applied. */
export function appliedOutcome(decision: Decision, wallTime: string): DecisionOutcome {
  const detail = decision.response === "none" ? "noted" : `${decision.response} through the host`;
  return { decisionId: decision.id, result: "applied", detail, wallTime };
}
