import type { Logger } from "@logtape/logtape";
import { connect, headers, type NatsConnection } from "nats";
import { certificateIssue } from "../../shared/broker_tls_shell.ts";
import { SIGNATURE_HEADER } from "../../shared/signing.ts";
import { isStaged } from "../../shared/staged.ts";
import { surviveReset } from "../../shared/survive_reset.ts";
import { wait } from "../../shared/wait.ts";
import { isFinal, reasonOf } from "./broker_fault.ts";
import { type BrokerOptions, connectionOptions } from "./broker_options.ts";
import type { Deliverer, Delivery } from "./delivery.ts";
import type { BrokerHandlers } from "./incoming.ts";
import { OrderedSigner } from "./ordered_signer.ts";
import type { OutboxMessage } from "./outbox_message.ts";
import { serveCommands } from "./serve_commands.ts";
import { serveDecisions } from "./serve_decisions.ts";

const LOST = new Error("the connection was lost");
/**
 * A lost connection ends the wait at once. An agent that is starved of its core takes seconds to read
 * an answer that has come long ago, and would send the same again and again.
 */
const PUBLISH_TIMEOUT_MS = 20_000;
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 30_000;

/** The edge's one connection to NATS. It reconnects forever and never blocks a start. */
export class Broker implements Deliverer {
  #connection: NatsConnection | null = null;
  #up = false;
  readonly #signer: OrderedSigner;
  /** Ends the wait for each acknowledgement that is still to come. */
  #unanswered = new Set<(lost: Error) => void>();
  #stopped = new AbortController();

  constructor(
    private readonly options: BrokerOptions,
    private readonly handlers: BrokerHandlers,
    private readonly log: Logger,
  ) {
    this.#signer = new OrderedSigner(options.signingSeed);
  }

  get connected(): boolean {
    return this.#up;
  }

  /** Connects, and serves until `close`. */
  async run(): Promise<void> {
    const signal = this.#stopped.signal;
    let retryMs = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        surviveReset();
        const connection = await connect(connectionOptions(this.options));
        retryMs = RETRY_FIRST_MS;
        await this.#serve(connection);
      } catch (error) {
        this.log.warn("no connection to {url}: {reason}; next attempt in {retryS} s", {
          url: this.options.url,
          reason: await this.#whyNot(error),
          retryS: retryMs / 1000,
        });
      }
      await wait(retryMs, signal);
      retryMs = Math.min(retryMs * 2, RETRY_LONGEST_MS);
    }
  }

  /** Why there is no connection; a certificate's fault in words. */
  async #whyNot(error: unknown): Promise<string> {
    const { url, caFile } = this.options;
    return await certificateIssue(url, caFile, error, Date.now()) ?? reasonOf(error);
  }

  async #serve(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    const stop = () => void connection.close();
    this.#stopped.signal.addEventListener("abort", stop);
    this.#setUp(true);
    serveCommands(connection, this.options, this.handlers, this.log);
    // The client may leave this iteration without an end when it closes: nothing waits for it.
    void this.#watch(connection);
    const { device } = this.options;
    const deciding = serveDecisions(connection, device, this.handlers, this.log);
    if (this.#stopped.signal.aborted) stop();
    const error = await connection.closed();
    this.#stopped.signal.removeEventListener("abort", stop);
    this.#connection = null;
    this.#setUp(false);
    await deciding;
    if (error) throw error;
  }

  #setUp(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    // What is on its way is handed over again under its id: its answer would only be waited for.
    if (!up) { for (const give of this.#unanswered) give(LOST); }
    this.log.info(up ? "connected to {url}" : "disconnected from {url}", {
      url: this.options.url,
    });
    this.handlers.connection(up);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect") this.#setUp(false);
      else if (status.type === "reconnect") this.#setUp(true);
      else if (status.type === "error") {
        this.log.warn("the broker says: {reason}", {
          reason: `${status.data} ${JSON.stringify(status.permissionContext ?? {})}`,
        });
      }
    }
  }

  /** Hands a message to JetStream and waits for its acknowledgement. */
  async deliver(
    message: Pick<OutboxMessage, "subject" | "bytes"> & { msgId?: string },
  ): Promise<Delivery> {
    const connection = this.#connection;
    if (!connection || !this.#up) return away("no connection");
    try {
      const signed = headers();
      signed.set(SIGNATURE_HEADER, await this.#signer.sign(message.bytes));
      if (!this.#up) return away(LOST.message);
      const sent = connection.jetstream({ timeout: PUBLISH_TIMEOUT_MS })
        .publish(message.subject, message.bytes, {
          headers: signed,
          ...(message.msgId ? { msgID: message.msgId } : {}),
        });
      const ack = await this.#whileConnected(sent);
      if (isStaged(ack)) return { outcome: "unavailable", reason: "known by its id, not stored" };
      return { outcome: "stored" };
    } catch (error) {
      if (error === LOST) return away(LOST.message);
      return { outcome: isFinal(error) ? "refused" : "unavailable", reason: reasonOf(error) };
    }
  }

  #whileConnected<T>(answer: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#unanswered.add(reject);
    answer.then(resolve, reject).finally(() => this.#unanswered.delete(reject));
    return promise;
  }

  /** Ends the connection and `run`. */
  close(): void {
    this.#stopped.abort();
  }
}

function away(reason: string): Delivery {
  return { outcome: "unavailable", reason, away: true };
}
