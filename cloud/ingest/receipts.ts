import { getLogger } from "@logtape/logtape";
import { edgeSource } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { ReceiptOrder, Revision } from "../../shared/receipt_order.ts";
import type { Broker, Settlement, Stored } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import { type Ask, ORDER_VALID_MS } from "../commands/ask.ts";
import type { ArrivalQueries } from "../read_model/arrival_queries.ts";
import type { Projector } from "../read_model/projector.ts";
import { presenceReader } from "./presence_reader.ts";
import type { Reading } from "./read_deviation.ts";

/** A guard asks again with each presence: an older one has been followed by others, ms. */
const FRESH_MS = 60_000;

export interface ReceiptParts {
  broker: Pick<Broker, "head">;
  arrivals: ArrivalQueries;
  projector: Pick<Projector, "reached">;
  ask: Ask;
  senderOf: Reading["senderOf"];
  now: () => Date;
}

/**
 * Answers guards that ask what has become of deviations that the broker acknowledged to them, by a
 * signed receipt: what arrived they may forget, what the broker lost they send again. Any replica
 * may answer; a receipt that is lost is asked for again.
 */
export function createReceiptGiver({ broker, projector, ask, ...parts }: ReceiptParts) {
  const { arrivals, senderOf, now } = parts;
  const read = presenceReader(senderOf);
  const logger = getLogger(["printwarden", "ingest"]);

  async function give(address: Address, asked: readonly Revision[]): Promise<void> {
    // What was acknowledged before it was asked after stands up to here in the stream, or nowhere.
    const { lastSequence } = await broker.head(STREAMS.deviations);
    if (!await projector.reached(STREAMS.deviations, lastSequence)) return;
    const order = receiptOf(arrivals, address, asked, now());
    const source = edgeSource(address);
    if (order.missing.length > 0) {
      const count = order.missing.length;
      logger.warn("{count} deviations of {source} were acknowledged by the broker and lost", {
        count,
        source,
      });
    }
    const answer = await ask(address, "receipt", "receipt", order);
    if (answer.type === "refused") logger.warn("{issue}", { issue: answer.issue });
  }

  return async function handle(message: Stored): Promise<Settlement> {
    const received = await read(message);
    // Whoever records outcomes says what is wrong with it.
    if (!received.ok) return { type: "done" };
    const { address, value: { unconfirmed = [] } } = received.value;
    const isFresh = now().getTime() - message.storedMs < FRESH_MS;
    if (unconfirmed.length > 0 && isFresh) await give(address, unconfirmed);
    return { type: "done" };
  };
}

/** What is said of each revision that a guard asked after, as the read model has it. */
export function receiptOf(
  arrivals: ArrivalQueries,
  target: Address,
  asked: readonly Revision[],
  at: Date,
): ReceiptOrder {
  const isHere = ({ id, revision }: Revision) => arrivals.highest(target, id) >= revision;
  return {
    target,
    expiresWallTime: new Date(at.getTime() + ORDER_VALID_MS).toISOString(),
    stored: asked.filter(isHere),
    missing: asked.filter((revision) => !isHere(revision)),
  };
}
