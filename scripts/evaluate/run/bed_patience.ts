import type { PrinterParameters } from "../../printer/parameters.ts";

/** What firmware gives a bed for its two degrees, s. */
const USUAL_S = 60;
const GAIN_K = 2;
/** An owner leaves so much room. */
const ROOM = 1.5;

/**
 * How long the owner of a printer would let its bed take for two degrees, s: firmware's minute, or
 * more where the bed at full power climbs slower than that near the part's temperature. Without it
 * weak beds would count against checks that their owners had long since set to suit.
 */
export function bedPatienceS({ bed, world }: PrinterParameters, bedC: number): number {
  const overK = bedC - world.ambientC;
  const lossWPerK = bed.plateWPerK +
    bed.plateToTopWPerK * bed.topWPerK / (bed.plateToTopWPerK + bed.topWPerK);
  const rate = (bed.powerW - lossWPerK * overK) / (bed.plateJPerK + bed.topJPerK);
  return rate <= 0 ? Infinity : Math.max(USUAL_S, ROOM * GAIN_K / rate);
}
