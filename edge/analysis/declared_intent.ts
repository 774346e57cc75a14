import type { StreamEvent } from "./command_findings.ts";

/** A window that nobody ends is over after so long at the latest, s. */
export const DECLARED_S_MAX = 24 * 3600;
const WINDOWS_MAX = 8;
const WHAT_CHARS_MAX = 120;

/** One announced change: a person said before that something would be done to the printer. */
export interface DeclaredWindow {
  sinceS: number;
  untilS: number;
  /** The person's own words. */
  what: string;
  by: string;
}

/** What was announced of late, oldest first; plain JSON, bounded. */
export interface DeclaredIntent {
  windows: DeclaredWindow[];
}

export function initDeclaredIntent(): DeclaredIntent {
  return { windows: [] };
}

/**
 * Takes an announcement. It reaches no further back than its own coming: what was done before it
 * stays unannounced. One whose end lies before its coming ends every window that still runs.
 * Mutates the state.
 */
export function declareIntent(
  state: DeclaredIntent,
  told: { eventTimeS: number; untilS: number; what: string; by: string },
): void {
  const { eventTimeS } = told;
  if (!(told.untilS > eventTimeS)) {
    for (const each of state.windows) each.untilS = Math.min(each.untilS, eventTimeS);
    return;
  }
  const untilS = Math.min(told.untilS, eventTimeS + DECLARED_S_MAX);
  const what = told.what.slice(0, WHAT_CHARS_MAX), by = told.by.slice(0, WHAT_CHARS_MAX);
  state.windows = [...state.windows, { sinceS: eventTimeS, untilS, what, by }]
    .slice(-WINDOWS_MAX);
}

/**
 * The announced window that was open at some time from `sinceS` to `untilS` (s, both inclusive),
 * the latest of several; null for none. A change that is only found out later may have been made
 * at any time since the last look.
 */
export function declaredBetween(
  state: DeclaredIntent,
  sinceS: number,
  untilS: number,
): DeclaredWindow | null {
  return state.windows.findLast((each) => each.sinceS <= untilS && sinceS <= each.untilS) ?? null;
}

/**
 * An event within an announced window, said so; unless no person does such a thing by hand.
 *
 * Still judged as if nothing had been announced: the job's own moves rewritten, left out or
 * exchanged, other words under a line number sent before, and a protection switched off while the
 * part is being extruded. An announcement covers what the firmware is told and what it is; what a
 * heater or a sensor does on its own is judged by physics as ever.
 */
export function withIntent(event: StreamEvent, window: DeclaredWindow): StreamEvent {
  const { name, features } = event;
  const unsafe = name === "command-protection" && features.printing === 1;
  const announceable = event.announceable ?? features.byHand !== 0;
  if (!announceable || unsafe) return event;
  const text = `${event.text} (announced by ${window.by}: ${window.what})`;
  return { ...event, text, features: { ...features, declared: 1 } };
}
