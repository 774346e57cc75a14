import { NatsError } from "nats";

/** A cluster's members agree on who leads a stream within some seconds. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 250;

/** Asks again while a stream has no leader, which says nothing about the stream. */
export async function whileElecting<T>(ask: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (!isElecting(error) || performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Nobody answered for the stream, or its answer didn't come in time. */
function isElecting(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  return error.code === "503" || error.code === "TIMEOUT" || error.api_error?.code === 503;
}
