import type { Logger } from "@logtape/logtape";
import { sensesOf } from "../config/pins.ts";
import { initAskedHeat, stepAskedHeat } from "../respond/asked_heat.ts";
import { CutOff } from "../respond/cut_off.ts";
import type { SourcePosition } from "../source/observation.ts";
import type { SensesLink } from "../source/senses/senses_link.ts";
import { SensesSource } from "../source/senses/senses_source.ts";
import type { PrinterPlan } from "./printer_parts.ts";

/**
 * A printer that has senses of its own: their readings go into its stream, what its lines ask of the
 * hotend goes to them, and a stop decision reaches its relay.
 */
export function withSenses<S>(plan: PrinterPlan<S>, link: SensesLink, log: Logger): PrinterPlan<S> {
  const { name, senses } = plan.config;
  const cutOff = senses.relay.pin === null || plan.orders === null ? undefined : new CutOff(
    name,
    {
      stop: (decisionId, reason) => link.stop(name, decisionId, reason),
      release: (by) => link.release(name, by),
    },
    plan.orders,
    log,
  );
  const asked = initAskedHeat();
  return {
    ...plan,
    cutOff,
    openSource(after: SourcePosition | null) {
      return new SensesSource({
        tap: plan.openSource(after),
        wired: sensesOf({ senses }),
        listen: (onReadings) =>
          link.listen(name, {
            onReadings: ({ eventTimeS, readings }) => onReadings(eventTimeS, readings),
            onRelay: (state, news) => cutOff?.take(state, news),
          }),
        onLine(observation) {
          const now = stepAskedHeat(asked, observation);
          if (now !== null) link.asked(name, now);
        },
      });
    },
  };
}
