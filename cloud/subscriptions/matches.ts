import { isSameAddress } from "../../shared/same_address.ts";
import type { Severity } from "../../shared/verdict.ts";
import { severityRank } from "../cases/gravity.ts";
import type { Occasion } from "./occasion.ts";
import type { Subscription } from "./records.ts";

/**
 * Why a subscription doesn't cover an occasion, as the end of the sentence 'You weren't told: …';
 * null if it does.
 */
export function mismatch(subscription: Subscription, occasion: Occasion): string | null {
  const { site, printers, severityMin, kinds, verdicts } = subscription;
  const { address, verdict, kind, severity } = occasion;
  if (subscription.removedWallTime !== null) return "it was removed";
  if (!subscription.enabled) return "it is switched off";
  if (occasion.changedMs < Date.parse(subscription.createdWallTime)) {
    return "this was known before you subscribed";
  }
  if (site !== null && site !== address.site) return `it is about the site ${site} only`;
  if (printers.length > 0 && !printers.some((one) => isSameAddress(one, address))) {
    return "it is about other printers";
  }
  if (verdict === null) {
    return subscription.printerTrouble ? null : "it is not about printers that are lost";
  }
  if (!verdicts.includes(verdict)) return `it leaves out the verdict '${verdict}'`;
  if (kind !== null && kinds.length > 0 && !kinds.includes(kind)) {
    return `it leaves out the kind '${kind}'`;
  }
  return belowSeverity(severity, severityMin);
}

function belowSeverity(severity: Severity, severityMin: Severity): string | null {
  if (severityRank(severity) >= severityRank(severityMin)) return null;
  return `its severity '${severity}' is under '${severityMin}'`;
}
