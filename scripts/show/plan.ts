import { Random } from "../printer/random.ts";
import { scenario } from "../printer/scenario/catalogue.ts";
import { makeInjection } from "../printer/scenario/draw_injection.ts";
import { drawInjection } from "../printer/scenario/draw_injection.ts";

/** One thing that will happen during the show, seconds counted from the print's start. */
export interface Act {
  id: string;
  atS: number;
  forS: number;
  size: number;
  variant: string | null;
}

/** Acts stand this far apart, so that one is over before the next begins, s. */
const ROOM_S = 42;
/** The show's part stays in its first layer, without fan, until 150 s; the other's fan runs by 85 s. */
const FIRST_S = 36;
const FIRST_WITH_FAN_S = 110;
/** What can only be seen while the part fan runs. */
const NEED_FAN = new Set(["A04", "B07", "E03"]);
const LENGTH_S = 24;

export const SHOW_PART = "scripts/parts/gear-cura.gcode";
const FAN_PART = "scripts/parts/gear-prusaslicer.gcode";

/** The show as the README tells it: a draught, a tampered set point, a lying firmware. */
export const SHOW: readonly Act[] = [
  { id: "E01", atS: 36, forS: 20, size: 110, variant: null },
  { id: "A01", atS: 61, forS: 7, size: -10, variant: null },
  { id: "B03", atS: 86, forS: 60, size: -15, variant: "careful" },
];

/**
 * Whose hand does it: the man in the middle's, or the printer's own.
 *
 * @throws {RangeError} for what neither can do: an operator's or a host's own doing.
 */
export function handOf(act: Act): "middle" | "printer" {
  const injection = makeInjection({ id: act.id, atS: act.atS }, new Random(1, "where"));
  const parts = scenario(act.id).make(injection, {});
  if (parts.upstream) return "middle";
  if (parts.below) return "printer";
  throw new RangeError(
    `Cannot show ${act.id}: a scenario of the line or of the printer was required; ` +
      `this one is the host's or the operator's own`,
  );
}

/**
 * Draws size, form and time of the scenarios asked for, one after another, and the part to print.
 *
 * @throws {RangeError} for an id that isn't in the catalogue.
 */
export function drawActs(ids: readonly string[], seed: number): { acts: Act[]; part: string } {
  const random = new Random(seed, "demo");
  const fan = ids.some((id) => NEED_FAN.has(id));
  const firstS = fan ? FIRST_WITH_FAN_S : FIRST_S;
  const acts = ids.map((id, i) => {
    const startS = firstS + i * ROOM_S;
    const { atS, size, variant } = drawInjection(id, random, { startS, endS: startS + 6 });
    const act = { id, atS, forS: LENGTH_S, size, variant };
    handOf(act);
    return act;
  });
  return { acts, part: fan ? FAN_PART : SHOW_PART };
}
