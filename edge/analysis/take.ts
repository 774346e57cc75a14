import type { Finding } from "../finding.ts";
import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { parseInto } from "../gcode/parse_line.ts";
import { parseResponse } from "../gcode/parse_response.ts";
import type { Observation } from "../source/observation.ts";
import type { MotionOutput } from "../twin/motion/motion_twin.ts";
import type { HeaterSample } from "../twin/thermal/heater_twin.ts";
import { ambientNowC } from "../twin/senses/surroundings.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import { isExecuted, noteRefusal } from "./checksum_watch.ts";
import { noteQuestion, stepAnswer, tickAnswer } from "./answer_watch.ts";
import { noteFirmwareCommand, stepFirmwareWatch } from "./firmware_watch.ts";
import { declareIntent } from "./declared_intent.ts";
import { heaterReports, hotendsIn } from "./heat_report.ts";
import { endHeater, judgeHeater } from "./heater_findings.ts";
import { followAmbient, stepHeaterWatch } from "./heater_watch.ts";
import { noteTarget, useHotend } from "./hotends.ts";
import { noteLayer, tellLayers } from "./layer_watch.ts";
import { noteGap } from "./note_gap.ts";
import { streamEventOf } from "./reference_watch.ts";
import { noteReportOrder, stepReport } from "./report_watch.ts";
import { noteFirmwareChange, noteRetuned, noteTuned } from "./retuned.ts";
import { noteMotionCommand, noteMotionResponse, noteMotionTick } from "./motion_watch.ts";
import { followFilament } from "./senses_filament.ts";
import { heatContext, noteSensesReport, takeGateDuty } from "./senses_heat.ts";
import {
  measuredFan,
  noteSensesCommand,
  noteSensesResponse,
  noteSensesTick,
  stepSenses,
} from "./senses_watch.ts";
import type { AnalysisOptions, AnalysisState } from "./state.ts";
import {
  commandedFan,
  dutyShare,
  isPrinting,
  layerOf,
  noteCommand,
  noteLink,
  takeFlow,
} from "./stream_watch.ts";
import { lastTarget, stepTargetWatch } from "./target_watch.ts";
import { tickJob } from "./take_job.ts";
import { tell, tellInto, tellMotion } from "./tell.ts";
import { stepUnreferenced } from "./unreferenced_watch.ts";

/** What a step may overwrite; nothing in it outlives the step. */
export interface Scratch {
  command: Command;
  effects: Effects;
  motion: MotionOutput;
}

/** Takes one observation: hands it to whom it concerns, and collects what they have to tell. */
export function take(
  state: AnalysisState,
  observation: Observation,
  options: AnalysisOptions,
  scratch: Scratch,
): Finding[] {
  switch (observation.type) {
    case "sent":
      return takeSent(state, observation, options, scratch);
    case "received":
      return takeReceived(state, observation, options, scratch);
    case "heater": {
      const { heater, eventTimeS, measuredC, targetC, duty } = observation;
      const sample = { eventTimeS, measuredC, targetC, duty, fan: null, flowMmPerS: null };
      // Logs show zero where there was no reading.
      return measuredC === 0 ? [] : takeSample(state, heater, sample, options);
    }
    case "gap":
      noteGap(state, options.reference, observation.missedFrames, observation.eventTimeS);
      return [];
    case "link":
      noteLink(state.stream, observation.event);
      return [];
    case "tick":
      return [...takeTick(state, options, scratch), ...tickJob(state, options)];
    case "declared":
      declareIntent(state.declared, observation);
      return [];
    case "reading":
      return takeReading(state, observation, options);
  }
}

function takeReading(
  state: AnalysisState,
  { eventTimeS, sense, value }: Extract<Observation, { type: "reading" }>,
  options: AnalysisOptions,
): Finding[] {
  if (options.suite !== undefined && options.suite !== "S2") return [];
  const layer = layerOf(state.stream);
  if (sense === "filamentMm") followFilament(state.senses, state.motion.twin.machine);
  return stepSenses(state.senses, sense, value, eventTimeS, layer)
    .flatMap((event) => tell(state, event, options));
}

function takeTick(state: AnalysisState, options: AnalysisOptions, { motion }: Scratch): Finding[] {
  const found = tellMotion(state, noteMotionTick(state.motion, state.nowS, motion), options);
  noteSensesTick(state.senses, state.nowS, motion);
  const printing = isPrinting(state.stream, state.nowS) && !state.stream.paused;
  const missing = tickAnswer(state.answers, state.nowS, printing);
  return [...found, ...missing.flatMap((event) => tell(state, event, options))];
}

function takeSent(
  state: AnalysisState,
  sent: Extract<Observation, { type: "sent" }>,
  options: AnalysisOptions,
  { command, effects, motion }: Scratch,
): Finding[] {
  const { stream } = state;
  const { eventTimeS } = sent;
  stream.linesSent++;
  stream.lastSentS = eventTimeS;
  const legible = parseInto(sent.line, command);
  noteQuestion(state.answers, legible ? command : null, eventTimeS);
  if (!legible) {
    stream.garbledLines++;
    return [];
  }
  const firmware = state.firmware.twin.identity["FIRMWARE_NAME"] ?? "";
  const executed = isExecuted(state.checksums, command, firmware);
  if (executed) command.checksum = command.checksum === "wrong" ? "none" : command.checksum;
  const odd = noteMotionCommand(state.motion, command, eventTimeS, motion);
  const found = tellMotion(state, odd, options);
  if (!executed) return found;
  const printing = isPrinting(stream, eventTimeS);
  noteCommand(stream, command, effects, eventTimeS);
  if (noteLayer(state.layers, effects, stream.machine.zShiftMm)) {
    found.push(...tellLayers(state.layers, options.reference, state.episodes));
  }
  noteFirmwareCommand(state.firmware, command);
  if (command.letter === "M") noteRetuned(state.heaters, command.name);
  noteReportOrder(state.reports, command);
  const { settings } = state.motion;
  noteSensesCommand(state.senses, command, { effects, motion, settings }, eventTimeS);
  for (const event of effects.events) {
    if (event.type === "target") noteTarget(state, event, eventTimeS);
  }
  if (sent.origin === "agent") return found;
  const layer = layerOf(stream);
  const { reference } = options;
  const events = stepUnreferenced(
    state.unreferenced,
    command,
    effects,
    printing,
    eventTimeS,
    layer,
  );
  const mismatches = reference?.step(state.reference, command, eventTimeS) ?? [];
  const covered = reference?.covers(state.reference) ?? false;
  const told = covered || mismatches.length > 0
    ? mismatches.map((mismatch) => streamEventOf(mismatch, eventTimeS, layer))
    : events;
  tellInto(found, state, told, options);
  return found;
}

function takeReceived(
  state: AnalysisState,
  received: Extract<Observation, { type: "received" }>,
  options: AnalysisOptions,
  { motion }: Scratch,
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
  noteRefusal(state.checksums, response);
  const printing = isPrinting(stream, eventTimeS);
  const { line } = received;
  const found: Finding[] = [];
  const changed = stepFirmwareWatch(state.firmware, response, line, eventTimeS, printing);
  for (const event of changed) noteFirmwareChange(state.heaters, event);
  tellInto(found, state, changed, options);
  const answered = stepAnswer(state.answers, response, line, eventTimeS, printing);
  tellInto(found, state, answered, options);
  const missing = stepReport(state.reports, response, eventTimeS, printing && !stream.paused);
  tellInto(found, state, missing, options);
  const odd = noteMotionResponse(state.motion, response, eventTimeS, motion);
  if (odd.length > 0) found.push(...tellMotion(state, odd, options));
  noteSensesResponse(state.senses, response, eventTimeS);
  noteTuned(state.senses, line, eventTimeS);
  const { hotends } = state;
  if (hotendsIn(response) > 1) hotends.several = true;
  for (const report of heaterReports(response, stream.machine.tool, hotends.several)) {
    const { heater, measuredC, targetC, dutyRaw } = report;
    if (heater === "hotend") useHotend(state, report.tool);
    const isSensed = heater === "hotend" && hotends.at === 0;
    const last = state.heaters[heater].twin.last;
    const dtS = last ? eventTimeS - last.eventTimeS : 0;
    // Two reports within the same tenth of a second are one conversion told twice.
    if (last && dtS >= 0 && dtS < 0.2) continue;
    if (targetC !== null) found.push(...takeTarget(state, heater, targetC, eventTimeS, options));
    const told = dutyRaw === null ? null : dutyShare(stream, dutyRaw);
    // What a job from the card does to the fan, nobody sees.
    const unseen = state.senses.unseenMoves > 0;
    const fan = measuredFan(state.senses, eventTimeS) ?? (unseen ? null : commandedFan(stream));
    const said = { eventTimeS, measuredC, targetC, fan };
    if (isSensed) {
      const odd = noteSensesReport(state.senses, { ...said, duty: told }, layerOf(stream));
      found.push(...odd.flatMap((event) => tell(state, event, options)));
    }
    const gate = isSensed ? takeGateDuty(state.senses, eventTimeS) : null;
    const flowMmPerS = heater === "hotend" ? takeFlow(stream, Math.min(dtS, 10)) : 0;
    const duty = gate ?? told;
    const meanDuty = gate !== null;
    // The short reports of a heater that warms up leave the set point out.
    const asked = { ...said, targetC: targetC ?? lastTarget(state.targets[heater]) };
    const sample = { ...asked, duty, meanDuty, toldDuty: told, fan, flowMmPerS };
    if (isSensed) {
      state.heaters.hotend.context = heatContext(state.senses, eventTimeS);
    }
    // The firmware's own experiment is heat that no set point and no duty tells of.
    if (heater === "hotend" && eventTimeS < state.senses.tunesUntilS) continue;
    followAmbient(state.heaters[heater], ambientNowC(state.senses.around, eventTimeS));
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
  return tell(state, event, options);
}

function takeSample(
  state: AnalysisState,
  heater: HeaterName,
  sample: HeaterSample,
  options: AnalysisOptions,
): Finding[] {
  const watch = state.heaters[heater];
  const { models, detection = "both" } = options;
  const { ended } = stepHeaterWatch(watch, sample, {
    tests: detection !== "network",
    network: detection === "tests" ? null : models?.detector ?? null,
  });
  if (ended) {
    const told = state.told[heater];
    state.told[heater] = null;
    return endHeater(watch, ended, told, state.episodes, sample.eventTimeS);
  }
  const layer = layerOf(state.stream);
  const judged = judgeHeater(watch, state.told[heater], options, state.episodes, layer);
  state.told[heater] = judged.told;
  return judged.findings;
}
