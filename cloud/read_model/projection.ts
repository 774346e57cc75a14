import type { DatabaseSync } from "node:sqlite";
import { decode } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { Presence } from "../../shared/presence.ts";
import { refused, type Result } from "../../shared/result.ts";
import { nameKey } from "../auth/name_key.ts";
import { AuthRecord } from "../auth/records.ts";
import type { Stored } from "../broker/broker.ts";
import { type StreamName, STREAMS } from "../broker/streams.ts";
import { plainReading, type ReadDeviation, type Reading } from "../ingest/read_deviation.ts";
import { presenceReader } from "../ingest/presence_reader.ts";
import type { Received } from "../ingest/read_message.ts";
import { jsonOf } from "./json.ts";
import { alertProjection } from "./project_alerts.ts";
import { auditProjection } from "./project_audit.ts";
import { caseProjection } from "./project_cases.ts";
import { deviationProjection } from "./project_deviations.ts";
import { insightProjection } from "./project_insights.ts";
import { personalProjection } from "./project_personal.ts";
import { printerProjection } from "./project_printers.ts";
import { subscriptionProjection } from "./project_subscriptions.ts";
import { withheldProjection } from "./withheld.ts";

/** What a batch of messages changed, for whoever looks at a page. */
export interface Change {
  cases: Set<string>;
  /** Those who changed something that they keep for themselves. */
  people: Set<string>;
  printers: boolean;
  refused: number;
}

/** What a batch begins with. */
export function noChange(): Change {
  return { cases: new Set(), people: new Set(), printers: false, refused: 0 };
}

type Apply = (message: Stored, change: Change) => Result<unknown>;

/** Writes messages of streams into the tables. */
export interface Projection {
  /** Does beforehand, outside of any transaction, what takes time with these messages. */
  prepare(batch: readonly Stored[]): Promise<void>;
  /** Writes one message, prepared before; a refused one is kept with its reason. */
  project(message: Stored, change: Change): void;
  /** Writes what was put off until all messages of a transaction were seen. */
  finish(): void;
}

export function createProjection(
  database: DatabaseSync,
  reading: Reading = plainReading(),
): Projection {
  const withheld = withheldProjection(database);
  const deviations = deviationProjection(database, reading, withheld.arrived);
  const cases = caseProjection(database);
  const audit = auditProjection(database);
  const read = new WeakMap<Stored, Result<ReadDeviation>>();
  const readPresence = presenceReader(reading.senderOf);
  const present = new WeakMap<Stored, Result<Received<Presence>>>();
  const refuse = database.prepare("INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?, ?)");
  const apply: Record<StreamName, Apply> = {
    [STREAMS.cases]: applyCases(cases.project),
    [STREAMS.deviations]: (message) =>
      deviations.project(message, read.get(message) ?? refused("This message was never read")),
    [STREAMS.presence]: applyPresence(
      database,
      (message) => present.get(message) ?? refused("This message was never read"),
      withheld.told,
    ),
    [STREAMS.decisions]: applyDecisions(database),
    [STREAMS.people]: applyAuth(database),
    [STREAMS.sessions]: applyAuth(database),
    [STREAMS.audit]: audit.project,
    [STREAMS.personal]: applyPersonal(database),
    [STREAMS.printers]: shown(printerProjection(database)),
    [STREAMS.subscriptions]: personal(subscriptionProjection(database)),
    [STREAMS.alerts]: personal(alertProjection(database)),
    [STREAMS.insights]: insightProjection(database),
  };
  function project(message: Stored, change: Change): void {
    const result = apply[message.stream](message, change);
    // An act that came to nothing was tried by somebody all the same.
    const noted = message.note === "" ? result : audit.expect(message);
    const issue = !result.ok ? result.issue : noted.ok ? null : noted.issue;
    if (issue === null) return;
    const { stream, sequence, storedMs, subject, bytes } = message;
    refuse.run(stream, sequence, storedMs, subject, issue.slice(0, 600), bytes.length);
    change.refused++;
  }

  return {
    async prepare(batch) {
      for (const message of batch) {
        if (message.stream === STREAMS.presence) present.set(message, await readPresence(message));
      }
      const some = batch.filter(({ stream }) => stream === STREAMS.deviations);
      if (some.length === 0) return;
      const results = await deviations.read(some);
      results.forEach((result, at) => read.set(some[at]!, result));
    },
    project,
    finish() {
      cases.finish();
      withheld.finish();
    },
  };
}

/** What it writes is seen on pages that look again whenever a printer has changed. */
function shown(apply: (message: Stored) => Result<unknown>): Apply {
  return (message, change) => {
    change.printers = true;
    return apply(message);
  };
}

/** What it writes is seen by the one person whose id it gives. */
function personal(apply: (message: Stored) => Result<string>): Apply {
  return (message, change) => {
    const personId = apply(message);
    if (personId.ok) change.people.add(personId.value);
    return personId;
  };
}

function applyCases(project: ReturnType<typeof caseProjection>["project"]): Apply {
  return (message, change) => {
    const caseId = project(message.subject, message.sequence, message.bytes);
    if (caseId.ok && caseId.value) change.cases.add(caseId.value);
    return caseId;
  };
}

function applyPresence(
  database: DatabaseSync,
  readOf: (message: Stored) => Result<Received<Presence>>,
  told: (address: Address, presence: Presence, storedMs: number) => void,
): Apply {
  const before = database.prepare(
    `SELECT body ->> 'state' AS state, body ->> 'label' AS label FROM printer
     WHERE site = ? AND device = ? AND printer = ?`,
  );
  const write = database.prepare("INSERT OR REPLACE INTO printer VALUES (?, ?, ?, ?, ?)");
  return (message, change) => {
    const received = readOf(message);
    if (!received.ok) return received;
    const { address: { site, device, printer }, value } = received.value;
    const known = before.get(site, device, printer);
    write.run(site, device, printer, message.storedMs, JSON.stringify(value));
    told(received.value.address, value, message.storedMs);
    // Signs of life that say nothing new wake no page: it looks at them with the next heartbeat.
    change.printers ||= known?.state !== value.state || known.label !== value.label;
    return received;
  };
}

function applyDecisions(database: DatabaseSync): Apply {
  const write = database.prepare("INSERT OR IGNORE INTO sent VALUES (?, ?, ?, ?, ?)");
  const caseOf = database.prepare("SELECT case_id FROM decision WHERE id = ?");
  return (message, change) => {
    const decision = decode("decision", message.bytes);
    if (!decision.ok) return decision;
    const { id, caseId: about, determination, decidedWallTime } = decision.value.data;
    write.run(id, message.sequence, about, determination, decidedWallTime);
    const caseId = caseOf.get(id)?.case_id;
    if (typeof caseId === "string") change.cases.add(caseId);
    return decision;
  };
}

function applyAuth(database: DatabaseSync): Apply {
  const write = database.prepare("INSERT OR REPLACE INTO auth_record VALUES (?, ?, ?, ?, ?, ?)");
  return (message) => {
    const record = AuthRecord.safeParse(jsonOf(message.bytes));
    if (!record.success) return refused(`Cannot read an account: ${record.error.message}`);
    const { data } = record;
    const person = personOf(data);
    write.run(data.type, data.id, keyOf(data), person, message.sequence, JSON.stringify(data));
    return { ok: true, value: data.id };
  };
}

/** Whose a record is. */
function personOf(record: AuthRecord): string | null {
  if (record.type === "token") {
    return record.createdBy.kind === "person" ? record.createdBy.id : null;
  }
  return record.type === "session" || record.type === "passkey" ? record.personId : null;
}

/** What a record is looked up by besides its id. */
function keyOf(record: AuthRecord): string | null {
  if (record.type === "person") return nameKey(record.name);
  return record.type === "passkey" || record.type === "certificate" ? record.credentialId : null;
}

function applyPersonal(database: DatabaseSync): Apply {
  const project = personalProjection(database);
  return (message, change) => {
    const personId = project(message.sequence, message.bytes);
    if (personId.ok) change.people.add(personId.value);
    return personId;
  };
}
