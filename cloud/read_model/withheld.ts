import type { DatabaseSync } from "node:sqlite";
import { edgeSource } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { Delivered, Presence } from "../../shared/presence.ts";

/** What a guard says of its deliveries counts once it has stood for so long, ms. */
export const STANDS_AFTER_MS = 30_000;

/** A guard takes less than this from counting its deliveries to the broker's storing the count, ms. */
export const UNDER_WAY_MS = 5_000;

/** What a guard has said of its deliveries, as far as it matters. */
export interface Promised {
  since: number;
  /**
   * What had arrived before the guard's count began. Too little of it, as while the tables are built
   * anew, hides what is withheld, and accuses nobody; too much would accuse a faithful broker. Null
   * while something was on its way each time a count came: then nothing is taken to be older.
   */
  base: number | null;
  told: number;
  toldMs: number;
  /** The last count that has stood for long enough: what it counts must have arrived. */
  stands: number;
}

/**
 * Takes a guard's count of its deliveries [pure]. The streams are read side by side, so a count is
 * held against what has arrived only after a while.
 *
 * @param arrived the sum of the highest revisions that have arrived so far; null while some of them
 *   may be missing from the count, since the guard hadn't heard of them yet: the base is left open
 */
export function promisedNext(
  before: Promised | null,
  { since, revisions: told }: Delivered,
  toldMs: number,
  arrived: number | null,
): Promised {
  if (before?.since !== since) {
    return { since, base: baseOf(told, arrived), told, toldMs, stands: 0 };
  }
  // It never counts back: a smaller one is an older presence, shown again.
  if (told < before.told) return before;
  const base = before.base ?? baseOf(told, arrived);
  if (toldMs - before.toldMs >= STANDS_AFTER_MS) {
    return { ...before, base, told, toldMs, stands: before.told };
  }
  return base === before.base ? before : { ...before, base };
}

function baseOf(told: number, arrived: number | null): number | null {
  return arrived === null ? null : Math.max(0, arrived - told);
}

/** Revisions that a guard has delivered and that never arrived [pure]: somebody kept them. */
export function withheldOf(promised: Promised | null, arrived: number): number {
  return promised === null ? 0 : Math.max(0, promised.stands - (arrived - (promised.base ?? 0)));
}

interface Arrived {
  address: Address;
  revisions: number;
  /** When the broker stored the last of them. */
  lastMs: number;
}

/** Keeps what has arrived of each printer's deviations, and what its guard says of that. */
export function withheldProjection(database: DatabaseSync) {
  const more = new Map<string, Arrived>();
  const add = database.prepare(
    `INSERT INTO arrived VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (site, device, printer)
     DO UPDATE SET revisions = revisions + ?4, last_ms = MAX(last_ms, ?5)`,
  );
  const read = database.prepare(
    `SELECT promised.body, arrived.revisions, arrived.last_ms FROM (SELECT ?1 AS site, ?2 AS device, ?3 AS printer)
     LEFT JOIN promised USING (site, device, printer)
     LEFT JOIN arrived USING (site, device, printer)`,
  );
  const write = database.prepare("INSERT OR REPLACE INTO promised VALUES (?, ?, ?, ?)");

  /** Adds what was put off; once per transaction, since one message is much too little for it. */
  function finish(): void {
    for (const { address: { site, device, printer }, revisions, lastMs } of more.values()) {
      add.run(site, device, printer, revisions, lastMs);
    }
    more.clear();
  }

  return {
    finish,
    arrived(address: Address, revisions: number, storedMs: number): void {
      const key = edgeSource(address);
      const known = more.get(key) ?? { address, revisions: 0, lastMs: 0 };
      known.revisions += revisions;
      known.lastMs = Math.max(known.lastMs, storedMs);
      more.set(key, known);
    },
    told(address: Address, { delivered, counters }: Presence, storedMs: number): void {
      if (!delivered) return;
      finish();
      const { site, device, printer } = address;
      const row = read.get(site, device, printer);
      const before = typeof row?.body === "string" ? JSON.parse(row.body) as Promised : null;
      // What the guard still had in hand may have arrived already; so may what it sent after counting.
      const isSettled = counters.outboxPending === 0 &&
        Number(row?.last_ms ?? -Infinity) < storedMs - UNDER_WAY_MS;
      const arrived = isSettled ? Number(row?.revisions ?? 0) : null;
      const next = promisedNext(before, delivered, storedMs, arrived);
      if (next !== before) write.run(site, device, printer, JSON.stringify(next));
    },
  };
}
