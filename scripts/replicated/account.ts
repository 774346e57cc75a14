import { STREAMS } from "../../cloud/broker/streams.ts";
import { decode } from "../../shared/codec.ts";
import type { Races } from "./races.ts";
import type { AlertReceiver } from "./receiver.ts";
import type { Traffic } from "./traffic.ts";
import type { Watcher } from "./watcher.ts";

/** What came through. */
export interface Figures {
  faults: number;
  /** Deviations that the broker said it keeps. */
  made: number;
  /** Of these, in no case at the end though the broker has them. */
  lost: number;
  /** Of these, no longer in the broker's stream, which had acknowledged them. */
  lostByBroker: number;
  /** In more than one case. */
  doubled: number;
  /** Threats that nobody was told of. */
  alertsLost: number;
  /** Threats that were told of under more than one key. */
  alertsDoubled: number;
  /** Alerts that came once more under their own key. */
  alertsRepeated: number;
  /** The longest way from a deviation's keeping to its alert, s. */
  alertS: number;
  races: number;
  oneWon: number;
  unclear: number;
  /** Cases that two experts decided, or whose decision went out twice. */
  split: number;
}

/** How many messages to printers each case has. */
export async function sentDecisions({ broker }: Watcher): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const { lastSequence, empty } = await broker.head(STREAMS.decisions);
  if (empty) return sent;
  const stop = new AbortController();
  for await (const { bytes, sequence } of broker.tail(STREAMS.decisions, 0, stop.signal)) {
    const decision = decode("decision", bytes);
    if (decision.ok) {
      const { caseId } = decision.value.data;
      sent.set(caseId, (sent.get(caseId) ?? 0) + 1);
    }
    if (sequence >= lastSequence) break;
  }
  return sent;
}

/** Every deviation that the stream holds at the end. */
export async function storedIds({ broker }: Watcher): Promise<Set<string>> {
  const ids = new Set<string>();
  const { lastSequence } = await broker.head(STREAMS.deviations);
  const stop = new AbortController();
  for await (const { id, sequence } of broker.tail(STREAMS.deviations, 0, stop.signal)) {
    ids.add(id.slice(0, id.lastIndexOf(".")));
    if (sequence >= lastSequence) break;
  }
  return ids;
}

/** What was made, told, decided and sent. */
export interface Evidence {
  stored: Set<string>;
  watcher: Watcher;
  traffic: Traffic;
  receiver: AlertReceiver;
  run: Races;
  decisions: Map<string, number>;
}

/** Counts it. */
export function account(
  faults: number,
  { watcher, traffic, receiver, run, decisions, stored }: Evidence,
): Figures {
  const { cases } = watcher.model;
  const counted = watcher.database.prepare(
    "SELECT COUNT(*) AS n FROM case_row, json_each(body, '$.sightings') WHERE value ->> 'deviationId' = ?",
  );
  const places = [...traffic.kept].map(([id, keptMs]) => {
    const caseId = cases.caseOfDeviation(id)?.about.id;
    const toldMs = caseId === undefined ? undefined : receiver.cases.get(caseId);
    return { times: Number(counted.get(id)?.n), toldMs, keptMs, stored: stored.has(id) };
  });
  const ways = places.flatMap(({ toldMs, keptMs }) => toldMs === undefined ? [] : toldMs - keptMs);
  const torn = [...run.cases].filter((id) =>
    (cases.caseById(id)?.about.decisions.length ?? 0) > 1 || (decisions.get(id) ?? 0) > 1
  );
  return {
    faults,
    made: places.length,
    lost: places.filter(({ times, stored }) => times === 0 && stored).length,
    lostByBroker: places.filter(({ times, stored }) => times === 0 && !stored).length,
    doubled: places.filter(({ times }) => times > 1).length,
    alertsLost: places.filter(({ toldMs, stored }) => toldMs === undefined && stored).length,
    alertsDoubled: [...receiver.told.values()].filter(({ size }) => size > 1).length,
    alertsRepeated: receiver.repeated(),
    alertS: Number((Math.max(0, ...ways) / 1000).toFixed(1)),
    races: run.cases.size,
    oneWon: run.clear,
    unclear: run.unclear,
    split: run.split + torn.length,
  };
}
