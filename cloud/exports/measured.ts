import type { PrinterView } from "../read_model/fleet_queries.ts";
import type { Counted } from "../read_model/metric_queries.ts";
import type { ForwardStatus } from "./forwarder_shell.ts";

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
