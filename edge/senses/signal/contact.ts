import type { Level, Told } from "./told.ts";

/** A switch or a good/bad line, without its bounce; plain values. */
export interface Contact {
  /** What is told, and since when the line says something else, s; null: it doesn't. */
  told: Level;
  otherSinceS: number | null;
  /** Edges since the last reading, and readings in a row with far too many. */
  edges: number;
  wildReads: number;
}

/** A level must stand for so long, s. */
const STANDS_S = 0.05;
const EDGES_MAX = 100;
const WILD_READS = 4;

export function initContact(level: Level): Contact {
  return { told: level, otherSinceS: null, edges: 0, wildReads: 0 };
}

/** Takes an edge. Mutates the state. */
export function stepContact(state: Contact, level: Level, atS: number): void {
  state.edges++;
  if (level === state.told) state.otherSinceS = null;
  else state.otherSinceS ??= atS;
}

/** What the line says, 0 or 1; `level` is the one just read. Mutates the state. */
export function readContact(state: Contact, level: Level, atS: number): Told {
  if (level === state.told) state.otherSinceS = null;
  else if (state.otherSinceS === null) state.otherSinceS = atS;
  else if (atS - state.otherSinceS >= STANDS_S) {
    state.told = level;
    state.otherSinceS = null;
  }
  state.wildReads = state.edges > EDGES_MAX ? state.wildReads + 1 : 0;
  state.edges = 0;
  if (state.wildReads >= WILD_READS) return { value: null, fault: "it flutters" };
  return { value: state.told, fault: null };
}
