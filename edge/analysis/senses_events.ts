import type { FanAlarm } from "../detector/fan_gate.ts";
import type { FilamentAlarm } from "../detector/filament_check.ts";
import type { SlowFan } from "../detector/fan_speed.ts";
import type { GateAlarm } from "../detector/gate_duty.ts";
import type { OffTargetAlarm } from "../detector/off_target.ts";
import type { ProbeAlarm } from "../detector/probe_check.ts";
import type { FailedSense } from "../detector/sense_health.ts";
import type { StreamEvent } from "./command_findings.ts";
import { type Trail, trailSeries } from "./senses_trail.ts";

/** What the senses showed, as events for the classifier, in words that an operator understands. */

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A heater's gate against the firmware's report. */
export function dutyEvent(
  alarm: GateAlarm,
  trail: Trail,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const { gate, reported, followsK, overTargetK, sinceS } = alarm;
  const says = reported === null
    ? `the reading is ${overTargetK.toFixed(1)} K over its set point`
    : `the firmware reports ${percent(reported)}`;
  const features: Record<string, number> = {
    gateDuty: gate,
    ageS: eventTimeS - sinceS,
    overTargetK,
  };
  if (followsK !== null) features.followsK = followsK;
  if (reported !== null) Object.assign(features, { dutyOff: gate - reported, reported });
  return {
    name: "duty-mismatch",
    eventTimeS,
    startedS: sinceS,
    layer,
    lines: [],
    text: `the heater's gate was measured at ${percent(gate)} while ${says}`,
    features,
    series: () => trailSeries(trail, ["reportedC", "probeC", "gateDuty", "reportedDuty"]),
  };
}

/** A heater that rests beside its set point. */
export function offTargetEvent(
  { errorK, duty, restsS }: OffTargetAlarm,
  trail: Trail,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const way = errorK > 0 ? "over" : "under";
  return {
    name: "off-target",
    eventTimeS,
    startedS: eventTimeS - restsS,
    layer,
    lines: [],
    text: `the reading rests ${Math.abs(errorK).toFixed(1)} K ${way} its set point ` +
      `at a duty of ${percent(duty)}`,
    features: { errorAwayK: Math.abs(errorK), errorK, duty },
    series: () => trailSeries(trail, ["reportedC", "reportedDuty", "gateDuty", "probeC"]),
  };
}

/** The second thermometer against the report. */
export function probeEvent(
  alarm: ProbeAlarm,
  trail: Trail,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const { offK, partedKPerS, reportSwingK, roughK, sinceS } = alarm;
  const way = offK > 0 ? "hotter" : "colder";
  return {
    name: "probe-mismatch",
    eventTimeS,
    startedS: sinceS,
    layer,
    lines: [],
    text: `the second thermometer shows the block ${Math.abs(offK).toFixed(1)} K ${way} ` +
      `than the firmware reports`,
    features: {
      probeOffK: offK,
      probeAwayK: Math.abs(offK),
      partedKPerS,
      reportSwingK,
      roughK,
      leapShare: reportSwingK / Math.max(1, Math.abs(offK)),
    },
    series: () =>
      trailSeries(trail, ["reportedC", "probeC", "probeExpectedC", "gateDuty", "reportedDuty"]),
  };
}

/** The part fan's gate against the command. */
export function fanEvent(
  alarm: FanAlarm,
  trail: Trail,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const { gate, commanded, sinceS } = alarm;
  return {
    name: "fan-mismatch",
    eventTimeS,
    startedS: sinceS,
    layer,
    lines: [],
    text: `the part fan's gate was measured at ${percent(gate)}, ` +
      `${percent(commanded)} was commanded`,
    features: { fanGate: gate, fanCommanded: commanded, fanOff: gate - commanded },
    series: () => trailSeries(trail, ["fanGate", "fanCommanded"]),
  };
}

/** A fan that turns slower than its gate asks for. */
export function slowFanEvent(
  alarm: SlowFan,
  duty: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const { rpm, usualRpm, sinceS } = alarm;
  return {
    name: "fan-slow",
    eventTimeS,
    startedS: sinceS,
    layer,
    lines: [],
    text: `the part fan turns ${rpm.toFixed(0)} times a minute at ${percent(duty)}, ` +
      `usually ${usualRpm.toFixed(0)}`,
    features: { speedShare: rpm / usualRpm, fanGate: duty },
  };
}

/** Filament that passes against filament that was commanded. */
export function filamentEvent(
  alarm: FilamentAlarm,
  trail: Trail,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const { direction, missingShare, lateShare, expectedMm, missingMm, unevenMm, sinceS } = alarm;
  const text = direction === "short"
    ? `${Math.abs(missingMm).toFixed(0)} mm of ${expectedMm.toFixed(0)} mm of filament didn't pass`
    : `${Math.abs(missingMm).toFixed(0)} mm more passed than the ${
      expectedMm.toFixed(0)
    } mm commanded`;
  return {
    name: direction === "short" ? "filament-short" : "filament-over",
    eventTimeS,
    startedS: sinceS,
    layer,
    lines: [],
    text,
    features: {
      missingShare,
      lateShare,
      expectedMm,
      unevenMm,
    },
    series: () => trailSeries(trail, ["filamentMm", "commandedMm"]),
  };
}

export function doorEvent(eventTimeS: number, layer: number | null): StreamEvent {
  const text = "the enclosure's door is open";
  const features = { doorOpen: 1, supplyBad: 0 };
  return { name: "surroundings", eventTimeS, layer, lines: [], text, features };
}

export function supplyEvent(eventTimeS: number, layer: number | null): StreamEvent {
  const text = "the supply's voltage is below its good range";
  const features = { doorOpen: 0, supplyBad: 1 };
  return { name: "surroundings", eventTimeS, layer, lines: [], text, features };
}

/** Names of the senses for people. */
const SENSE_NAMES: Record<FailedSense["sense"], string> = {
  hotendDuty: "heater-gate line",
  fanDuty: "fan-gate line",
  fanRpm: "fan's tachometer",
  filamentMm: "filament encoder",
  secondHotendC: "second thermometer",
  ambientC: "ambient thermometer",
  doorOpen: "door switch",
  supplyGood: "supply monitor",
};

/** A sense of the guard that can't be believed; told once. */
export function failedEvent(
  failed: FailedSense,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  return {
    name: "sense-failed",
    eventTimeS,
    layer,
    lines: [],
    text: `the ${SENSE_NAMES[failed.sense]} can't be believed; it is left out from here on`,
    features: { failed: 1 },
  };
}
