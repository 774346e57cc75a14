import type { Injection, UpstreamWire } from "../injection.ts";
import { Random } from "../../random.ts";
import { isMove, withoutWord, withWord, word } from "./words.ts";

/** A move as the rewriting attacker sees it. */
interface Seen {
  /** Filament, mm. */
  e: number;
  /** Path, mm; 0 for a move of the extruder alone. */
  pathMm: number;
  x: number;
  y: number;
  z: number;
  feedrate: number;
}

/**
 * Follows the machine's modes and positions and rewrites E words. Where E is absolute, what was cut
 * stays missing until the next G92 E: until then every E word has to go on being rewritten.
 */
class ExtrusionRewriter {
  #absolute = true;
  #absoluteXyz = true;
  #givenE = 0;
  #sentE = 0;
  #x = 0;
  #y = 0;
  #z = 0;
  #feedrate = 0;

  /** What was sent differs from what was given. */
  get owes(): boolean {
    return this.#absolute && Math.abs(this.#sentE - this.#givenE) > 1e-6;
  }

  rewrite(text: string, factorOf: (move: Seen) => number): string {
    if (/^M8[23]\b/.test(text)) this.#absolute = text.startsWith("M82");
    else if (/^G9[01]\b/.test(text)) {
      this.#absolute = text.startsWith("G90");
      this.#absoluteXyz = this.#absolute;
    } else if (/^G92\b/.test(text)) {
      const e = word(text, "E");
      if (e === e) this.#givenE = this.#sentE = e;
    } else if (isMove(text)) return this.#move(text, factorOf);
    return text;
  }

  #move(text: string, factorOf: (move: Seen) => number): string {
    const f = word(text, "F");
    if (f > 0) this.#feedrate = f;
    const at = (given: number, last: number) =>
      given !== given ? last : this.#absoluteXyz ? given : last + given;
    const x = at(word(text, "X"), this.#x);
    const y = at(word(text, "Y"), this.#y);
    const z = at(word(text, "Z"), this.#z);
    const pathMm = Math.hypot(x - this.#x, y - this.#y, z - this.#z);
    [this.#x, this.#y, this.#z] = [x, y, z];
    const given = word(text, "E");
    if (given !== given) return text;
    const e = this.#absolute ? given - this.#givenE : given;
    const factor = factorOf({ e, pathMm, x, y, z, feedrate: this.#feedrate });
    if (this.#absolute) this.#givenE = given;
    this.#sentE += e * factor;
    if (!this.#absolute) {
      return factor === 1
        ? text
        : factor === 0 && pathMm > 0
        ? withoutWord(text, "E")
        : withWord(text, "E", e * factor, 5);
    }
    if (factor === 0 && pathMm > 0) return withoutWord(text, "E");
    return Math.abs(this.#sentE - given) < 1e-6 ? text : withWord(text, "E", this.#sentE, 5);
  }
}

/** Rewrites E while active by a factor for each move, and until the account is even afterwards. */
export function rewriting(
  factorOf: (move: Seen) => number,
  watch: (move: Seen) => void = () => {},
): UpstreamWire {
  const rewriter = new ExtrusionRewriter();
  let active = false;
  let last = "";
  return {
    // Each line is followed exactly once: here, before it is altered.
    watch(text) {
      last = rewriter.rewrite(text, (move) => {
        watch(move);
        return active ? factorOf(move) : 1;
      });
    },
    begin: () => {
      active = true;
      return [];
    },
    alter: () => last,
    end: () => {
      active = false;
      return [];
    },
    lingers: () => rewriter.owes,
  };
}

/** A06: filament of every printing move scaled by 1 + `size` %. */
export function extrusionScale(injection: Injection): UpstreamWire {
  const factor = 1 + injection.size / 100;
  return rewriting((move) => move.e > 0 && move.pathMm > 0 ? factor : 1);
}

/** A07: every `size`-th printing move loses its filament. */
export function everyNthCut(injection: Injection): UpstreamWire {
  let count = 0;
  const nth = Math.max(2, Math.round(injection.size));
  return rewriting((move) => move.e > 0 && move.pathMm > 0 && ++count % nth === 0 ? 0 : 1);
}

/** A08: nothing is extruded inside a column of `size` mm through a place that was printed before. */
export function voidInside(injection: Injection): UpstreamWire {
  const random = new Random(injection.seed, "void");
  const centre = { x: NaN, y: NaN };
  let seen = 0;
  let chosen = false;
  const prints = (move: Seen) => move.e > 0 && move.pathMm > 0;
  return rewriting((move) => {
    chosen = true;
    const inside = Math.hypot(move.x - centre.x, move.y - centre.y) < injection.size / 2;
    return prints(move) && inside ? 0 : 1;
  }, (move) => {
    // Each place that was printed so far is as likely as any other to be the void's.
    if (chosen || !prints(move) || !random.chance(1 / ++seen)) return;
    centre.x = move.x;
    centre.y = move.y;
  });
}

/**
 * A09: infill thinned to 1 + `size` %. Comments don't cross the wire, so the attacker goes by speed:
 * what prints at the layer's highest feedrate is taken for infill.
 */
export function thinnedInfill(injection: Injection): UpstreamWire {
  const factor = Math.max(0, 1 + injection.size / 100);
  let fastest = 0;
  let layerFastest = 0;
  let z = NaN;
  return rewriting(
    (move) => move.e > 0 && move.pathMm > 0 && move.feedrate >= 0.95 * fastest ? factor : 1,
    (move) => {
      if (move.e <= 0 || move.pathMm === 0) return;
      if (move.z !== z) {
        z = move.z;
        fastest = layerFastest > 0 ? layerFastest : Infinity;
        layerFastest = 0;
      }
      layerFastest = Math.max(layerFastest, move.feedrate);
    },
  );
}

/** A14: moves of the extruder alone scaled by 1 + `size` %, back and forth alike. */
export function retractionScale(injection: Injection): UpstreamWire {
  const factor = Math.max(0, 1 + injection.size / 100);
  return rewriting((move) => move.pathMm === 0 ? factor : 1);
}
