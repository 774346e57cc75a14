import { lastTarget, type TargetWatch } from "./target_watch.ts";
import type { AnswerWatch } from "./answer_watch.ts";
import type { StreamEvent } from "./command_findings.ts";
import { layerOf, NEVER, type StreamWatch } from "./stream_watch.ts";

/** Nothing is printed for so long though nothing is waited for, s. */
const STILL_S = 60;
/** A hotend that is to be so hot is ready to print, °C. */
const HOT_C = 150;

/** Whether the job's stopping has been told, so that it is told once. Plain values. */
export interface UnfinishedWatch {
  /** The last extrusion that was followed by a stop already told, s. */
  toldForS: number;
}

export function initUnfinishedWatch(): UnfinishedWatch {
  return { toldForS: NEVER };
}

/** What else is known while time passes. */
export interface Standing {
  stream: StreamWatch;
  answers: AnswerWatch;
  hotend: TargetWatch;
}

/**
 * Takes the time: a job whose lines have stopped coming, with the hotend still to be hot, no answer
 * outstanding and no pause, was left unfinished. Mutates the watch.
 */
export function tickUnfinished(
  watch: UnfinishedWatch,
  { stream, answers, hotend }: Standing,
  nowS: number,
): StreamEvent[] {
  const { lastExtrusionS } = stream;
  const stillS = nowS - lastExtrusionS;
  if (lastExtrusionS <= NEVER || stillS < STILL_S || watch.toldForS === lastExtrusionS) return [];
  // A line at work, a pause, a print from the card, a halt: all of these are known stops.
  if (answers.waiting > 0 || answers.answered === 0 || stream.paused) return [];
  if ((lastTarget(hotend) ?? 0) < HOT_C) return [];
  watch.toldForS = lastExtrusionS;
  return [{
    name: "job-unfinished",
    eventTimeS: nowS,
    layer: layerOf(stream),
    lines: [],
    text: `no line of the job has come for ${STILL_S} s, and the hotend is still to be hot`,
    features: { stillS },
    announceable: false,
    startedS: lastExtrusionS,
  }];
}
