import type { Machine } from "../device/machine.ts";
import { numbered } from "../host/host.ts";
import type { StreamHost } from "../host/stream_host.ts";
import { scenario } from "./catalogue.ts";
import type {
  BelowWire,
  Cable,
  HostSide,
  Injection,
  Surroundings,
  Truth,
  UpstreamWire,
} from "./injection.ts";
import type { Scenario } from "./scenario.ts";

interface Active {
  injection: Injection;
  below: BelowWire | null;
  upstream: UpstreamWire | null;
  hostSide: HostSide | null;
  cable: Cable | null;
  /** Begun, even if nothing has come of it yet. */
  begun: boolean;
  ended: boolean;
  truth: Truth | null;
  nextS: number;
}

/** Called when an injection takes effect and when it ends. */
export type Announce = (truth: Truth, what: "begins" | "ends", injection: Injection) => void;

/** A line without number and checksum. */
function textOf(line: string): string {
  return /^N-?\d+ ?(.*)\*\d+$/.exec(line)?.[1] ?? line;
}

/** What becomes of one line of the host's. */
export interface Passage {
  lines: string[];
  /** How long they are held back, s. */
  holdS: number;
  /** Answers that the host gets at once, for lines that the printer never sees. */
  replies: string[];
}

/**
 * Runs the injections of one run: below the wire at each control tick, upstream and in the cable on
 * each line that passes, at the host when its time has come. Keeps the truth of what happened.
 */
export class ScenarioEngine {
  #active: Active[] = [];
  #announce: Announce;
  #around: Surroundings;
  /** Scenarios beside the catalogue's. */
  #others: Readonly<Record<string, Scenario>>;
  /** Whose lines are unanswered, oldest first: the host's, our own, or our own in secret. */
  #owners: ("host" | "own" | "secret")[] = [];
  /** Numbered lines that were put in or taken out shift the host's numbers. */
  #shift = 0;
  #hasUpstream = false;
  /** What has passed so far, and how much of it is unanswered: for whoever comes later. */
  #passed: string[] = [];
  #unanswered = 0;
  #hasCable = false;
  /** When a scenario at the host next acts, s. */
  hostDueS = Infinity;

  constructor(
    injections: readonly Injection[],
    announce: Announce = () => {},
    around: Surroundings = {},
    others: Readonly<Record<string, Scenario>> = {},
  ) {
    this.#announce = announce;
    this.#others = others;
    this.#around = around;
    for (const injection of injections) this.add(injection);
  }

  /** Adds an injection while the run goes on; upstream it has seen all that passed before. */
  add(injection: Injection): void {
    const known = this.#others[injection.id] ?? scenario(injection.id);
    const parts = known.make(injection, this.#around);
    const one: Active = {
      injection,
      below: parts.below ?? null,
      upstream: parts.upstream ?? null,
      hostSide: parts.host ?? null,
      cable: parts.cable ?? null,
      begun: false,
      ended: false,
      truth: null,
      nextS: injection.atS,
    };
    this.#active.push(one);
    if (one.upstream !== null) this.#watchUpstream(one.upstream);
    this.#hasCable ||= one.cable !== null;
    if (one.hostSide !== null) this.hostDueS = Math.min(this.hostDueS, injection.atS);
  }

  #watchUpstream(upstream: UpstreamWire): void {
    for (const line of this.#passed) upstream.watch?.(textOf(line));
    if (this.#hasUpstream) return;
    this.#hasUpstream = true;
    while (this.#owners.length < this.#unanswered) this.#owners.push("host");
  }

  /** Before each control tick. */
  tick(m: Machine): void {
    for (const one of this.#active) {
      if (one.ended || m.nowS < one.injection.atS) continue;
      if (one.below !== null) this.#tickBelow(one, one.below, m);
      else if (one.cable !== null) this.#tickCable(one, m.nowS);
    }
  }

  #tickBelow(one: Active, below: BelowWire, m: Machine): void {
    const { injection } = one;
    const since = m.nowS - injection.atS;
    if (since >= injection.forS) {
      if (one.begun && below.leave?.(m) === false) return;
      below.end(m);
      this.#end(one, m.nowS);
      return;
    }
    one.begun = true;
    const share = injection.onsetS > 0 ? Math.min(1, since / injection.onsetS) : 1;
    if (below.tick(m, share) !== false) this.#effect(one, m.nowS);
  }

  #tickCable(one: Active, nowS: number): void {
    if (nowS - one.injection.atS >= one.injection.forS) this.#end(one, nowS);
    else this.#effect(one, nowS);
  }

  /** Lets scenarios at the host act; call it when `hostDueS` has come. */
  hostTick(host: StreamHost, nowS: number): void {
    this.hostDueS = Infinity;
    for (const one of this.#active) {
      if (one.hostSide === null || one.ended) continue;
      if (nowS >= one.nextS) one.nextS = this.#actAtHost(one, one.hostSide, host, nowS);
      if (!one.ended) this.hostDueS = Math.min(this.hostDueS, one.nextS);
    }
  }

  #actAtHost(one: Active, side: HostSide, host: StreamHost, nowS: number): number {
    const endS = one.injection.atS + one.injection.forS;
    if (nowS >= endS) {
      side.end(host, nowS);
      this.#end(one, nowS);
      return Infinity;
    }
    if (!one.begun) {
      one.begun = true;
      side.begin(host, nowS);
      this.#effect(one, nowS);
    }
    return Math.min(endS, side.next?.(host, nowS) ?? Infinity);
  }

  /** A line between tap and printer; `null` when it is lost. */
  cableDown(line: string): string | null {
    return this.#hasCable ? this.#throughCable(line, "down") : line;
  }

  /** A line between printer and tap; `null` when it is lost. */
  cableUp(line: string): string | null {
    return this.#hasCable ? this.#throughCable(line, "up") : line;
  }

  #throughCable(line: string, way: "down" | "up"): string | null {
    let out: string | null = line;
    for (const one of this.#active) {
      if (one.cable !== null && one.truth !== null && !one.ended && out !== null) {
        out = one.cable[way](out);
      }
    }
    return out;
  }

  /** A line of the host's on its way to the printer. */
  down(line: string, nowS: number): Passage {
    const passage: Passage = { lines: [], holdS: 0, replies: [] };
    this.#passed.push(line);
    if (!this.#hasUpstream) {
      this.#unanswered++;
      passage.lines.push(line);
      return passage;
    }
    const framed = /^N(-?\d+) ?(.*)\*\d+$/.exec(line);
    const number = framed ? Number(framed[1]) : NaN;
    let text: string | null = framed ? framed[2]! : line;
    if (/\bM110\b/.test(text)) this.#shift = 0;
    const after: { one: Active; lines: string[] }[] = [];
    for (const one of this.#active) {
      const { upstream } = one;
      if (upstream === null) continue;
      this.#put(one, this.#turn(one, upstream, nowS), number, passage);
      if (text === null) continue;
      upstream.watch?.(text);
      const active = one.begun && !one.ended;
      if (!active && !upstream.lingers?.()) continue;
      const before: string = text;
      text = upstream.alter ? upstream.alter(text) : text;
      if (active && text !== before) this.#effect(one, nowS);
      if (!active || text === null) continue;
      const holdS = upstream.holdS?.() ?? 0;
      if (holdS > 0) this.#effect(one, nowS);
      passage.holdS += holdS;
      after.push({ one, lines: upstream.after?.(text) ?? [] });
    }
    this.#forward(text, number, framed !== null, passage);
    for (const { one, lines } of after) {
      if (lines.length > 0) this.#effect(one, nowS);
      this.#put(one, lines, number + 1, passage);
    }
    return passage;
  }

  #forward(text: string | null, number: number, framed: boolean, passage: Passage): void {
    if (text === null) {
      if (framed) this.#shift--;
      passage.replies.push("ok");
      return;
    }
    this.#owners.push("host");
    passage.lines.push(framed ? numbered(number + this.#shift, text) : text);
  }

  /** Puts an attacker's own lines on the wire. */
  #put(one: Active, lines: readonly string[], number: number, passage: Passage): void {
    const secret = one.upstream?.hidesReplies === true;
    const asNumbered = one.injection.variant !== "unnumbered" && !secret && number === number &&
        one.injection.id !== "A17" || one.injection.variant === "numbered";
    for (const line of lines) {
      this.#owners.push(secret ? "secret" : "own");
      passage.lines.push(
        asNumbered && number === number ? numbered(number + this.#shift++, line) : line,
      );
    }
  }

  /** A line of the printer's on its way to the host; `null` when the host must not see it. */
  up(line: string): string | null {
    if (!this.#hasUpstream) {
      if (line === "start") this.#unanswered = 0;
      else if (line.startsWith("ok")) this.#unanswered = Math.max(0, this.#unanswered - 1);
      return line;
    }
    // After a restart nothing that was sent before is answered any more.
    if (line === "start") this.#owners.length = 0;
    if (line.startsWith("ok")) return (this.#owners.shift() ?? "host") === "host" ? line : null;
    if (this.#owners[0] === "secret" && !/^ ?T:|^echo:busy|^Error|^Resend/.test(line)) return null;
    if (this.#shift !== 0 && line.startsWith("Resend:")) {
      return `Resend: ${Number.parseInt(line.slice(7), 10) - this.#shift}`;
    }
    return line;
  }

  /** Begins or ends an upstream scenario at a line boundary; gives the lines to put in. */
  #turn(one: Active, upstream: UpstreamWire, nowS: number): string[] {
    const { injection } = one;
    if (one.ended || nowS < injection.atS) return [];
    if (nowS >= injection.atS + injection.forS) {
      const lines = one.begun ? upstream.end?.() ?? [] : [];
      this.#end(one, nowS);
      return lines;
    }
    if (one.begun) return [];
    one.begun = true;
    const lines = upstream.begin?.() ?? [];
    if (lines.length > 0) this.#effect(one, nowS);
    return lines;
  }

  #effect(one: Active, nowS: number): void {
    if (one.truth !== null) return;
    const { id, size, variant } = one.injection;
    one.truth = { id, size, variant, startS: nowS, endS: Infinity };
    this.#announce(one.truth, "begins", one.injection);
  }

  #end(one: Active, nowS: number): void {
    one.ended = true;
    if (one.truth === null) return;
    one.truth.endS = nowS;
    this.#announce(one.truth, "ends", one.injection);
  }
}
