import { ok, refused, type Result } from "../../../shared/result.ts";

/** What a DS18B20 says after power-up until it has measured (Maxim 19-7487). */
const POWER_UP_C = 85;

/**
 * Reads what a kernel driver says of a temperature: thousandths of a degree in one number, as
 * w1_therm's `temperature` and hwmon's `temp1_input` have it, or w1's two lines with their checksum.
 *
 * @param isAmbient then a sensor's value after power-up is none
 */
export function readTemperatureText(text: string, isAmbient: boolean): Result<number> {
  const w1 = /crc=\w+ (YES|NO)[\s\S]*\bt=(-?\d+)/.exec(text);
  if (w1?.[1] === "NO") return refused("its checksum is wrong");
  const milli = w1?.[2] ?? text.trim();
  if (!/^-?\d{1,7}$/.test(milli)) {
    return refused(`thousandths of a degree were required, got '${text.trim().slice(0, 40)}'`);
  }
  const c = Number(milli) / 1000;
  return isAmbient && c === POWER_UP_C ? refused("it has lost its power (85 °C)") : ok(c);
}
