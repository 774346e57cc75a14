import type { Command, CommandReply } from "../../shared/command.ts";
import type { Decision } from "../../shared/decision.ts";
import type { Deviation } from "../../shared/deviation.ts";
import type { MessageType, Payload } from "../../shared/envelope.ts";
import type { KnownIssue } from "../../shared/known_issue.ts";
import type { Manifest } from "../../shared/manifest.ts";
import type { Presence } from "../../shared/presence.ts";
import type { Series } from "../../shared/series.ts";

export const UUID = "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10";
const WALL = "2026-03-01T12:00:00.000Z";
const digest = (char: string) => char.repeat(64);

export const ADDRESS = { site: "site1", device: "pi_4", printer: "left-Ender" };
export const ABOUT = { id: `${UUID}.1`, source: "printwarden/site1/pi_4/left-Ender", time: WALL };

export const SERIES: Series = {
  signal: "hotend-temperature",
  role: "measured",
  unit: "°C",
  startS: 100,
  stepS: 1,
  scale: 10,
  points: [2050, null, 2051],
};

export const DEVIATION: Deviation = {
  contractVersion: 1,
  id: UUID,
  revision: 1,
  identity: "hotend-heat:potential-cyberthreat",
  printer: "left-Ender",
  suite: "S0",
  times: {
    bootId: UUID,
    startedEventS: 100,
    detectedEventS: 104,
    endedEventS: null,
    wallTime: WALL,
    clockQuality: "synced",
  },
  job: { digest: digest("a"), layer: 3 },
  kind: "hotend-heat",
  verdict: "potential-cyberthreat",
  probability: 0.93,
  severity: "high",
  score: 2.5,
  cause: { id: "hidden-cold-block", title: "the block is colder than it says" },
  summary: "the hotend needs far less heat than its reading explains",
  reasons: [{ signal: "earlyShare", text: "31 % less loss than at this reading", weight: 1 }],
  techniques: ["T0856"],
  models: { twin: digest("1"), detector: digest("2"), classifier: digest("3") },
  evidence: { series: [SERIES], lines: ["M104 S195"], layerMap: null },
};

export const PRESENCE: Presence = {
  contractVersion: 1,
  printer: "left-Ender",
  label: "the left one",
  state: "printing",
  sinceWallTime: WALL,
  wallTime: WALL,
  bootId: UUID,
  versions: { agent: "0.1.0", contract: 1 },
  digests: {
    config: digest("0"),
    twin: digest("1"),
    detector: digest("2"),
    classifier: digest("3"),
    job: null,
  },
  counters: {
    linesSent: 1,
    linesReceived: 2,
    garbledLines: 0,
    gaps: 0,
    missedFrames: 0,
    outboxPending: 0,
    outboxDropped: 0,
    refusedMessages: 0,
    restarts: 0,
  },
  decisions: [{ decisionId: UUID, result: "applied", detail: "paused", wallTime: WALL }],
  prints: {
    begun: 3,
    completed: 1,
    unfinished: 1,
    unknown: 0,
    stateS: {
      printing: 9000,
      paused: 60,
      idle: 100,
      offline: 0,
      blind: 0,
      bypass: 0,
      attention: 0,
    },
    current: {
      id: UUID,
      jobDigest: null,
      startedWallTime: WALL,
      printingS: 100,
      pausedS: 0,
      part: 0.1,
      twinRemainingS: 900,
      slicerRemainingS: null,
    },
    ended: [{
      id: UUID,
      jobDigest: digest("a"),
      startedWallTime: WALL,
      endedWallTime: WALL,
      result: "unfinished",
      printingS: 4000,
      pausedS: 60,
      part: 0.5,
      plannedS: 7600,
      twinS: 8000,
      slicerS: 7000,
      halfway: { printingS: 3990, twinRemainingS: 4000, slicerRemainingS: 3000 },
      leftS: 4000,
      leftFilamentMm: 2500,
      filamentMm: 2500,
    }],
  },
  wear: { day: "2026-03-01", hotendHoldDuty: 0.3, hotendBlownDuty: 0.4, bedHoldDuty: null },
};

export const DECISION: Decision = {
  contractVersion: 1,
  id: UUID,
  caseId: UUID,
  deviationIds: [UUID],
  target: ADDRESS,
  determination: "threat-confirmed",
  response: "pause",
  learn: { mode: "no" },
  reason: "seen at the printer",
  decidedBy: UUID,
  decidedWallTime: WALL,
  expiresWallTime: WALL,
};

const COMMAND: Command = {
  contractVersion: 1,
  id: UUID,
  verb: "ping",
  body: { text: "hello", list: [1, null, { deep: true }] },
};

export const REPLY: CommandReply = { contractVersion: 1, id: UUID, ok: true, detail: "here" };

export const VALID: { [T in MessageType]: Payload<T> } = {
  deviation: DEVIATION,
  presence: PRESENCE,
  decision: DECISION,
  command: COMMAND,
  reply: REPLY,
};

export const MANIFEST: Manifest = {
  version: 1,
  jobDigest: digest("b"),
  salt: "00112233445566778899aabbccddeeff",
  dialect: "marlin",
  commandCount: 1,
  fingerprints: "AAAAAAAA",
  blockCommands: 16,
  blockDigests: "AAAAAAAAAAA=",
  layers: [{
    zMm: 0.2,
    first: 0,
    pathMm: 1,
    travelMm: 1,
    extrudedMm: 0.1,
    retractions: 0,
    timeS: 1,
    hotendC: 205,
    bedC: 60,
    fanDuty: 0.5,
    feedrateMmPerS: [10, 20, 30],
  }],
  settings: [{ at: 0, text: "M104 S205" }],
  totals: { pathMm: 1, extrudedMm: 0.1, timeS: 1, moves: 1 },
};

export const ISSUE: KnownIssue = {
  version: 1,
  id: "loose-contact",
  title: "loose contact",
  kind: "hotend-sensor",
  verdict: "expected-anomaly",
  severity: "medium",
  logPrior: 0,
  events: ["sensor-spikes"],
  features: { spikes: { low: 2, high: 8, soft: 1, text: "{value} spikes in a minute" } },
  techniques: [],
  physics: "a wire that moves opens the circuit for a moment",
  summary: "the {heater}'s sensor has a loose contact",
  advice: "fasten the wire",
  tests: [
    { name: "three spikes", event: "sensor-spikes", features: { spikes: 3 }, matches: true },
    { name: "none", event: "sensor-noise", features: {}, matches: false },
  ],
};

/** A deep copy of `value` with the entry at `path` (dots between keys) replaced. */
export function changed<T>(value: T, path: string, to: unknown): T {
  const copy = structuredClone(value);
  const keys = path.split(".");
  const last = keys.pop()!;
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (to === undefined) delete at[last];
  else at[last] = to;
  return copy;
}

/** The paths of all objects inside, "" for the value itself; arrays by their first entry. */
export function objectPaths(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Array.isArray(value) ? value.slice(0, 1).entries() : Object.entries(value);
  const deeper = [...inside].flatMap(([key, entry]) =>
    objectPaths(entry, path === "" ? `${key}` : `${path}.${key}`)
  );
  return Array.isArray(value) ? deeper : [path, ...deeper];
}
