import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Delivered } from "../../shared/presence.ts";

/** What a guard says of its deliveries counts once it has stood for so long, ms. */
export const STANDS_AFTER_MS = 30_000;

/** What a guard has said of its deliveries, as far as it matters. */
export interface Promised {
  since: number;
  /**
   * What had arrived before the guard's count began. Too little of it, as while the tables are built
   * anew, hides what is withheld, and accuses nobody.
   */
  base: number;
  told: number;
  toldMs: number;
  /** The last count that has stood for long enough: what it counts must have arrived. */
  stands: number;
}

/**
 * Takes a guard's count of its deliveries [pure]. The streams are read side by side, so a count is
 * held against what has arrived only after a while.
 *
 * @param arrived the sum of the highest revisions that have arrived so far
 */
export function promisedNext(
  before: Promised | null,
  { since, revisions: told }: Delivered,
  toldMs: number,
  arrived: number,
): Promised {
  if (before?.since !== since) {
    return { since, base: Math.max(0, arrived - told), told, toldMs, stands: 0 };
  }
  if (toldMs - before.toldMs < STANDS_AFTER_MS) return before;
  return { ...before, told, toldMs, stands: before.told };
}

/** Revisions that a guard has delivered and that never arrived [pure]: somebody kept them. */
export function withheldOf(promised: Promised | null, arrived: number): number {
  return promised === null ? 0 : Math.max(0, promised.stands - (arrived - promised.base));
}

/** Keeps what has arrived of each printer's deviations, and what its guard says of that. */
export function withheldProjection(database: DatabaseSync) {
  const more = new Map<string, { address: Address; revisions: number }>();
  const add = database.prepare(
    `INSERT INTO arrived VALUES (?1, ?2, ?3, ?4) ON CONFLICT (site, device, printer)
     DO UPDATE SET revisions = revisions + ?4`,
  );
  const read = database.prepare(
    `SELECT promised.body, arrived.revisions FROM (SELECT ?1 AS site, ?2 AS device, ?3 AS printer)
     LEFT JOIN promised USING (site, device, printer)
     LEFT JOIN arrived USING (site, device, printer)`,
  );
  const write = database.prepare("INSERT OR REPLACE INTO promised VALUES (?, ?, ?, ?)");

  /** Adds what was put off; once per transaction, since one message is much too little for it. */
  function finish(): void {
    for (const { address: { site, device, printer }, revisions } of more.values()) {
      add.run(site, device, printer, revisions);
    }
    more.clear();
  }

  return {
    finish,
    arrived(address: Address, revisions: number): void {
      const key = `${address.site}.${address.device}.${address.printer}`;
      const known = more.get(key) ?? { address, revisions: 0 };
      known.revisions += revisions;
      more.set(key, known);
    },
    told({ site, device, printer }: Address, delivered: Delivered, storedMs: number): void {
      finish();
      const row = read.get(site, device, printer);
      const before = typeof row?.body === "string" ? JSON.parse(row.body) as Promised : null;
      const next = promisedNext(before, delivered, storedMs, Number(row?.revisions ?? 0));
      if (next !== before) write.run(site, device, printer, JSON.stringify(next));
    },
  };
}
