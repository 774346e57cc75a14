import { type JetStreamManager, NatsError } from "nats";
import type { Mark } from "./broker.ts";
import { whileElecting } from "./electing.ts";
import type { StreamName } from "./streams.ts";

/** What stands in this place of a stream, as its leader knows it; null for nothing. */
export async function markAt(
  { streams }: Pick<JetStreamManager, "streams">,
  stream: StreamName,
  seq: number,
): Promise<Mark | null> {
  try {
    const { header, time } = await whileElecting(() => streams.getMessage(stream, { seq }));
    return { id: header.get("Nats-Msg-Id"), storedMs: time.getTime() };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether the broker has answered that it has no such message. */
export function isMissing(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.code === 404;
}
