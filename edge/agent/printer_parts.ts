import type { Logger } from "@logtape/logtape";
import type { Presence } from "../../shared/presence.ts";
import type { PrinterConfig } from "../config.ts";
import type { Analysis } from "../finding.ts";
import type { Deliverer } from "../publish/delivery.ts";
import type { DeviationRecords } from "../publish/deviation_record.ts";
import type { Outbox } from "../publish/outbox.ts";
import type { Store } from "../publish/store.ts";
import type { WallClock } from "../publish/wall_clock.ts";
import type { CutOff } from "../respond/cut_off.ts";
import type { LearningFile } from "../respond/learning_file.ts";
import type { Lessons } from "../respond/lessons.ts";
import type { TapOrders } from "../respond/orders.ts";
import type { Source, SourcePosition } from "../source/observation.ts";
import type { PrintBook } from "./print_book.ts";
import type { Shadow } from "./shadow.ts";

/** A candidate that runs beside the models in use: what it finds is counted, never told. */
export interface ShadowPlan<S = unknown> {
  analysis: Analysis<S>;
  shadow: Shadow;
}

/** One printer as it is put together: the only place that knows what stands behind each part. */
export interface PrinterPlan<S = unknown> {
  config: PrinterConfig;
  analysis: Analysis<S>;
  /** A candidate's analysis that is only compared with the one above; null without a candidate. */
  shadow?: ShadowPlan<S> | null;
  /** Of the profile that its twin began with; null for none. */
  profileDigest?: string | null;
  /** What was counted of its prints so far; absent: nothing. */
  book?: PrintBook;
  /** Opens the source after a position, or from where it has something. */
  openSource(after: SourcePosition | null): Source;
  /** Null where nothing can be ordered, as in a replay. */
  orders: TapOrders | null;
  /** Its stop relay, where there is one. */
  cutOff?: CutOff;
}

/** What all printers of a device share. */
export interface SharedParts {
  site: string;
  device: string;
  agentVersion: string;
  configDigest: string;
  /** What else makes all printers' guard what it is. */
  guard?(): Pick<Presence["digests"], "trust" | "release">;
  presenceIntervalMs: number;
  store: Store;
  outbox: Outbox;
  records: DeviationRecords;
  lessons: Lessons;
  /** Irregularities in numbers, for training; none where nothing is kept. */
  learning?: LearningFile;
  deliverer: Deliverer;
  clock: WallClock;
  log: Logger;
  /** Monotonic, ms. */
  nowMs(): number;
  /** A message was added to the outbox. */
  added(): void;
  /** Messages refused so far that this printer has to own up to. */
  refusedOf(printer: string): number;
  /** How often this agent was started before, on this state folder. */
  startsBefore: number;
}
