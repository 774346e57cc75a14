import type { Broker, Settlement, Stored } from "../broker/broker.ts";
import { insightSubject } from "../broker/streams.ts";
import { presenceReader } from "../ingest/presence_reader.ts";
import type { Reading } from "../ingest/read_deviation.ts";
import type { InsightQueries } from "../read_model/insight_queries.ts";
import { type InsightRecord, keyOf, recordsOf } from "./records.ts";

/**
 * Keeps what presence says of prints, times and wear: each once, under a subject of its own that
 * takes one message only, so that several aggregators and a repeat do no harm.
 */
export function createInsightRecorder(
  broker: Pick<Broker, "append">,
  known: Pick<InsightQueries, "has">,
  senderOf: Reading["senderOf"],
) {
  const read = presenceReader(senderOf);
  async function keep(record: InsightRecord): Promise<void> {
    const subject = insightSubject(record.type, record.address, keyOf(record));
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    await broker.append(subject, bytes, { id: subject, lastSubjectSequence: 0 });
  }

  return async function handle(message: Stored): Promise<Settlement> {
    const received = await read(message);
    // Whoever records outcomes says what is wrong with it.
    if (!received.ok) return { type: "done" };
    const { address, value } = received.value;
    for (const record of recordsOf(address, value, message.storedMs)) {
      if (!known.has(record.type, address, keyOf(record))) await keep(record);
    }
    return { type: "done" };
  };
}
