import { DatabaseSync } from "node:sqlite";
import { STREAMS } from "../../cloud/broker/streams.ts";
import { fleetQueries } from "../../cloud/read_model/fleet_queries.ts";
import { readLedger } from "./ledger.ts";
import { type OutboxCounts, outboxCounts } from "./outbox_counts.ts";
import type { Stage } from "./stage.ts";

const PRINTERS_MAX = 100;

/** What became of everything, counted at the end of the chain. */
export interface Account {
  /** Deviations that the agent has promised: their adding to the outbox returned. */
  made: number;
  /** Those of them that stand in the broker's stream and in exactly one case. */
  stored: number;
  /** Decisions recorded, and those that the edge applied or visibly refused. */
  decided: number;
  applied: number;
  refused: number;
  /** Deviations without a case. */
  missing: number;
  /**
   * Messages that the agent's outbox counted as given up for want of room, and those that wait in it
   * still: nothing else may be missing.
   */
  dropped: number;
  waiting: number;
  /** Missing beyond what the outbox names, and decisions without an outcome. */
  lost: number;
  /** Deviations with two ids or in two cases, messages stored twice, decisions applied twice. */
  doubled: number;
  /** Messages that the console would say a broker withheld: it withholds none, so none is right. */
  withheld: number;
  /** Deviations that came to the end though no promise was written down: killed in between. */
  unpromised: number;
}

/**
 * Counts in the aggregator's read model, which holds what the streams hold, and in the outbox of the
 * agent, which must have ended.
 */
export async function takeAccount(stage: Stage, decided: ReadonlySet<string>): Promise<Account> {
  const promised = await readLedger(stage.ledgerFile);
  const model = new DatabaseSync(`${stage.site.state}/read-model.sqlite`, { readOnly: true });
  try {
    const found = deviationsOf(model);
    const missing = [...promised].filter((name) => !found.ids.has(name)).length;
    const outbox = outboxCounts(`${stage.folder}/edge.db`);
    const decisions = decisionsOf(model, decided);
    return {
      made: promised.size,
      stored: promised.size - missing,
      decided: decisions.decided,
      applied: decisions.applied,
      refused: decisions.refused,
      missing,
      ...outbox,
      lost: lostOf(missing, outbox) + decisions.lost,
      doubled: found.doubled + decisions.doubled + await storedTwice(stage),
      withheld: fleetQueries(model).printers(PRINTERS_MAX)
        .reduce((sum, printer) => sum + printer.withheld, 0),
      unpromised: [...found.ids.keys()].filter((name) => !promised.has(name)).length,
    };
  } finally {
    model.close();
  }
}

/** What is missing though the outbox doesn't name it [pure]. */
export function lostOf(missing: number, { dropped, waiting }: OutboxCounts): number {
  return Math.max(0, missing - dropped - waiting);
}

function numberOf(model: DatabaseSync, sql: string): number {
  return Number(model.prepare(sql).get()?.n ?? 0);
}

function deviationsOf(model: DatabaseSync) {
  const rows = model.prepare("SELECT identity, deviation_id AS id FROM sighting").all();
  const ids = new Map<string, string>();
  let doubled = 0;
  for (const row of rows) {
    const name = String(row.identity);
    if (ids.has(name)) doubled += 1;
    ids.set(name, String(row.id));
  }
  // A deviation in two cases stands once among the sightings, but is counted by both.
  const inCases = numberOf(model, "SELECT SUM(deviations) AS n FROM case_row");
  return { ids, doubled: doubled + inCases - rows.length };
}

function decisionsOf(model: DatabaseSync, said: ReadonlySet<string>) {
  const rows = model.prepare("SELECT id, outcome FROM decision").all();
  const recorded = new Map(rows.map((row) => [String(row.id), row.outcome]));
  const count = (outcome: string | null) => rows.filter((row) => row.outcome === outcome).length;
  const unrecorded = [...said].filter((id) => !recorded.has(id)).length;
  const doubled = numberOf(
    model,
    `SELECT COUNT(*) AS n FROM (
       SELECT body ->> '$.act.decisionId' AS id FROM case_event
       WHERE body ->> '$.act.type' IN ('decision-applied', 'decision-refused')
       GROUP BY id HAVING COUNT(*) > 1)`,
  );
  return {
    decided: rows.length,
    applied: count("applied"),
    refused: count("refused"),
    lost: unrecorded + count(null),
    doubled,
  };
}

/** Messages that the stream holds more than once, by their ids. */
async function storedTwice(stage: Stage): Promise<number> {
  const broker = await stage.site.broker();
  const seen = new Set<string>();
  let twice = 0;
  const stop = new AbortController();
  for await (const { bytes, pending } of broker.tail(STREAMS.deviations, 0, stop.signal)) {
    const { id } = JSON.parse(new TextDecoder().decode(bytes)) as { id: string };
    if (seen.has(id)) twice += 1;
    seen.add(id);
    if (pending === 0) break;
  }
  stop.abort();
  return twice;
}
