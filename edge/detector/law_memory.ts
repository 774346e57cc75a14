import { INTERVAL_CLASSES, intervalClass } from "../twin/thermal/accounts.ts";
import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import {
  apartOf,
  type DutyLaw,
  initDutyLaw,
  interruptDutyLaw,
  isKnown,
  type LearntLaw,
  stepDutyLaw,
} from "./duty_law.ts";

/**
 * Reports in a row at another pace until it is the pace: busy firmware is late now and then. Fewer
 * where none was known.
 */
const SETTLED_REPORTS = 12;
const FIRST_REPORTS = 2;
/**
 * Who hears a report each second knows too what each second or fifth one of them would have said: the
 * slower paces that a pace teaches, and how far apart the reports are that do, s.
 */
const SLOWER: readonly (readonly [pace: number, everyS: number])[][] = [
  [[1, 2], [2, 5]],
  [[2, 4]],
  [],
];
const EARLY_S = 0.3;
/** From so much on that speaks against the law at hand, the next one is judged without a trial, nats. */
const DOUBT_NATS = 2;
/** A longer silence says nothing about the pace, s. */
const SILENCE_S = 20;
/** What one law was taught is kept as if by so many samples at most: it goes on learning. */
const KEPT_TAUGHT = 600;
/** What was learnt is so much less sure in another print: its variances count so many times. */
const FADED = 1.5;
/** A law that was kept must hold for so many samples before it may say that it is broken. */
const TRIAL_SAMPLES = 12;

/**
 * The laws of a controller's duty by how far apart the reports are that they were learnt from: the
 * same controller shows another law to who looks at it every second than to who looks every five.
 */
export interface LawMemory {
  /** By interval class; null where none was learnt. */
  kept: (LearntLaw | null)[];
  /** Which of them have held since the start; the others are on trial when they are taken up. */
  held: boolean[];
  /** The interval class of late; null: not known yet. */
  pace: number | null;
  /** Another one that has been seen several times in a row. */
  other: { pace: number; reports: number };
  toldS: number | null;
  /** Laws of slower paces, learnt from a part of the reports. */
  slower: { pace: number; everyS: number; law: DutyLaw; takenS: number }[];
}

/** A memory that goes on from a profile's laws. */
export function initLawMemory(kept: readonly (LearntLaw | null)[] = []): LawMemory {
  return {
    kept: Array.from({ length: INTERVAL_CLASSES }, (_, i) => structuredClone(kept[i] ?? null)),
    held: Array.from({ length: INTERVAL_CLASSES }, () => false),
    pace: null,
    other: { pace: 0, reports: 0 },
    toldS: null,
    slower: [],
  };
}

/** After a silence nothing leads from the readings before to the duties after it. Mutates. */
export function interruptLaws(memory: LawMemory): void {
  memory.toldS = null;
  for (const { law } of memory.slower) interruptDutyLaw(law);
}

/** Teaches the laws of slower paces by those reports that they would have had. Mutates. */
export function learnSlower(memory: LawMemory, residual: HeaterResidual): void {
  for (const each of memory.slower) {
    const afterS = residual.eventTimeS - each.takenS;
    if (afterS < each.everyS - EARLY_S) continue;
    each.takenS = residual.eventTimeS;
    stepDutyLaw(each.law, residual);
  }
}

function slowerThan(faster: number): LawMemory["slower"] {
  return SLOWER[faster]!.map(([pace, everyS]) => {
    return { pace, everyS, law: initDutyLaw(), takenS: -1e9 };
  });
}

/**
 * Follows the pace at which duties are told: where it becomes another one, the law of that pace takes
 * the place of the law at hand, which is kept. Mutates both.
 */
export function followPace(memory: LawMemory, law: DutyLaw, eventTimeS: number): void {
  const dtS = memory.toldS === null ? Infinity : eventTimeS - memory.toldS;
  memory.toldS = eventTimeS;
  if (dtS > SILENCE_S) return;
  const pace = intervalClass(dtS);
  const { other } = memory;
  other.reports = pace === memory.pace ? 0 : pace === other.pace ? other.reports + 1 : 1;
  other.pace = pace;
  if (other.reports < (memory.pace === null ? FIRST_REPORTS : SETTLED_REPORTS)) return;
  const inDoubt = apartOf(law) > DOUBT_NATS;
  const starts = memory.pace === null;
  if (memory.pace !== null && learntOf(law)) memory.held[memory.pace] = true;
  memory.kept = learntLaws(memory, law);
  memory.pace = pace;
  memory.slower = slowerThan(pace);
  other.reports = 0;
  const kept = memory.kept[pace];
  // The first reports of all were learnt from at this very pace.
  if (!kept && starts) return;
  const { targetC, targetSinceS } = law;
  Object.assign(law, initDutyLaw(), { targetC, targetSinceS }, structuredClone(kept ?? {}));
  // What brought the law at hand into doubt isn't over because reports come at another pace.
  if (kept && !memory.held[pace] && !inDoubt) law.trial = TRIAL_SAMPLES;
}

/** Whether the last duty was told at the pace of the law at hand: of others it says nothing. */
export function isAtPace({ pace, other }: LawMemory): boolean {
  return pace === null || other.pace === pace;
}

/** Forgets all laws: the controller is another one from now on. Mutates both. */
export function forgetLaws(memory: LawMemory, law: DutyLaw): void {
  const { targetC, targetSinceS } = law;
  Object.assign(law, initDutyLaw(), { targetC, targetSinceS });
  memory.kept.fill(null);
  memory.held.fill(false);
  if (memory.pace !== null) memory.slower = slowerThan(memory.pace);
}

/** What is known of every pace, with the law at hand; to be kept in a profile. */
export function learntLaws(memory: LawMemory, law: DutyLaw): (LearntLaw | null)[] {
  return memory.kept.map((kept, pace) => {
    const of = pace === memory.pace ? law : memory.slower.find((each) => each.pace === pace)?.law;
    return (of && learntOf(of)) ?? structuredClone(kept);
  });
}

/** What a law has learnt; null where it is no law yet, or hasn't been found to hold. */
function learntOf(law: DutyLaw): LearntLaw | null {
  if (!isKnown(law) || law.trial > 0 || law.alarmSinceS !== null) return null;
  const { withReadings, without, errorMeanK, errorVariance, stillShare, anchor } = law;
  const faded = ({ mean, covariance, variance, taught }: DutyLaw["without"]) => ({
    mean: [...mean],
    covariance: covariance.map((value) => FADED * value),
    variance,
    taught: Math.min(KEPT_TAUGHT, taught),
  });
  return {
    withReadings: faded(withReadings),
    without: faded(without),
    errorMeanK,
    errorVariance,
    stillShare,
    anchor: structuredClone(anchor),
  };
}
