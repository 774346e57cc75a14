import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const OUTBOX = "edge.db";
const Waiting = z.array(z.object({ id: z.string(), revision: z.number().int() }));

/** A deviation that a guard has found and no broker has taken yet. */
export type Waiting = z.infer<typeof Waiting>[number];

/**
 * What a card's outbox still has to deliver, as the next start would find it: the highest revision
 * of each deviation.
 *
 * @param folder what `withDatabases` copied; empty if there is no outbox yet
 */
export async function waitingIn(folder: string): Promise<Waiting[]> {
  const file = join(folder, OUTBOX);
  if (!await Deno.stat(file).then(() => true, () => false)) return [];
  using database = new DatabaseSync(file);
  const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'message'").get();
  if (has === undefined) return [];
  return Waiting.parse(
    database.prepare(
      `SELECT about AS id, MAX(revision) AS revision FROM message
       WHERE class <> 'presence' GROUP BY about`,
    ).all(),
  );
}
