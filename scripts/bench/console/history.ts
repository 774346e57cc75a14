import type { JetStreamClient } from "nats";
import { caseSubject, LEAD_SUBJECT } from "../../../cloud/broker/streams.ts";
import { sightingOf } from "../../../cloud/cases/bundling.ts";
import type { Actor, CaseAct, CaseEvent } from "../../../cloud/cases/case_event.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import { derivedId } from "../../../cloud/cases/derived_id.ts";
import type { ProvisionedSite } from "../../provisioned_site.ts";
import { fillDeviations, type FillWish } from "./fleet.ts";
import type { FleetMessage } from "./fleet_messages.ts";
import { publishAll } from "./publish_all.ts";

export interface HistoryWish extends Omit<FillWish, "signed"> {
  /** What part of the cases somebody has decided, 0–1; half of those are closed. */
  decidedShare: number;
}

const PERSON: Actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" };

/** What the bundling would have recorded of a message at its place in the stream. */
interface Placed {
  message: FleetMessage;
  sequence: number;
}

/**
 * Fills the streams with deviations that were verified and bundled long ago, and what people made
 * of them, without doing the work of it.
 */
export async function fillHistory(site: ProvisionedSite, wish: HistoryWish): Promise<void> {
  const placed: Placed[] = [];
  const { decidedShare, ...fill } = wish;
  await fillDeviations(site, { ...fill, signed: false }, ({ bytes: _, ...message }, sequence) => {
    placed.push({ message: message as FleetMessage, sequence });
  });
  const stream = (await site.operator()).jetstream();
  const lead = await takeLead(stream);
  // Devices are served side by side, so that places were told in another order.
  placed.sort((a, b) => a.sequence - b.sequence);
  await publishAll(caseEvents(placed, lead, decidedShare), () => stream);
}

async function takeLead(stream: JetStreamClient): Promise<number> {
  const [id, replica] = [crypto.randomUUID(), crypto.randomUUID()];
  const lead = { contractVersion: 1, id, replica, at: new Date().toISOString() };
  const bytes = new TextEncoder().encode(JSON.stringify(lead));
  return (await stream.publish(LEAD_SUBJECT, bytes, { msgID: id })).seq;
}

async function* caseEvents(placed: readonly Placed[], lead: number, decidedShare: number) {
  let opened = 0;
  for (const { message, sequence } of placed) {
    const { address, like, deviationId, detectedEventS, group, opens } = message;
    const { printer } = address;
    const caseId = derivedId("bench", printer, group);
    const times = { ...like.times, detectedEventS };
    const sighting = { ...sightingOf({ ...like, id: deviationId, times }), sequence };
    yield eventMessage(
      caseId,
      AGGREGATOR,
      lead,
      opens
        ? { type: "opened", address, sightings: [sighting], reopens: null, follows: null }
        : { type: "joined", sighting },
    );
    if (!opens) continue;
    const part = opened++ % 100 / 100;
    if (part >= decidedShare) continue;
    yield eventMessage(caseId, PERSON, undefined, decided([deviationId]));
    if (part * 2 >= decidedShare) continue;
    yield eventMessage(caseId, PERSON, undefined, { type: "closed", nature: "change", note: "" });
  }
}

function decided(deviationIds: string[]): CaseAct {
  return {
    type: "decided",
    decisionId: crypto.randomUUID(),
    deviationIds,
    determination: "expected",
    response: "none",
    learn: { mode: "no" },
    reason: "A window was open",
    expiresWallTime: new Date(Date.UTC(2026, 0, 1)).toISOString(),
  };
}

function eventMessage(caseId: string, actor: Actor, lead: number | undefined, act: CaseAct) {
  const id = crypto.randomUUID();
  const at = new Date().toISOString();
  const event: CaseEvent = { contractVersion: 1, id, caseId, at, actor, act, lead };
  return {
    subject: caseSubject(caseId),
    id,
    bytes: new TextEncoder().encode(JSON.stringify(event)),
  };
}
