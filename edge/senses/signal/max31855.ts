import { ok, refused, type Result } from "../../../shared/result.ts";

/** What a MAX31855 measured: the thermocouple, and the chip itself at its cold end. */
export interface Max31855Reading {
  hotC: number;
  coldC: number;
}

const FAULTS: [bit: number, text: string][] = [
  [1, "the thermocouple is open"],
  [2, "the thermocouple touches ground"],
  [4, "the thermocouple touches the supply"],
];
/** Bits that are always zero (D17 and D3). */
const RESERVED = 0x0002_0008;
const FAULT = 0x0001_0000;

/**
 * Decodes the 32 bits of a MAX31855 (Maxim 19-5793, tables 1 to 4): D31–D18 the thermocouple at
 * 0.25 °C, D16 any fault, D15–D4 the cold end at 0.0625 °C, D2–D0 which fault.
 *
 * @param word as it came, most significant bit first, in an unsigned 32-bit number
 */
export function decodeMax31855(word: number): Result<Max31855Reading> {
  const hex = (word >>> 0).toString(16).padStart(8, "0");
  if ((word & RESERVED) !== 0 || word >>> 0 === 0) {
    return refused(`nobody answers as a MAX31855 does (0x${hex})`);
  }
  if ((word & FAULT) !== 0) {
    const found = FAULTS.filter(([bit]) => (word & bit) !== 0).map(([, text]) => text);
    return refused(found.join(", ") || `the chip tells a fault without a cause (0x${hex})`);
  }
  return ok({ hotC: (word >> 18) * 0.25, coldC: ((word << 16) >> 20) * 0.0625 });
}
