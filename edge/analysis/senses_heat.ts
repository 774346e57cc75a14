import { noteHeat, noteReportedDuty, restGateDuty, stepGateDuty } from "../detector/gate_duty.ts";
import { stepOffTarget } from "../detector/off_target.ts";
import { stepProbeCheck } from "../detector/probe_check.ts";
import { tellOnce } from "../detector/sense_health.ts";
import { noteProbeC, noteReportedC } from "../twin/senses/second_thermometer.ts";
import { STALE_S, surroundingFeatures } from "../twin/senses/surroundings.ts";
import type { HeaterSample } from "../twin/thermal/heater_twin.ts";
import type { StreamEvent } from "./command_findings.ts";
import { dutyEvent, failedEvent, offTargetEvent, probeEvent } from "./senses_events.ts";
import type { SensesWatch } from "./senses_state.ts";
import { noteTrail } from "./senses_trail.ts";

/** Block and report are looked at over so long, s. */
const PROBE_S = 8;
/** A command is in the reports after so long at the latest, s. */
const COMMAND_S = 15;
/** Heat that has moved by this much follows its gate, K; by then it must have, s. */
const FOLLOWS_K = 0.5, FOLLOWS_S = 12;
/** A difference of duty that must show in the heat by then. */
const SHOWS = 0.4;

/** Takes the hotend's temperature report; returns what is odd about it. Mutates the watch. */
export function noteSensesReport(
  watch: SensesWatch,
  { eventTimeS, measuredC, targetC, duty, fan }: Pick<
    HeaterSample,
    "eventTimeS" | "measuredC" | "targetC" | "duty" | "fan"
  >,
  layer: number | null,
): StreamEvent[] {
  // What was commanded a moment ago may not be in the report yet.
  const lately = eventTimeS - watch.commandedS < COMMAND_S;
  watch.targetC = lately && targetC !== null ? Math.max(targetC, watch.commandedC) : targetC;
  noteReportedDuty(watch.gate, eventTimeS, measuredC, duty, watch.targetC);
  // Where no second thermometer tells, the report is all that there is.
  if (eventTimeS - watch.probeAtS > STALE_S) noteHeat(watch.gate, eventTimeS, measuredC);
  const residual = noteReportedC(watch.probe, eventTimeS, measuredC);
  const probeExpectedC = residual && watch.probe.probe ? watch.probe.probe.c - residual.offK : null;
  const told = { reportedC: measuredC, reportedDuty: duty, probeExpectedC };
  // Without senses there is nothing to lay the reports beside.
  if (watch.trail.points.length > 0) noteTrail(watch.trail, eventTimeS, told);
  const found: StreamEvent[] = [];
  const fresh = eventTimeS - watch.dutyAtS <= STALE_S;
  const spent = duty ?? (fresh ? watch.gate.gates.at(-1)?.[1] ?? null : null);
  const tunes = eventTimeS < watch.tunesUntilS;
  const off = tunes
    ? null
    : stepOffTarget(watch.offTarget, eventTimeS, measuredC, targetC, spent, fan ?? 0);
  if (off) found.push(offTargetEvent(off, watch.trail, eventTimeS, layer));
  if (!residual || watch.health.told.includes("secondHotendC")) return found;
  const alarm = stepProbeCheck(watch.probeCheck, watch.probe, residual);
  if (alarm) found.push(probeEvent(alarm, watch.trail, eventTimeS, layer));
  return found;
}

/** The gate's mean duty since the last call; null where the sense doesn't tell. Mutates the watch. */
export function takeGateDuty(watch: SensesWatch, eventTimeS: number): number | null {
  const { dutyS, dutyOverS, dutyAtS } = watch;
  watch.dutyS = 0;
  watch.dutyOverS = 0;
  if (dutyOverS < 0.4 || eventTimeS - dutyAtS > 2) return null;
  // While gate and report contradict each other and the heat hasn't told who is right, neither is.
  if (watch.gate.againstSinceS !== null && !watch.gateFollowed) return null;
  return dutyS / dutyOverS;
}

/** What the senses say to whoever judges the hotend's heat; a sense that isn't there says nothing. */
export function heatContext(watch: SensesWatch, eventTimeS: number): Record<string, number> {
  const features = surroundingFeatures(watch.around, eventTimeS, eventTimeS);
  const { recent } = watch.probeCheck;
  const last = recent.at(-1);
  if (last && eventTimeS - last[0] <= STALE_S) {
    // How far block and report were apart of late: nothing is hidden where they agree.
    const late = recent.filter(([atS]) => atS > eventTimeS - PROBE_S).map(([, offK]) =>
      Math.abs(offK)
    );
    features.probeAwayK = Math.max(...late);
  }
  return features;
}

/** Takes the duty at the heater's gate; returns what is odd about it. Mutates the watch. */
export function takeDuty(
  watch: SensesWatch,
  duty: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent | null {
  const dtS = Math.min(2, eventTimeS - watch.dutyAtS);
  watch.dutyS += duty * dtS;
  watch.dutyOverS += dtS;
  watch.dutyAtS = eventTimeS;
  noteTrail(watch.trail, eventTimeS, { gateDuty: duty });
  if (eventTimeS < watch.tunesUntilS) {
    restGateDuty(watch.gate);
    return null;
  }
  const alarm = stepGateDuty(watch.gate, eventTimeS, duty, watch.targetC);
  if (watch.gate.againstSinceS === null) watch.gateFollowed = false;
  if (!alarm) return null;
  const { followsK, gate, reported, sinceS } = alarm;
  const lateS = eventTimeS - sinceS - FOLLOWS_S;
  const unmoved = followsK === null || followsK < FOLLOWS_K;
  watch.gateFollowed ||= !unmoved;
  // Whoever lies, the heat follows the gate: until it does, the line itself may be the one.
  if (unmoved && lateS < 0) return null;
  if (unmoved && followsK !== null && Math.abs(gate - (reported ?? 0)) > SHOWS) {
    const failed = tellOnce(watch.health, "hotendDuty", duty);
    return failed && failedEvent(failed, eventTimeS, layer);
  }
  return dutyEvent(alarm, watch.trail, eventTimeS, layer);
}

/** Takes a reading of the second thermometer. Mutates the watch. */
export function takeProbe(watch: SensesWatch, probeC: number, eventTimeS: number): void {
  watch.probeAtS = eventTimeS;
  noteProbeC(watch.probe, eventTimeS, probeC);
  noteHeat(watch.gate, eventTimeS, probeC);
  noteTrail(watch.trail, eventTimeS, { probeC });
}
