import { createAuditSweep } from "./auth/audit_sweep.ts";
import { may, rightsOfPerson } from "./auth/rights.ts";
import { WORKERS } from "./broker/connect.ts";
import { STREAMS } from "./broker/streams.ts";
import type { Desks } from "./desks.ts";
import type { Foundation } from "./foundation.ts";
import { createBundler } from "./ingest/bundler.ts";
import { createOutcomeRecorder } from "./ingest/outcomes.ts";
import { createReceiptGiver } from "./ingest/receipts.ts";
import { createInsightRecorder } from "./insights/recorder_shell.ts";
import { type Lease, startLease } from "./lease/lease.ts";
import { whileLeading } from "./lease/while_leading.ts";
import { guardCases } from "./printers/guard_case_shell.ts";
import { maintenanceReminder } from "./printers/reminder_shell.ts";
import type { TellingPorts } from "./printers/telling_shell.ts";
import { type Alerting, startAlerting } from "./subscriptions/alerting_shell.ts";

/** What only one replica does at a time goes by this lease. */
const LEADER = "leader";
/** Messages that a worker handles side by side. */
const AT_ONCE_MAX = 256;

/** What an aggregator does by itself, without anybody asking. */
export interface Work {
  lease: Lease;
  /** Each rejects if it fails for good. */
  working: Promise<void>[];
}

/** Bundles and chains the audit log while it leads; records, and answers, what printers tell. */
export function startWork(base: Foundation, telling: TellingPorts): Work {
  const { broker, model, projector, log, now, stop } = base;
  const senderOf = base.keys.of;
  const replica = crypto.randomUUID();
  const lease = startLease(broker, { name: LEADER, replica });
  const bundle = createBundler({
    ...{ broker, cases: model.cases, log, projector, lease, replica, now },
    bundleWindowS: base.config.cases.bundleWindowS,
  });
  const sweep = createAuditSweep({ broker, audit: model.audit, projector });
  const openGuardCases = guardCases({ printers: model.printers, cases: model.cases, log, lease });
  const record = createOutcomeRecorder(broker, model.cases, log, senderOf);
  const insight = createInsightRecorder(broker, model.insights, senderOf);
  const giveReceipt = createReceiptGiver({
    ...telling,
    broker,
    arrivals: model.arrivals,
    senderOf,
  });
  const working = [
    ...[sweep, openGuardCases, bundle].map((work) => whileLeading(lease, work, stop)),
    broker.work(STREAMS.presence, WORKERS.outcomes, AT_ONCE_MAX, record, stop),
    broker.work(STREAMS.presence, WORKERS.insights, AT_ONCE_MAX, insight, stop),
    broker.work(STREAMS.presence, WORKERS.receipts, AT_ONCE_MAX, giveReceipt, stop),
  ];
  return { lease, working };
}

/** Plans and sends what people subscribed to. */
export function startTelling(
  { config, broker, model, projector, now }: Foundation,
  { sender, telling }: Desks,
  mayLead: Lease["mayLead"],
  baseUrl: () => string,
): Alerting {
  return startAlerting({
    ...{ model, broker, projector, send: sender.send, now, mayLead, baseUrl },
    maySee: (personId, site) => {
      const person = model.auth.person(personId)?.record;
      return person !== undefined && may(rightsOfPerson(person), "view", site);
    },
    remind: maintenanceReminder(telling),
    troubleAfterMs: config.alerts.troubleAfterS * 1000,
  });
}
