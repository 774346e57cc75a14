import { type WithinPrinter, withinPrinter } from "./within_printer.ts";

/**
 * A person turns the hotend on at the panel of a printer that is off, which no line tells but the
 * next report.
 *
 * @param atS when, s
 * @param targetC to how much, °C
 */
export function panelPreheat(atS: number, targetC: number): WithinPrinter {
  return withinPrinter(atS, "preheated at the panel", (m) => {
    m.fw.hotendTargetC = targetC;
  });
}
