import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Counted } from "../read_model/metric_queries.ts";
import type { PrinterView } from "../read_model/fleet_queries.ts";
import type { ForwardStatus } from "./forwarder_shell.ts";
import { PRODUCT } from "./product.ts";

/** All that one scrape is made of. */
export interface Measured {
  cases: Record<string, number>;
  openCases: Counted[];
  decisions: Counted[];
  refused: Counted[];
  alerts: number;
  deliveries: Counted[];
  deviations: number;
  waiting: number;
  auditRows: number;
  /** Messages that the read model hasn't taken in yet, by stream. */
  pending: Counted[];
  printers: readonly PrinterView[];
  forwards: readonly ForwardStatus[];
  brokerConnected: boolean;
  residentBytes: number;
  nowMs: number;
}

/** A printer whose last sign of life is older than this is silent. */
const SILENT_AFTER_MS = 60_000;
const LATENCY_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10];

/** What Prometheus is told, in its text format; one per program. */
export interface Metrics {
  contentType: string;
  /** Counts a request that was answered. */
  answered(method: string, route: string, status: number, seconds: number): void;
  text(measured: Measured): Promise<string>;
}

export function createMetrics(startedMs: number): Metrics {
  const register = new Registry();
  const requests = new Histogram({
    name: "printwarden_http_request_duration_seconds",
    help: "Time until the answer to a request began, by route",
    labelNames: ["method", "route", "status"],
    buckets: LATENCY_S,
    registers: [register],
  });
  const gauges = makeGauges(register);
  gauge(register, "printwarden_build_info", "Which version runs", ["version"])
    .set({ version: PRODUCT.version }, 1);
  gauge(register, "process_start_time_seconds", "When this program started, Unix time")
    .set(startedMs / 1000);
  return {
    contentType: register.contentType,
    answered: (method, route, status, seconds) =>
      requests.observe({ method, route, status }, seconds),
    text(measured) {
      for (const fill of gauges) fill(measured);
      return register.metrics();
    },
  };
}

type Fill = (measured: Measured) => void;

function gauge(register: Registry, name: string, help: string, labelNames: string[] = []) {
  return new Gauge({ name, help, labelNames, registers: [register] });
}

function makeGauges(register: Registry): Fill[] {
  const single = (name: string, help: string, value: (measured: Measured) => number): Fill => {
    const made = gauge(register, name, help);
    return (measured) => made.set(value(measured));
  };
  const family = (
    name: string,
    help: string,
    labels: string[],
    values: (measured: Measured) => Counted[],
  ): Fill => {
    const made = gauge(register, name, help, labels);
    return (measured) => {
      made.reset();
      for (const { labels, value } of values(measured)) made.set(labels, value);
    };
  };
  /** What only grows, though it is read elsewhere. */
  const total = (
    name: string,
    help: string,
    labels: string[],
    values: (measured: Measured) => Counted[],
  ): Fill => {
    const made = new Counter({ name, help, labelNames: labels, registers: [register] });
    return (measured) => {
      made.reset();
      for (const { labels, value } of values(measured)) made.inc(labels, value);
    };
  };
  const alone = (value: (measured: Measured) => number) => (measured: Measured): Counted[] => [
    { labels: {}, value: value(measured) },
  ];
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
    ...printerGauges(family, total),
    ...forwardGauges(family, total),
  ];
}

type Family = (
  name: string,
  help: string,
  labels: string[],
  values: (measured: Measured) => Counted[],
) => Fill;

const PLACE = ["site", "device", "printer"];

function printerGauges(family: Family, total: Family): Fill[] {
  const each =
    (value: (view: PrinterView, nowMs: number) => number | null | undefined) =>
    ({ printers, nowMs }: Measured): Counted[] =>
      printers.flatMap((view) => {
        const found = value(view, nowMs);
        return typeof found === "number" ? [{ labels: { ...view.address }, value: found }] : [];
      });
  return [
    family("printwarden_printers", "Printers by state", ["state"], byState),
    family(
      "printwarden_printer_presence_age_seconds",
      "Time since a printer's guard was last heard of",
      PLACE,
      each(({ seenMs }, nowMs) => Math.max(0, nowMs - seenMs) / 1000),
    ),
    family(
      "printwarden_printer_outbox_pending_messages",
      "Messages that wait at the edge",
      PLACE,
      each(({ presence }) => presence.counters.outboxPending),
    ),
    total(
      "printwarden_printer_outbox_dropped_messages_total",
      "Messages that were lost at the edge for want of room",
      PLACE,
      each(({ presence }) => presence.counters.outboxDropped),
    ),
    family(
      "printwarden_printer_withheld_messages",
      "Messages that the guard delivered to the broker and that never came from there",
      PLACE,
      each(({ withheld }) => withheld),
    ),
    family(
      "printwarden_printer_refused_deviations",
      "Deviations that came under the printer's name and that the console refused",
      PLACE,
      each(({ refused }) => refused),
    ),
    total(
      "printwarden_printer_gaps_total",
      "Gaps in what the guard saw of the serial line",
      PLACE,
      each(({ presence }) => presence.counters.gaps),
    ),
    total(
      "printwarden_printer_garbled_lines_total",
      "Serial lines that couldn't be read",
      PLACE,
      each(({ presence }) => presence.counters.garbledLines),
    ),
    family(
      "printwarden_printer_remaining_seconds",
      "Time that the print at work still takes, by the twin",
      PLACE,
      each(({ presence }) => presence.prints?.current?.twinRemainingS),
    ),
    total(
      "printwarden_printer_prints_total",
      "Prints that ended, by result",
      [...PLACE, "result"],
      ({ printers }) =>
        printers.flatMap(({ address, presence: { prints } }) =>
          prints
            ? (["completed", "unfinished", "unknown"] as const).map((result) => ({
              labels: { ...address, result },
              value: prints[result],
            }))
            : []
        ),
    ),
  ];
}

function byState({ printers, nowMs }: Measured): Counted[] {
  const counts = new Map<string, number>();
  for (const { presence, seenMs } of printers) {
    const state = nowMs - seenMs > SILENT_AFTER_MS ? "silent" : presence.state;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].map(([state, value]) => ({ labels: { state }, value }));
}

function forwardGauges(family: Family, total: Family): Fill[] {
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
