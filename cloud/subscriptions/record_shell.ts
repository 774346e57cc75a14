import { refused, type Result } from "../../shared/result.ts";
import { noteHeaders } from "../auth/audit_log.ts";
import {
  alertSettingsSubject,
  channelSubject,
  STREAMS,
  subscriptionSubject,
} from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { recordId } from "../read_model/project_subscriptions.ts";
import type { SubscriptionDeskPorts } from "./desk_ports_shell.ts";
import { AlertRecord, type Channel, type Subscription } from "./records.ts";

export const GONE = "It is not there any more; look at the page again";
export const CHANGED = "It was changed at the same time somewhere else; look at the page again";

const SUBJECT: Record<AlertRecord["type"], (id: string) => string> = {
  channel: channelSubject,
  subscription: subscriptionSubject,
  settings: alertSettingsSubject,
};

/** Writes a person's own record upon what they saw, with its audit row as one message. */
export async function writeRecord(
  { broker, projector, audit }: SubscriptionDeskPorts,
  actor: Actor,
  act: string,
  record: AlertRecord,
  sequence: number,
): Promise<Result<string>> {
  const checked = AlertRecord.parse(record);
  const id = recordId(checked);
  const bytes = new TextEncoder().encode(JSON.stringify(checked));
  const note = audit.note(actor, act, id, "name" in checked ? checked.name : "");
  const how = {
    id: crypto.randomUUID(),
    lastSubjectSequence: sequence,
    headers: noteHeaders(note),
  };
  const appended = await broker.append(SUBJECT[checked.type](id), bytes, how);
  if (appended.type === "conflict") return refused(CHANGED);
  await projector.reached(STREAMS.subscriptions, appended.sequence);
  await audit.chain(note);
  return { ok: true, value: id } as const;
}

/** What was found, if it is this person's and still there. */
export function own<T extends Channel | Subscription>(
  actor: Actor,
  found: { record: T; sequence: number } | null,
) {
  const mine = found?.record.personId === actor.id && found.record.removedWallTime === null;
  return mine ? found : null;
}
