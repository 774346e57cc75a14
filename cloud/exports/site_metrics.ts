import type { Counted } from "../read_model/metric_queries.ts";
import type { Measured } from "./measured.ts";
import type { Families, Fill } from "./metric_families.ts";

/** A family of one number. */
const alone = (value: (measured: Measured) => number) => (measured: Measured): Counted[] => [
  { labels: {}, value: value(measured) },
];

/** What is counted of cases, messages and the program itself. */
export function siteMetrics({ single, family, total }: Families): Fill[] {
  return [
    family(
      "printwarden_cases",
      "Cases by state",
      ["state"],
      ({ cases }) => Object.entries(cases).map(([state, value]) => ({ labels: { state }, value })),
    ),
    family(
      "printwarden_open_cases",
      "Cases that aren't closed, by state and verdict",
      ["state", "verdict"],
      ({ openCases }) => openCases,
    ),
    family(
      "printwarden_decisions",
      "Decisions by what the edge made of them; 'none' until it answered",
      ["outcome"],
      ({ decisions }) => decisions,
    ),
    total(
      "printwarden_refused_messages_total",
      "Messages that broke the contract, by stream",
      ["stream"],
      ({ refused }) => refused,
    ),
    total(
      "printwarden_alert_events_total",
      "Recorded intents of alerts, and alerts held back",
      [],
      alone((m) => m.alerts),
    ),
    family(
      "printwarden_alert_deliveries",
      "Alerts by channel and what became of them",
      ["state"],
      ({ deliveries }) => deliveries,
    ),
    total("printwarden_deviations_total", "Deviations taken in", [], alone((m) => m.deviations)),
    total("printwarden_audit_rows_total", "Rows of the audit log", [], alone((m) => m.auditRows)),
    single(
      "printwarden_unbundled_deviations",
      "Deviations that belong to no case yet",
      (m) => m.waiting,
    ),
    family(
      "printwarden_ingest_pending_messages",
      "Messages that the read model hasn't taken in yet, by stream",
      ["stream"],
      ({ pending }) => pending,
    ),
    single(
      "printwarden_broker_connected",
      "Whether NATS is connected",
      (m) => m.brokerConnected ? 1 : 0,
    ),
    single("process_resident_memory_bytes", "Resident memory", (m) => m.residentBytes),
  ];
}
