import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Broker } from "../broker/broker.ts";
import { reviewSubject, STREAMS, viewsSubject } from "../broker/streams.ts";
import type { Projector } from "../read_model/projector.ts";
import { PersonalRecord, type SavedView } from "./records.ts";

/** A case as somebody saw it. */
export interface Seen {
  caseId: string;
  /** Sequence of the case's last event that they saw; 0 for 'not yet'. */
  upTo: number;
}

/** Writes what people keep for themselves; each stands in the read model when it resolves. */
export interface Personal {
  review(personId: string, seen: readonly Seen[]): Promise<void>;
  /** Everything that stirred up to the sequence counts as seen. */
  reviewAll(personId: string, upTo: number): Promise<void>;
  /** Replaces all views, written upon the version with `sequence` (0 for the first). */
  saveViews(personId: string, views: SavedView[], sequence: number): Promise<Result<true>>;
}

const encoder = new TextEncoder();

export function personalStore(broker: Broker, projector: Projector): Personal {
  async function write(subject: string, record: PersonalRecord, lastSubjectSequence?: number) {
    const bytes = encoder.encode(JSON.stringify(PersonalRecord.parse(record)));
    return await broker.append(subject, bytes, { id: crypto.randomUUID(), lastSubjectSequence });
  }

  async function reached(sequence: number): Promise<void> {
    await projector.reached(STREAMS.personal, sequence);
  }

  return {
    async review(personId, seen) {
      const written = await Promise.all(
        seen.map(({ caseId, upTo }) =>
          write(reviewSubject(personId, caseId), {
            contractVersion: CONTRACT_VERSION,
            type: "reviewed",
            personId,
            caseId,
            upTo,
          })
        ),
      );
      const last = Math.max(0, ...written.map((one) => one.type === "stored" ? one.sequence : 0));
      if (last > 0) await reached(last);
    },

    async reviewAll(personId, upTo) {
      const written = await write(reviewSubject(personId, "all"), {
        contractVersion: CONTRACT_VERSION,
        type: "reviewed-all",
        personId,
        upTo,
      });
      if (written.type === "stored") await reached(written.sequence);
    },

    async saveViews(personId, views, sequence) {
      const written = await write(viewsSubject(personId), {
        contractVersion: CONTRACT_VERSION,
        type: "views",
        personId,
        views,
      }, sequence);
      if (written.type === "conflict") {
        return refused("Your views were changed in another window first; please look again");
      }
      await reached(written.sequence);
      return { ok: true, value: true };
    },
  };
}
