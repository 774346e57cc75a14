import { connect, type NatsConnection, nkeyAuthenticator } from "nats";

const ANSWER_TIMEOUT_MS = 8_000;

/** A NATS server that isn't ours, to which messages are handed. */
export interface Outlet {
  /**
   * Resolves once a stream over there keeps the message; a repeat under the same id is dropped.
   *
   * @throws {Error} if it can't be reached, or no stream keeps that subject
   */
  publish(subject: string, bytes: Uint8Array, id: string): Promise<void>;
  close(): Promise<void>;
}

/** Connects when it is first needed, and again after a failure. */
export function openOutlet(url: string, nkeySeed: string | null): Outlet {
  let connecting: Promise<NatsConnection> | null = null;
  const connection = () =>
    connecting ??= connect({
      servers: url,
      name: "printwarden-forward",
      authenticator: nkeySeed === null
        ? undefined
        : nkeyAuthenticator(new TextEncoder().encode(nkeySeed.trim())),
      maxReconnectAttempts: -1,
      timeout: ANSWER_TIMEOUT_MS,
    }).catch((error) => {
      connecting = null;
      throw error;
    });
  return {
    async publish(subject, bytes, id) {
      const client = (await connection()).jetstream();
      await client.publish(subject, bytes, { msgID: id, timeout: ANSWER_TIMEOUT_MS });
    },
    async close() {
      await (await connecting?.catch(() => null))?.close();
    },
  };
}
