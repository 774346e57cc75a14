import type { ForwardStatus } from "./forwarder_shell.ts";
import type { Measured } from "./measured.ts";
import type { Families, Fill } from "./metric_families.ts";

/** How forwarding to other systems goes, by receiver. */
export function forwardMetrics({ family, total }: Families): Fill[] {
  const each = (value: (status: ForwardStatus) => number) => ({ forwards }: Measured) =>
    forwards.map((status) => ({ labels: { name: status.name }, value: value(status) }));
  return [
    total(
      "printwarden_forwarded_events_total",
      "Case events that a receiver has taken",
      ["name"],
      each(({ sent }) => sent),
    ),
    total(
      "printwarden_forward_rejected_events_total",
      "Case events that a receiver will never take",
      ["name"],
      each(({ rejected }) => rejected),
    ),
    total(
      "printwarden_forward_failures_total",
      "Attempts that failed and are repeated",
      ["name"],
      each(({ failures }) => failures),
    ),
    family(
      "printwarden_forward_healthy",
      "Whether a forward's last attempt went well",
      ["name"],
      each(({ issue }) => issue === null ? 1 : 0),
    ),
  ];
}
