import { getLogger } from "@logtape/logtape";
import { wait } from "../../shared/wait.ts";
import type { Broker } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import type { AuditQueries } from "../read_model/audit_queries.ts";
import type { Projector } from "../read_model/projector.ts";
import { appendRow, auditHead, OWN_ROW_MS } from "./audit_log.ts";
import type { AuditNote } from "./records.ts";

const AT_ONCE_MAX = 500;

export interface SweepParts {
  broker: Pick<Broker, "append" | "last">;
  audit: AuditQueries;
  projector: Pick<Projector, "reached">;
}

/**
 * Writes the rows of acts whose writer died, or lost the broker, before it could. A row is written
 * upon the last one that the read model knows, which must not have it: so it stands there once,
 * however late it comes and whoever else writes it meanwhile.
 *
 * @returns what to run for as long as this replica leads.
 */
export function createAuditSweep(parts: SweepParts): (signal: AbortSignal) => Promise<void> {
  const { audit } = parts;
  const logger = getLogger(["printwarden", "audit"]);

  return async function sweep(signal) {
    let before = new Set<string>();
    while (!signal.aborted) {
      const due = audit.due(AT_ONCE_MAX);
      try {
        for (const note of due) {
          if (before.has(note.id) && !signal.aborted) await writeOne(parts, note);
        }
      } catch (error) {
        logger.warn("Cannot write the row of an act, trying again: {error}", { error });
      }
      before = new Set(due.map(({ id }) => id));
      await wait(OWN_ROW_MS, signal);
    }
  };
}

/** Writes one row, unless it stands there or somebody else wrote first: the next look tells. */
async function writeOne({ broker, audit, projector }: SweepParts, note: AuditNote): Promise<void> {
  const head = await auditHead(broker);
  const known = head.sequence === 0 || await projector.reached(STREAMS.audit, head.sequence);
  if (known && audit.isDue(note.id)) await appendRow(broker, note, head);
}
