import type { KnownIssue } from "../shared/known_issue.ts";
import { ok, refused, type Result } from "../shared/result.ts";
import {
  calmStreamEvents,
  initCommandFindings,
  tellStreamEvent,
} from "./analysis/command_findings.ts";
import { type Episodes, initEpisodes } from "./analysis/episodes.ts";
import { heaterReports } from "./analysis/heat_report.ts";
import { endHeater, type HeaterReport, judgeHeater } from "./analysis/heater_findings.ts";
import {
  type HeaterProfile,
  type HeaterWatch,
  initHeaterWatch,
  profileOf,
  stepHeaterWatch,
} from "./analysis/heater_watch.ts";
import { type Lessons, takeLesson, withLessons } from "./analysis/lessons.ts";
import {
  dutyShare,
  initStreamWatch,
  isPrinting,
  NEVER,
  noteCommand,
  noteLink,
  printerState,
  type StreamWatch,
  takeFlow,
} from "./analysis/stream_watch.ts";
import {
  initTargetWatch,
  noteCommandedTarget,
  stepTargetWatch,
  type TargetWatch,
} from "./analysis/target_watch.ts";
import {
  initUnreferencedWatch,
  stepUnreferenced,
  type UnreferencedWatch,
} from "./analysis/unreferenced_watch.ts";
import type { Analysis, AnalysisStatus, Finding, Lesson, ModelDigests } from "./finding.ts";
import { Command } from "./gcode/command.ts";
import { makeEffects } from "./gcode/machine.ts";
import { parseInto } from "./gcode/parse_line.ts";
import { parseResponse } from "./gcode/parse_response.ts";
import {
  type FirmwareWatch,
  initFirmwareWatch,
  noteFirmwareCommand,
  stepFirmwareWatch,
} from "./analysis/firmware_watch.ts";
import { type Reference, streamEventOf } from "./analysis/reference_watch.ts";
import type { Observation } from "./source/observation.ts";
import type { HeaterSample } from "./twin/thermal/heater_twin.ts";
import type { HeaterName } from "./twin/thermal/parameters.ts";

/** What a person approved of one printer's heaters. */
export type PrinterProfile = Record<HeaterName, HeaterProfile | null>;

/** What the analysis of one printer is made with; fixed for its life. */
export interface AnalysisOptions {
  issues: readonly KnownIssue[];
  digests: ModelDigests;
  profile: PrinterProfile | null;
  /** What this print should be; null: physics and plausibility alone. */
  reference: Reference | null;
}

/** Everything that the analysis remembers: plain JSON values. */
export interface AnalysisState {
  version: 1;
  nowS: number;
  stream: StreamWatch;
  heaters: Record<HeaterName, HeaterWatch>;
  targets: Record<HeaterName, TargetWatch>;
  told: Record<HeaterName, HeaterReport | null>;
  commands: ReturnType<typeof initCommandFindings>;
  jobDigest: string | null;
  reference: unknown;
  unreferenced: UnreferencedWatch;
  firmware: FirmwareWatch;
  episodes: Episodes;
  lessons: Lessons;
}

const VERSION = 1;

/** An analysis that can be given another job to hold the stream against. */
export interface PrinterAnalysis extends Analysis<AnalysisState> {
  /** Takes a newly registered job, or none; the stream is held against it from its next start. */
  adopt(state: AnalysisState, reference: Reference | null): void;
}

/**
 * The analysis of one printer [pure]: twin, detector and classifier in a row over one source's
 * observations.
 */
export function createAnalysis(given: AnalysisOptions): PrinterAnalysis {
  const options = { ...given };
  // Scratch that `step` overwrites; nothing in it outlives a call.
  const command = new Command();
  const effects = makeEffects();
  const scratch = { command, effects };
  return {
    init: (restored) => restored ? goOn(restored, options) : freshState(options),
    adopt(state, reference) {
      options.reference = reference;
      state.jobDigest = reference?.jobDigest ?? null;
      state.reference = reference?.init() ?? null;
    },
    step(state, observation) {
      state.nowS = Math.max(state.nowS, observation.eventTimeS);
      const found = take(state, observation, options, scratch);
      found.push(...calmStreamEvents(state.commands, state.episodes, state.nowS));
      return found.map((finding) => withLessons(state.lessons, finding, state.nowS));
    },
    snapshot: (state) => state,
    restore: restoreState,
    status: (state) => statusOf(state, options),
    learn(state: AnalysisState, lesson: Lesson) {
      state.lessons = takeLesson(state.lessons, lesson);
      return state;
    },
  };
}

interface Scratch {
  command: Command;
  effects: ReturnType<typeof makeEffects>;
}

function freshState(options: AnalysisOptions): AnalysisState {
  const { profile, reference } = options;
  return {
    version: VERSION,
    nowS: 0,
    stream: initStreamWatch(),
    heaters: {
      hotend: initHeaterWatch("hotend", profile?.hotend ?? null),
      bed: initHeaterWatch("bed", profile?.bed ?? null),
    },
    targets: { hotend: initTargetWatch(), bed: initTargetWatch() },
    told: { hotend: null, bed: null },
    commands: initCommandFindings(),
    jobDigest: reference?.jobDigest ?? null,
    reference: reference?.init() ?? null,
    unreferenced: initUnreferencedWatch(),
    firmware: initFirmwareWatch(),
    episodes: initEpisodes(),
    lessons: [],
  };
}

/** A restored state goes on with its job, if that is still the one; else the job begins anew. */
function goOn(state: AnalysisState, { reference }: AnalysisOptions): AnalysisState {
  const same = state.jobDigest === (reference?.jobDigest ?? null);
  const restored = same && reference ? reference.restore(state.reference) : null;
  if (restored?.ok) return state;
  state.jobDigest = reference?.jobDigest ?? null;
  state.reference = reference?.init() ?? null;
  return state;
}

function restoreState(snapshot: unknown): Result<AnalysisState> {
  const known = snapshot as Partial<AnalysisState> | null;
  if (typeof known !== "object" || known === null || known.version !== VERSION) {
    const came = typeof known === "object" ? `version ${known?.version}` : typeof known;
    return refused(`Cannot restore the analysis: version ${VERSION} was required, got ${came}`);
  }
  const missing = Object.keys(
    freshState({ issues: [], digests: NO_DIGESTS, profile: null, reference: null }),
  )
    .filter((key) => !(key in known));
  if (missing.length > 0) {
    return refused(`Cannot restore the analysis: '${missing[0]}' was required, it is missing`);
  }
  return ok(known as AnalysisState);
}

const NO_DIGESTS: ModelDigests = { twin: "", detector: "", classifier: "" };

function take(
  state: AnalysisState,
  observation: Observation,
  options: AnalysisOptions,
  scratch: Scratch,
): Finding[] {
  switch (observation.type) {
    case "sent":
      return takeSent(state, observation, options, scratch);
    case "received":
      return takeReceived(state, observation, options);
    case "heater": {
      const { heater, eventTimeS, measuredC, targetC, duty } = observation;
      const sample = { eventTimeS, measuredC, targetC, duty, fan: null, flowMmPerS: null };
      // Logs show zero where there was no reading.
      return measuredC === 0 ? [] : takeSample(state, heater, sample, options);
    }
    case "gap":
      state.stream.gaps++;
      state.stream.missedFrames += observation.missedFrames;
      return [];
    case "link":
      noteLink(state.stream, observation.event);
      return [];
    case "tick":
      return endOfJob(state, options);
    case "reading":
      return [];
  }
}

/** A job that hasn't moved for so long, and isn't paused, has ended, s. */
const ENDED_S = 240;

/** What is left to say of a job that has ended without its last line. */
function endOfJob(state: AnalysisState, options: AnalysisOptions): Finding[] {
  const { stream, nowS } = state;
  const stillS = nowS - stream.lastExtrusionS;
  const begun = stream.lastExtrusionS > NEVER;
  if (!options.reference || !begun || stream.paused || stillS < ENDED_S) return [];
  const layer = layerOf(stream);
  return options.reference.finish(state.reference).flatMap((mismatch) => {
    const event = streamEventOf(mismatch, nowS, layer);
    return tellStreamEvent(state.commands, event, options.issues, state.episodes);
  });
}

function takeSent(
  state: AnalysisState,
  sent: Extract<Observation, { type: "sent" }>,
  options: AnalysisOptions,
  { command, effects }: Scratch,
): Finding[] {
  const { stream, targets } = state;
  const { eventTimeS } = sent;
  stream.linesSent++;
  stream.lastSentS = eventTimeS;
  if (!parseInto(sent.line, command)) {
    stream.garbledLines++;
    return [];
  }
  if (command.checksum === "wrong") return [];
  const printing = isPrinting(stream, eventTimeS);
  noteCommand(stream, command, effects, eventTimeS);
  noteFirmwareCommand(state.firmware, command, eventTimeS);
  for (const event of effects.events) {
    if (event.type !== "target" || event.heater === "chamber") continue;
    noteCommandedTarget(targets[event.heater], event.targetC, eventTimeS);
  }
  if (sent.origin === "agent") return [];
  const layer = layerOf(stream);
  const events = options.reference
    ? options.reference.step(state.reference, command, eventTimeS)
      .map((mismatch) => streamEventOf(mismatch, eventTimeS, layer))
    : stepUnreferenced(state.unreferenced, command, effects, printing, eventTimeS, layer);
  return events.flatMap((event) =>
    tellStreamEvent(state.commands, event, options.issues, state.episodes)
  );
}

function takeReceived(
  state: AnalysisState,
  received: Extract<Observation, { type: "received" }>,
  options: AnalysisOptions,
): Finding[] {
  const { stream } = state;
  const { eventTimeS } = received;
  stream.linesReceived++;
  stream.lastReceivedS = eventTimeS;
  const response = parseResponse(received.line);
  if (response.type === "garbage") stream.garbledLines++;
  if (response.type === "action") {
    if (/^(pause|paused)$/.test(response.action)) stream.paused = true;
    if (/^(resume|resumed)$/.test(response.action)) stream.paused = false;
  }
  const printing = isPrinting(stream, eventTimeS);
  const found = stepFirmwareWatch(state.firmware, response, received.line, eventTimeS, printing)
    .flatMap((event) => tellStreamEvent(state.commands, event, options.issues, state.episodes));
  for (const report of heaterReports(response, stream.machine.tool)) {
    const { heater, measuredC, targetC, dutyRaw } = report;
    const last = state.heaters[heater].twin.last;
    const dtS = last ? eventTimeS - last.eventTimeS : 0;
    // Two reports within the same tenth of a second are one conversion told twice.
    if (last && dtS < 0.2) continue;
    if (targetC !== null) found.push(...takeTarget(state, heater, targetC, eventTimeS, options));
    const flowMmPerS = heater === "hotend" ? takeFlow(stream, Math.min(dtS, 10)) : 0;
    const duty = dutyRaw === null ? null : dutyShare(stream, dutyRaw);
    const fan = stream.machine.fanDuties[0] ?? 0;
    const sample = { eventTimeS, measuredC, targetC, duty, fan, flowMmPerS };
    found.push(...takeSample(state, heater, sample, options));
  }
  return found;
}

function takeTarget(
  state: AnalysisState,
  heater: HeaterName,
  reportedC: number,
  eventTimeS: number,
  options: AnalysisOptions,
): Finding[] {
  const change = stepTargetWatch(state.targets[heater], heater, reportedC, eventTimeS);
  if (!change) return [];
  const printing = isPrinting(state.stream, eventTimeS) ? 1 : 0;
  const features = { changeK: change.toC - change.fromC, printing };
  const text = `the ${heater}'s set point went from ${change.fromC} to ${change.toC} °C`;
  const event = {
    name: "target-without-command" as const,
    eventTimeS: change.startedS,
    layer: layerOf(state.stream),
    lines: [],
    text,
    features,
  };
  return tellStreamEvent(state.commands, event, options.issues, state.episodes);
}

function takeSample(
  state: AnalysisState,
  heater: HeaterName,
  sample: HeaterSample,
  options: AnalysisOptions,
): Finding[] {
  const watch = state.heaters[heater];
  const { ended } = stepHeaterWatch(watch, sample);
  if (ended) {
    const told = state.told[heater];
    state.told[heater] = null;
    return endHeater(watch, ended, told, state.episodes, sample.eventTimeS);
  }
  const layer = layerOf(state.stream);
  const judged = judgeHeater(watch, state.told[heater], options.issues, state.episodes, layer);
  state.told[heater] = judged.told;
  return judged.findings;
}

function layerOf(stream: StreamWatch): number | null {
  const { index } = stream.machine.layers;
  return index >= 0 ? index : null;
}

function statusOf(state: AnalysisState, options: AnalysisOptions): AnalysisStatus {
  const { linesSent, linesReceived, garbledLines, gaps, missedFrames } = state.stream;
  return {
    printerState: printerState(state.stream, state.nowS),
    linesSent,
    linesReceived,
    garbledLines,
    gaps,
    missedFrames,
    jobDigest: state.jobDigest,
    layer: layerOf(state.stream),
    digests: options.digests,
  };
}

/** What the printer's heaters have taught so far; to be saved, and approved by a person. */
export function learntProfile(state: AnalysisState): PrinterProfile {
  return { hotend: profileOf(state.heaters.hotend), bed: profileOf(state.heaters.bed) };
}
