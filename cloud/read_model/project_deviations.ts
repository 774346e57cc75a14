import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import type { ReadDeviation, Reading } from "../ingest/read_deviation.ts";
import { deviationReader } from "./deviation_reader.ts";
import { type Claimed, claimedOf, refusedRevisions } from "./refused_revisions.ts";

/** Writes deviations into the tables; one that no case knows yet waits there to be bundled. */
export function deviationProjection(
  database: DatabaseSync,
  reading: Reading,
  arrived: (address: Address, revisions: number, storedMs: number) => void = () => {},
) {
  const known = database.prepare(
    "SELECT revision, site, device, printer FROM deviation WHERE id = ?",
  );
  const write = database.prepare("INSERT OR REPLACE INTO deviation VALUES (?, ?, ?, ?, ?, ?, ?)");
  const bundled = database.prepare(
    "SELECT 1 AS yes FROM sighting WHERE deviation_id = ? AND revision >= ?",
  );
  const wait = database.prepare("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)");
  const signers = signerTable(database);
  const refusals = refusedRevisions(database);

  /** What is refused here has arrived all the same. */
  function project(message: Stored, result: Result<ReadDeviation>): Result<unknown> {
    const taken = take(message, result);
    const claimed = taken.ok ? null : claimedOf(message);
    if (claimed === null) return taken;
    const { address, id, revision } = claimed;
    const row = known.get(id);
    const accepted = ownerIssue(row, address, id) === null ? Number(row?.revision ?? 0) : 0;
    const before = refusals.highest(address, id);
    if (revision > before) refusals.remember(claimed);
    count(claimed, Math.max(accepted, before), message.storedMs);
    return taken;
  }

  function count({ address, revision }: Claimed, before: number, storedMs: number): void {
    if (revision > before) arrived(address, revision - before, storedMs);
  }

  function take(message: Stored, result: Result<ReadDeviation>): Result<unknown> {
    if (!result.ok) return result;
    const { address, id, revision, sighting } = result.value;
    const { site, device, printer } = address;
    const before = known.get(id);
    const issue = signers.issueOf(address, message.signature) ?? ownerIssue(before, address, id);
    if (issue) return refused(issue);
    const accepted = Number(before?.revision ?? 0);
    if (accepted >= revision) return result;
    write.run(id, revision, site, device, printer, message.storedMs, message.bytes);
    count(result.value, Math.max(accepted, refusals.highest(address, id)), message.storedMs);
    if (sighting !== null && !bundled.get(id, revision)) {
      wait.run(message.sequence, id, revision, site, device, printer, sighting);
    }
    return result;
  }

  return { read: deviationReader(database, reading), project };
}

function ownerIssue(
  before: Record<string, unknown> | undefined,
  { site, device, printer }: Address,
  id: string,
): string | null {
  const same = !before ||
    before.site === site && before.device === device && before.printer === printer;
  return same ? null : `Cannot take a deviation: id '${id}' belongs to another printer`;
}

/**
 * Which devices sign: from a device's first signed message on, an unsigned one of it is refused.
 * So guards that don't sign yet are heard, and nobody can take a signature away unseen.
 */
function signerTable(database: DatabaseSync) {
  const add = database.prepare("INSERT OR IGNORE INTO signer VALUES (?, ?)");
  const rows = database.prepare("SELECT site, device FROM signer").all();
  const signing = new Set(rows.map(({ site, device }) => `${site}.${device}`));
  return {
    issueOf({ site, device }: Address, signature: string): string | null {
      const name = `${site}.${device}`;
      if (signature === "") {
        return signing.has(name)
          ? `Cannot believe a message: device '${device}' signs, and a signature was required, got none`
          : null;
      }
      if (!signing.has(name)) add.run(site, device);
      signing.add(name);
      return null;
    },
  };
}
