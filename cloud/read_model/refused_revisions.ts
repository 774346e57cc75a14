import type { DatabaseSync } from "node:sqlite";
import { type Address, Uuid } from "../../shared/ids.ts";
import { parseSubject } from "../../shared/subjects.ts";
import type { Stored } from "../broker/broker.ts";

/** More revisions of one deviation nobody sends; what claims to be a later one is taken for this. */
const REVISION_MAX = 1000;

/** A revision of a printer's deviation, as its message calls itself. */
export interface Claimed {
  address: Address;
  id: string;
  revision: number;
}

/** What a message claims to be by its subject and id alone [pure]; null if by these it is nothing. */
export function claimedOf({ subject, id }: Pick<Stored, "subject" | "id">): Claimed | null {
  const place = parseSubject(subject);
  const [deviation, text = ""] = id.split(".");
  const revision = Number(text);
  if (!place.ok || place.value.type !== "deviation" || !Uuid.safeParse(deviation).success) {
    return null;
  }
  if (!Number.isInteger(revision) || revision < 1) return null;
  return {
    address: place.value.address,
    id: deviation!,
    revision: Math.min(revision, REVISION_MAX),
  };
}

/**
 * Remembers what was refused here though the broker had acknowledged it to its guard: it did
 * arrive, and nobody on the way has withheld it.
 */
export function refusedRevisions(database: DatabaseSync) {
  const read = database.prepare(
    `SELECT revision FROM refused_revision
     WHERE site = ? AND device = ? AND printer = ? AND deviation_id = ?`,
  );
  const write = database.prepare("INSERT OR REPLACE INTO refused_revision VALUES (?, ?, ?, ?, ?)");
  return {
    /** The highest that was refused of a printer's deviation; 0 for none. */
    highest: ({ site, device, printer }: Address, id: string): number =>
      Number(read.get(site, device, printer, id)?.revision ?? 0),
    remember({ address: { site, device, printer }, id, revision }: Claimed): void {
      write.run(site, device, printer, id, revision);
    },
  };
}
