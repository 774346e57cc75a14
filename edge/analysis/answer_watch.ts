import type { Command } from "../gcode/command.ts";
import type { Response } from "../gcode/response.ts";
import type { StreamEvent } from "./command_findings.ts";

/**
 * Silence of a printer that owes an answer, s: firmware says `busy` every 2 s while it works, and one
 * that lost its power says `start` when it has it again.
 */
const SILENT_S = 25;
/** A question's answer may come so late, s: it waits behind moves. */
const ANSWER_WITHIN_S = 30;
/** Lines that had to be sent again, and restarts, leave the count of answers in doubt for so long, s. */
const DOUBT_S = 60;
/** So many lines must have been answered one by one before an answer too many means anything. */
const LINES_LEAST = 40;

/** Questions whose answers nothing else gives; Marlin tells its position now and then by itself. */
type Question = "temperature" | "identity";

/** Who still waits for what answer. Plain values. */
export interface AnswerWatch {
  /** Lines sent and not acknowledged yet, and when the oldest of them went. */
  waiting: number;
  waitingSinceS: number;
  /** When the printer last answered, or said that it is busy, s. */
  heardS: number;
  silenceTold: boolean;
  answered: number;
  doubtUntilS: number;
  /** When each question was last asked, s. */
  askedS: Record<Question, number>;
}

export function initAnswerWatch(): AnswerWatch {
  return {
    waiting: 0,
    waitingSinceS: -1e9,
    heardS: -1e9,
    silenceTold: false,
    answered: 0,
    doubtUntilS: -1e9,
    askedS: { temperature: -1e9, identity: -1e9 },
  };
}

/** Lines and answers passed unseen: who waits for what is unknown. Mutates the watch. */
export function noteAnswerGap(watch: AnswerWatch, eventTimeS: number): void {
  const askedS = { temperature: eventTimeS, identity: eventTimeS };
  const doubtUntilS = eventTimeS + DOUBT_S;
  Object.assign(watch, { waiting: 0, answered: 0, heardS: eventTimeS, doubtUntilS, askedS });
}

/** Takes a line on its way to the printer; null for one that can't be read. Mutates the watch. */
export function noteQuestion(
  watch: AnswerWatch,
  command: Command | null,
  eventTimeS: number,
): void {
  if (watch.waiting === 0) watch.waitingSinceS = eventTimeS;
  watch.waiting++;
  if (command === null) return;
  if (command.is("M", 105) || command.is("M", 109) || command.is("M", 190)) {
    watch.askedS.temperature = eventTimeS;
  }
  if (command.is("M", 115)) watch.askedS.identity = eventTimeS;
}

/** Takes what the printer says; returns answers to what nobody asked. Mutates the watch. */
export function stepAnswer(
  watch: AnswerWatch,
  response: Response,
  line: string,
  eventTimeS: number,
  printing: boolean,
): StreamEvent[] {
  doubt(watch, response, eventTimeS);
  const { type, ok } = response;
  if (ok !== null || type === "busy" || (type === "temperature" && response.wait !== null)) {
    watch.heardS = eventTimeS;
    watch.silenceTold = false;
  }
  const question = questionOf(response);
  const owed = question !== null && isOwed(watch, question);
  const tooMany = ok !== null && !acknowledge(watch, eventTimeS);
  if (!printing || eventTimeS < watch.doubtUntilS || watch.answered < LINES_LEAST) return [];
  const late = question !== null && eventTimeS - watch.askedS[question] > ANSWER_WITHIN_S;
  const unasked = late && !owed;
  if (!tooMany && !unasked) return [];
  const text = unasked
    ? `the printer answers a question about its ${question} that nobody asked on this line`
    : "the printer acknowledges a line that nobody sent on this line";
  return [{
    name: "answer-unasked",
    eventTimeS,
    layer: null,
    lines: [line.slice(0, 120)],
    text,
    features: { question: unasked ? 1 : 0 },
    announceable: false,
  }];
}

/** Takes the time; returns a silence that has lasted too long. Mutates the watch. */
export function tickAnswer(watch: AnswerWatch, nowS: number, printing: boolean): StreamEvent[] {
  if (!printing || watch.waiting === 0 || watch.silenceTold) return [];
  const sinceS = Math.max(watch.heardS, watch.waitingSinceS);
  if (nowS - sinceS < SILENT_S || watch.answered < LINES_LEAST) return [];
  // On a noisy line answers get lost, and hosts ask again only after a while.
  if (nowS < watch.doubtUntilS) return [];
  watch.silenceTold = true;
  return [{
    name: "answer-missing",
    eventTimeS: nowS,
    layer: null,
    lines: [],
    text: `the printer has answered nothing for ${SILENT_S} s in the middle of a print`,
    features: { silentS: nowS - sinceS },
    announceable: false,
    startedS: sinceS,
  }];
}

/** A question that stands first in the queue is answered however late: what runs before it takes its time. */
function isOwed({ waiting, waitingSinceS, askedS }: AnswerWatch, question: Question): boolean {
  return waiting > 0 && askedS[question] >= waitingSinceS;
}

/** Counts an acknowledgement; false if no line was waiting for one. */
function acknowledge(watch: AnswerWatch, eventTimeS: number): boolean {
  watch.answered++;
  if (watch.waiting === 0) return false;
  watch.waiting--;
  watch.waitingSinceS = eventTimeS;
  return true;
}

function doubt(watch: AnswerWatch, response: Response, eventTimeS: number): void {
  const { type } = response;
  if (type === "start" || (type === "error" && response.kind === "halt")) {
    watch.waiting = 0;
    watch.answered = 0;
  }
  if (type !== "resend" && type !== "error" && type !== "garbage" && type !== "start") return;
  watch.doubtUntilS = eventTimeS + DOUBT_S;
}

/** The question that a line can only be the answer to. */
function questionOf(response: Response): Question | null {
  switch (response.type) {
    case "temperature":
      return response.ok === null ? null : "temperature";
    case "firmware":
      return "identity";
    default:
      return null;
  }
}
