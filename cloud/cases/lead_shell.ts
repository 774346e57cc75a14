import { CONTRACT_VERSION } from "../../shared/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { LEAD_SUBJECT, STREAMS } from "../broker/streams.ts";
import type { Projector } from "../read_model/projector.ts";
import { Lead } from "./lead.ts";

/**
 * Writes that this replica bundles from here on, and waits until it knows every event before that.
 *
 * @returns the lead, to be named by each event; null if another replica was first.
 */
export async function takeLead(
  broker: Broker,
  projector: Projector,
  replica: string,
  now: () => Date,
): Promise<number | null> {
  const before = await broker.last(STREAMS.cases, LEAD_SUBJECT);
  const lead: Lead = Lead.parse({
    contractVersion: CONTRACT_VERSION,
    id: crypto.randomUUID(),
    replica,
    at: now().toISOString(),
  });
  const appended = await broker.append(
    LEAD_SUBJECT,
    new TextEncoder().encode(JSON.stringify(lead)),
    { id: lead.id, lastSubjectSequence: before?.sequence ?? 0 },
  );
  if (appended.type === "conflict") return null;
  return await projector.reached(STREAMS.cases, appended.sequence) ? appended.sequence : null;
}
