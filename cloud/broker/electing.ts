import { NatsError } from "nats";
import { wait } from "../../shared/wait.ts";
import { BrokerAwayError } from "./broker.ts";

/** A cluster's members agree on who leads a stream within some seconds. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 250;

/**
 * Asks again while a stream has no leader, which says nothing about the stream.
 *
 * @throws {BrokerAwayError} if it had none for 8 s
 */
export async function whileElecting<T>(ask: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (!isElecting(error)) throw error;
      if (performance.now() > endMs) throw awayError(error);
      await wait(PAUSE_MS);
    }
  }
}

function awayError(cause: unknown): BrokerAwayError {
  const seconds = PATIENCE_MS / 1000;
  return new BrokerAwayError(
    `Cannot ask the broker: an answer within ${seconds} s was required, got none`,
    { cause },
  );
}

/** Nobody answered for the stream, or its answer didn't come in time. */
function isElecting(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  return error.code === "503" || error.code === "TIMEOUT" || error.api_error?.code === 503;
}
