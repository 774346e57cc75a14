import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import { sightingOf } from "../cases/bundling.ts";
import { readDeviation } from "../ingest/read_message.ts";

/** Writes deviations into the tables; one that no case knows yet waits there to be bundled. */
export function deviationProjection(database: DatabaseSync) {
  const known = database.prepare(
    "SELECT revision, site, device, printer FROM deviation WHERE id = ?",
  );
  const write = database.prepare("INSERT OR REPLACE INTO deviation VALUES (?, ?, ?, ?, ?, ?, ?)");
  const bundled = database.prepare(
    "SELECT 1 AS yes FROM sighting WHERE deviation_id = ? AND revision >= ?",
  );
  const wait = database.prepare("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)");

  return function project(message: Stored): Result<unknown> {
    const received = readDeviation(message.subject, message.bytes);
    if (!received.ok) return received;
    const { address: { site, device, printer }, value } = received.value;
    const { id, revision } = value;
    const before = known.get(id);
    if (
      before && (before.site !== site || before.device !== device || before.printer !== printer)
    ) {
      return refused(`Cannot take a deviation: id '${id}' belongs to another printer`);
    }
    if (before && Number(before.revision) >= revision) return received;
    write.run(id, revision, site, device, printer, message.storedMs, JSON.stringify(value));
    if (!bundled.get(id, revision)) {
      const sighting = JSON.stringify(sightingOf(value));
      wait.run(message.sequence, id, revision, site, device, printer, sighting);
    }
    return received;
  };
}
