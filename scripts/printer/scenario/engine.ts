import type { Machine } from "../device/machine.ts";
import { numbered } from "../host/host.ts";
import { scenario } from "./catalogue.ts";
import type { BelowWire, Injection, Truth, UpstreamWire } from "./injection.ts";

interface Active {
  injection: Injection;
  below: BelowWire | null;
  upstream: UpstreamWire | null;
  truth: Truth | null;
  ended: boolean;
}

/** Called when an injection begins and when it ends. */
export type Announce = (truth: Truth, what: "begins" | "ends") => void;

/**
 * Runs the injections of one run: below the wire at each control tick, upstream on each line that
 * passes. Keeps the truth of what happened.
 */
export class ScenarioEngine {
  #active: Active[] = [];
  #announce: Announce;
  /** Whose lines are unanswered, oldest first: the host's or our own. */
  #owners: boolean[] = [];
  /** Numbered lines that were put in shift the host's numbers. */
  #shift = 0;

  constructor(injections: readonly Injection[], announce: Announce = () => {}) {
    this.#announce = announce;
    for (const injection of injections) this.add(injection);
  }

  /** Adds an injection while the run goes on. */
  add(injection: Injection): void {
    const known = scenario(injection.id);
    this.#active.push({
      injection,
      below: known.below?.(injection) ?? null,
      upstream: known.upstream?.(injection) ?? null,
      truth: null,
      ended: false,
    });
  }

  /** Whether lines have to pass through `down` and `up`. */
  get hasUpstream(): boolean {
    return this.#active.some((one) => one.upstream !== null);
  }

  /** Before each control tick. */
  tick(m: Machine): void {
    for (const one of this.#active) {
      const { injection, below } = one;
      if (below === null || one.ended || m.nowS < injection.atS) continue;
      const since = m.nowS - injection.atS;
      if (since >= injection.forS) {
        if (one.truth !== null && below.leave?.(m) === false) continue;
        below.end(m);
        this.#end(one, m.nowS);
        continue;
      }
      this.#begin(one, m.nowS);
      below.tick(m, injection.onsetS > 0 ? Math.min(1, since / injection.onsetS) : 1);
    }
  }

  /** A line of the host's on its way to the printer; gives what is put on the wire instead. */
  down(line: string, nowS: number): string[] {
    if (this.#active.length === 0) return [line];
    const out: string[] = [];
    const framed = /^N(-?\d+) ?(.*)\*\d+$/.exec(line);
    let text = framed ? framed[2]! : line;
    let number = framed ? Number(framed[1]) : NaN;
    if (/\bM110\b/.test(text)) this.#shift = 0;
    for (const one of this.#active) {
      if (one.upstream === null || one.ended) continue;
      const put = this.#turn(one, one.upstream, nowS);
      one.upstream.watch(text);
      for (const own of put) {
        const asNumbered = one.injection.variant === "numbered" && number === number;
        this.#owners.push(false);
        out.push(asNumbered ? numbered(number + this.#shift++, own) : own);
      }
      if (one.truth !== null && one.truth.endS === Infinity) text = one.upstream.alter(text);
    }
    number += this.#shift;
    this.#owners.push(true);
    out.push(framed ? numbered(number, text) : text);
    return out;
  }

  /** A line of the printer's on its way to the host; `null` when the host must not see it. */
  up(line: string): string | null {
    if (line.startsWith("ok")) return this.#owners.shift() === false ? null : line;
    if (this.#shift > 0 && line.startsWith("Resend:")) {
      return `Resend: ${Number.parseInt(line.slice(7), 10) - this.#shift}`;
    }
    return line;
  }

  /** Begins or ends an upstream scenario at a line boundary; gives the lines to put in. */
  #turn(one: Active, upstream: UpstreamWire, nowS: number): string[] {
    const { injection } = one;
    if (nowS < injection.atS) return [];
    if (nowS >= injection.atS + injection.forS) {
      if (one.truth === null) one.ended = true;
      else this.#end(one, nowS);
      return one.truth === null ? [] : upstream.end();
    }
    if (one.truth !== null) return [];
    this.#begin(one, nowS);
    return upstream.begin();
  }

  #begin(one: Active, nowS: number): void {
    if (one.truth !== null) return;
    const { id, size, variant } = one.injection;
    one.truth = { id, size, variant, startS: nowS, endS: Infinity };
    this.#announce(one.truth, "begins");
  }

  #end(one: Active, nowS: number): void {
    one.ended = true;
    if (one.truth === null) return;
    one.truth.endS = nowS;
    this.#announce(one.truth, "ends");
  }
}
