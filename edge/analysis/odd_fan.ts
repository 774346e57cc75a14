import type { Effects } from "../gcode/effects.ts";
import type { Foreign } from "./foreign_line.ts";
import type { UnreferencedWatch } from "./unreferenced_state.ts";

/** Fan duties nearer than this are the same, and so many are remembered. */
const SAME_DUTY = 0.015, DUTIES_MAX = 64;

/**
 * The part fan where no slicer sets it so. Mutates the watch.
 *
 * @param place whether the layer has gone on, and whether the line stands outside the host's numbers
 */
export function oddFan(
  watch: UnreferencedWatch,
  effects: Effects,
  place: { within: boolean; outside: boolean },
): Foreign[] {
  const odd: Foreign[] = [];
  for (const event of effects.events) {
    if (event.type !== "fan" || event.fan !== 0) continue;
    const { duty } = event;
    const isKnown = isAmong(watch.duties, duty);
    const from = watch.duty;
    if (place.outside && Math.abs(from - duty) >= SAME_DUTY) {
      const text = `the part fan went from ${percent(from)} to ${percent(duty)}`;
      odd.push({ name: "command-fan", text, byHand: true, atOnce: true });
    } else if (from - duty >= SAME_DUTY && place.within && isOddDrop(watch, duty, isKnown)) {
      const text = `the part fan went from ${percent(from)} to ${percent(duty)} within a ` +
        `layer, ${isKnown ? "as this job never did" : "where this job never had it"}`;
      odd.push({ name: "command-fan", text, byHand: true, atOnce: false });
    }
    if (duty - watch.duty >= SAME_DUTY) {
      Object.assign(watch, { fanRoseFrom: watch.duty, fanRoseLayer: watch.habits.layers });
    }
    if (!isKnown && watch.duties.length < DUTIES_MAX) watch.duties.push(duty);
    watch.duty = duty;
  }
  return odd;
}

/** A bridge may want more than there ever was, and then what there was before. Mutates the watch. */
function isOddDrop(watch: UnreferencedWatch, duty: number, isKnown: boolean): boolean {
  const bridges = watch.habits.layers - watch.fanRoseLayer <= 1 &&
    isAmong([watch.fanRoseFrom], duty);
  const usual = isAmong(watch.fanDrops, duty);
  if (!usual && watch.fanDrops.length < DUTIES_MAX) watch.fanDrops.push(duty);
  return !bridges && !(isKnown && usual);
}

function isAmong(duties: readonly number[], duty: number): boolean {
  return duties.some((known) => Math.abs(known - duty) < SAME_DUTY);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
