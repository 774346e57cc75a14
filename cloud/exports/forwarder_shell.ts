import { getLogger } from "@logtape/logtape";
import type { Broker, Settlement, Stored } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import { CaseEvent } from "../cases/case_event.ts";
import { jsonOf } from "../read_model/json.ts";
import type { Projector } from "../read_model/projector.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import { type CaseExport, caseExport } from "./case_export.ts";
import type { Forward } from "./forward_config.ts";
import { backoffMs, forwarded } from "./forward_plan.ts";
import type { Sink } from "./sink.ts";

const LATER_MS = 1_000;

/** How a forward is getting on since this program started. */
export interface ForwardStatus {
  name: string;
  format: Forward["format"];
  to: Forward["to"]["type"];
  sent: number;
  /** Events that it doesn't ask for. */
  skipped: number;
  /** Messages that the receiver will never take. */
  rejected: number;
  failures: number;
  /** What went wrong last; null while all is well. */
  issue: string | null;
  sentAt: string | null;
}

export interface ForwarderParts {
  broker: Broker;
  model: ReadModel;
  projector: Pick<Projector, "reached">;
  publicUrl: string | null;
  now(): Date;
}

/** The durable consumer that a forward's position is kept in. */
function forwardDurable(name: string): string {
  return `forward-${name}`;
}

/**
 * Sends every event of every case that `forward` asks for, in order and each at least once: the
 * position stands in the broker, and moves on only when the receiver has the message.
 */
export async function startForwarder(
  forward: Forward,
  sink: Sink,
  parts: ForwarderParts,
  signal: AbortSignal,
): Promise<{ status: ForwardStatus; ended: Promise<void> }> {
  const { name, format, to, from } = forward;
  const counts = { sent: 0, skipped: 0, rejected: 0, failures: 0 };
  const status: ForwardStatus = {
    ...{ name, format, to: to.type, ...counts },
    issue: null,
    sentAt: null,
  };
  const durable = forwardDurable(name);
  // One unsettled message at a time keeps them in order though one has to be tried again.
  await parts.broker.admitWorker(STREAMS.cases, durable, { from, pendingMax: 1 });
  const handle = makeHandler(forward, sink, parts, status);
  const ended = parts.broker.work(STREAMS.cases, durable, 1, handle, signal)
    .finally(() => sink.close());
  return { status, ended };
}

function makeHandler(forward: Forward, sink: Sink, parts: ForwarderParts, status: ForwardStatus) {
  const logger = getLogger(["printwarden", "forward"]);
  let inARow = 0;
  return async function handle(message: Stored): Promise<Settlement> {
    const event = CaseEvent.safeParse(jsonOf(message.bytes));
    if (!event.success) return { type: "refused", issue: "Cannot forward: it is no case event" };
    if (!await parts.projector.reached(STREAMS.cases, message.sequence)) {
      return { type: "later", delayMs: LATER_MS };
    }
    // What an ended leader wrote, and what was refused, never happened to the case.
    const exported = parts.model.cases.hasEvent(message.sequence)
      ? exportOf(parts, event.data)
      : null;
    const text = exported && forwarded(forward, exported);
    if (!text) {
      status.skipped++;
      return { type: "done" };
    }
    const delivery = await sink.send(text, event.data.id);
    if (delivery.type === "unreachable") {
      status.failures++;
      if (delivery.issue !== status.issue) {
        logger.error("Forward {name} waits: {issue}", { name: forward.name, ...delivery });
      }
      status.issue = delivery.issue;
      return { type: "later", delayMs: backoffMs(inARow++) };
    }
    inARow = 0;
    if (delivery.type === "rejected") {
      status.rejected++;
      status.issue = delivery.issue;
      logger.error("Forward {name} passes over an event: {issue}", {
        name: forward.name,
        ...delivery,
      });
      return { type: "refused", issue: delivery.issue };
    }
    if (status.issue !== null) logger.info("Forward {name} goes on", { name: forward.name });
    status.issue = null;
    status.sent++;
    status.sentAt = parts.now().toISOString();
    return { type: "done" };
  };
}

/** The case as it stands now, with the event that this is about. */
function exportOf(
  { model, publicUrl }: ForwarderParts,
  { id, at, act, actor, caseId }: CaseEvent,
): CaseExport | null {
  const view = model.cases.view(caseId);
  if (!view) return null;
  const { address } = view.about;
  const exported = caseExport(view, model.printers.label(address) || address.printer, publicUrl);
  return exported && { ...exported, event: { id, at, type: act.type, actor } };
}
