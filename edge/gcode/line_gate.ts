import type { Command } from "./command.ts";

/** What a numbered line means for the stream of commands. */
export type Passage =
  /** Next in order, or unnumbered: it counts. */
  | "next"
  /** The same line once more, as after a resend: it counts no further. */
  | "repeat"
  /** A number that was sent before, with other words: the printer may take this one instead. */
  | "altered-repeat"
  /** A number before the last that was never seen: a line that was lost on its way comes late. */
  | "late"
  /** Numbers were left out: the printer will ask for them. */
  | "jump"
  /** The checksum is wrong: the printer will refuse it. */
  | "refused";

/** Follows a host's line numbers; plain values, owned by the caller. */
export interface LineGate {
  /** The last number that counted, or `null` before the first. */
  last: number | null;
  /** The bodies of the last numbered lines, by number; of those beyond `RECENT_MAX` some linger. */
  recent: [number, string][];
}

/** A host keeps at most this many lines for resending. */
const RECENT_MAX = 128;
/** Many are dropped at a time: taking one from the front moves all the others. */
const RECENT_SPARE = 128;

export function initLineGate(): LineGate {
  return { last: null, recent: [] };
}

/** Judges a line's number and checksum, and follows it; M110 starts the numbers anew. */
export function passGate(gate: LineGate, command: Command): Passage {
  if (command.checksum === "wrong") return "refused";
  const number = command.lineNumber;
  if (command.is("M", 110)) {
    gate.last = command.number("N") ?? number ?? 0;
    gate.recent = [];
    return "next";
  }
  if (number === null) return "next";
  const body = command.body;
  if (gate.last === null || number === gate.last + 1) {
    follow(gate, number, body);
    return "next";
  }
  if (number > gate.last) {
    follow(gate, number, body);
    return "jump";
  }
  return passOld(gate, number, body);
}

function passOld(gate: LineGate, number: number, body: string): Passage {
  dropOld(gate, 0);
  const known = gate.recent.find(([seen]) => seen === number);
  // A request damaged on its way can make a host start over from far back.
  if (known?.[1] === body || number < (gate.recent[0]?.[0] ?? number)) return "repeat";
  if (known) {
    known[1] = body;
    return "altered-repeat";
  }
  // Everything after it will come again.
  gate.recent = gate.recent.filter(([seen]) => seen < number);
  follow(gate, number, body);
  return "late";
}

function follow(gate: LineGate, number: number, body: string): void {
  gate.last = number;
  gate.recent.push([number, body]);
  dropOld(gate, RECENT_SPARE);
}

function dropOld({ recent }: LineGate, spare: number): void {
  if (recent.length > RECENT_MAX + spare) recent.splice(0, recent.length - RECENT_MAX);
}
