import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { CaseEvent } from "../cases/case_event.ts";
import { Lead } from "../cases/lead.ts";
import { jsonOf } from "./json.ts";

/** Knows who leads at this point of the stream of case events. */
export function leadProjection(database: DatabaseSync) {
  const read = database.prepare("SELECT sequence FROM lead");
  const write = database.prepare("INSERT OR REPLACE INTO lead VALUES (1, ?)");
  let current = Number(read.get()?.sequence ?? 0);
  return {
    project(sequence: number, bytes: Uint8Array): Result<null> {
      const lead = Lead.safeParse(jsonOf(bytes));
      if (!lead.success) return refused(`Cannot read a lead: ${lead.error.message}`);
      write.run(sequence);
      current = sequence;
      return { ok: true, value: null };
    },
    /** Why an event that a replica wrote by itself doesn't count, if it doesn't. */
    issueOf(event: CaseEvent): string | null {
      const bundled = event.act.type === "opened" || event.act.type === "joined";
      if (!bundled || event.actor.kind !== "aggregator") return null;
      const lead = event.lead ?? 0;
      return lead === current
        ? null
        : `Cannot bundle a deviation: lead ${current} was required, got ${lead}, which has ended`;
    },
  };
}
