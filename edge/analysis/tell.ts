import type { Finding } from "../finding.ts";
import { type StreamEvent, tellStreamEvent } from "./command_findings.ts";
import { awaitLayer, drawLayer, drawnWhen } from "./layer_watch.ts";
import { declaredBetween, withIntent } from "./declared_intent.ts";
import { motionEvent, type MotionOddity } from "./motion_event.ts";
import type { AnalysisOptions, AnalysisState } from "./state.ts";
import { isPrinting, layerOf } from "./stream_watch.ts";

/** Tells of what is odd about the time that motion takes; a pause explains all of it. */
export function tellMotion(
  state: AnalysisState,
  oddities: readonly MotionOddity[],
  options: AnalysisOptions,
): Finding[] {
  if (oddities.length === 0 || state.stream.paused) return [];
  const layer = layerOf(state.stream);
  return oddities.flatMap((each) => tell(state, motionEvent(each, state.nowS, layer), options));
}

/** Tells of events, of which there are nearly always none, into `found`. Mutates the state. */
export function tellInto(
  found: Finding[],
  state: AnalysisState,
  events: readonly StreamEvent[],
  options: AnalysisOptions,
): void {
  for (const event of events) found.push(...tell(state, event, options));
}

/** Tells of an event, held against what was announced. Mutates the state. */
export function tell(
  state: AnalysisState,
  event: StreamEvent,
  options: AnalysisOptions,
): Finding[] {
  const window = declaredBetween(state.declared, event.knownSinceS ?? event.eventTimeS, state.nowS);
  const printing = isPrinting(state.stream, event.eventTimeS) ? 1 : 0;
  const seen = { ...event, features: { declared: 0, printing, ...event.features } };
  const told = window ? withIntent(seen, window) : seen;
  const drawn = event.layer === null ? "never" : drawnWhen(event.name);
  const where = { layer: event.layer ?? 0, position: event.position ?? null };
  const layerMap = () => drawLayer(state.layers, options.reference, where);
  const withMap = drawn === "at once" ? { ...told, layerMap } : told;
  const findings = tellStreamEvent(state.commands, withMap, options.issues, state.episodes);
  const running = state.commands.running[event.name];
  if (running && drawn !== "never") {
    awaitLayer(state.layers, { identity: running.identity, ...where });
  }
  return findings;
}
