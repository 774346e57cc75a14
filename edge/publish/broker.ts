import { brokerAuthenticator } from "./broker_authenticator.ts";
import { brokerServers } from "../../shared/broker_servers.ts";
import type { Logger } from "@logtape/logtape";
import {
  connect,
  type ConnectionOptions,
  headers,
  type JsMsg,
  type Msg,
  type NatsConnection,
  NatsError,
  nkeys,
} from "nats";
import type { Deliverer, Delivery } from "./delivery.ts";
import type { OutboxMessage } from "./outbox.ts";
import { brokerTls, certificateIssue } from "../../shared/broker_tls_shell.ts";
import { deviceFilter } from "../../shared/subjects.ts";
import { deviceSigningKey } from "../../shared/device_key.ts";
import { CONFIRMATIONS_HEADER } from "../../shared/expert.ts";
import { REGISTRATION_HEADER } from "../../shared/registrar.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../shared/signing.ts";
import { surviveReset } from "../../shared/survive_reset.ts";
import { wait } from "../../shared/wait.ts";

/** The stream of signed decisions; each device has a durable consumer of its own name on it. */
export const DECISION_STREAM = "PW_DECISIONS";

const LOST = new Error("the connection was lost");
/**
 * A lost connection ends the wait at once. An agent that is starved of its core takes seconds to read
 * an answer that has come long ago, and would send the same again and again.
 */
const PUBLISH_TIMEOUT_MS = 20_000;
/** Decisions that wait at the edge at the same time; more stay with the broker. */
const DECISIONS_AT_ONCE = 16;
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 30_000;
/** Where a reply may go: a client's inbox and nowhere else. */
const INBOX = /^_INBOX[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]+$/;

/** A message from the broker, still undecoded. */
export interface Incoming {
  subject: string;
  bytes: Uint8Array;
  signature: string;
  /** What experts' own passkeys signed; of a decision only. */
  confirmations?: string;
  /** What whoever registered a job signed; of a job's order only. */
  registration?: string;
}

export interface BrokerHandlers {
  /** A decision: resolving means that it is dealt with for good, throwing that it comes again. */
  decision(incoming: Incoming): Promise<void>;
  /** A request; its reply in bytes. */
  command(incoming: Incoming): Promise<Uint8Array>;
  /** The connection came or went. */
  connection(up: boolean): void;
}

export interface BrokerOptions {
  url: string;
  site: string;
  device: string;
  /** The nkey seed, or the text of a credentials file, that the broker lets this device in by. */
  seed: Uint8Array;
  /**
   * The seed that it signs with. Never the same: whoever asks for the first may have it sign any
   * text, and that text could be a message.
   */
  signingSeed: Uint8Array;
  caFile: string | null;
}

/** The one place of the edge that speaks NATS. It reconnects forever and never blocks a start. */
export class Broker implements Deliverer {
  #connection: NatsConnection | null = null;
  #up = false;
  #key: SigningKey | null = null;
  /** Resolves once the message that was handed over last may leave. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Ends the wait for each acknowledgement that is still to come. */
  #unanswered = new Set<(lost: Error) => void>();
  #stopped = new AbortController();

  constructor(
    private readonly options: BrokerOptions,
    private readonly handlers: BrokerHandlers,
    private readonly log: Logger,
  ) {}

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
        const connection = await connect(this.#connectionOptions());
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

  #connectionOptions(): ConnectionOptions {
    const { url, device, seed, caFile } = this.options;
    return {
      servers: brokerServers(url),
      name: device,
      authenticator: brokerAuthenticator(seed),
      inboxPrefix: `_INBOX_${device}`,
      resolve: false,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 1000,
      reconnectJitter: 1000,
      ignoreAuthErrorAbort: true,
      ignoreClusterUpdates: true,
      pingInterval: 20_000,
      maxPingOut: 2,
      timeout: 10_000,
      tls: brokerTls(url, caFile),
    };
  }

  async #serve(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    const stop = () => void connection.close();
    this.#stopped.signal.addEventListener("abort", stop);
    this.#setUp(true);
    this.#serveCommands(connection);
    // The client may leave this iteration without an end when it closes: nothing waits for it.
    void this.#watch(connection);
    const deciding = this.#serveDecisions(connection);
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
      signed.set(SIGNATURE_HEADER, await this.#sign(message.bytes));
      if (!this.#up) return away(LOST.message);
      const sent = connection.jetstream({ timeout: PUBLISH_TIMEOUT_MS })
        .publish(message.subject, message.bytes, {
          headers: signed,
          ...(message.msgId ? { msgID: message.msgId } : {}),
        });
      await this.#whileConnected(sent);
      return { outcome: "stored" };
    } catch (error) {
      if (error === LOST) return away(LOST.message);
      return { outcome: isFinal(error) ? "refused" : "unavailable", reason: reasonOf(error) };
    }
  }

  #whileConnected(answer: Promise<unknown>): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#unanswered.add(reject);
    answer.then(resolve, reject).finally(() => this.#unanswered.delete(reject));
    return promise;
  }

  /** The device's own key signs what it says: so the broker can't speak in its name. */
  #sign(bytes: Uint8Array): Promise<string> {
    const key = this.#key ??= deviceKey(this.options.signingSeed);
    // Signed side by side, as each takes turns of a busy loop; yet messages must leave in the order
    // in which they were handed over.
    const mine = Promise.all([signDetached(bytes, key), this.#turn]).then(([signed]) => signed);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #serveDecisions(connection: NatsConnection): Promise<void> {
    const closed = new AbortController();
    void connection.closed().then(() => closed.abort());
    while (!closed.signal.aborted) {
      try {
        const consumer = await connection.jetstream()
          .consumers.get(DECISION_STREAM, this.options.device);
        const messages = await consumer.consume({ max_messages: DECISIONS_AT_ONCE });
        // A closed connection alone would leave the iteration below waiting for ever.
        closed.signal.addEventListener("abort", () => void messages.close());
        for await (const message of messages) await this.#handleDecision(message);
      } catch (error) {
        if (closed.signal.aborted) return;
        this.log.warn("no decisions from {stream}: {reason}", {
          stream: DECISION_STREAM,
          reason: reasonOf(error),
        });
      }
      await wait(RETRY_FIRST_MS * 10, closed.signal);
    }
  }

  async #handleDecision(message: JsMsg): Promise<void> {
    try {
      await this.handlers.decision({
        subject: message.subject,
        bytes: message.data,
        signature: message.headers?.get(SIGNATURE_HEADER) ?? "",
        confirmations: message.headers?.get(CONFIRMATIONS_HEADER) ?? "",
      });
      message.ack();
    } catch (error) {
      this.log.error("decision on {subject} could not be dealt with yet: {reason}", {
        subject: message.subject,
        reason: reasonOf(error),
      });
      message.nak(RETRY_FIRST_MS * 10);
    }
  }

  #serveCommands(connection: NatsConnection): void {
    const { site, device } = this.options;
    connection.subscribe(deviceFilter(site, device, "command.*"), {
      callback: (error, message) => {
        if (error) this.log.warn("no commands: {reason}", { reason: reasonOf(error) });
        else void this.#handleCommand(message);
      },
    });
  }

  async #handleCommand(message: Msg): Promise<void> {
    if (!message.reply || !INBOX.test(message.reply)) {
      this.log.warn("command on {subject} refused: its reply must go to an inbox", {
        subject: message.subject,
      });
      return;
    }
    try {
      message.respond(
        await this.handlers.command({
          subject: message.subject,
          bytes: message.data,
          signature: message.headers?.get(SIGNATURE_HEADER) ?? "",
          registration: message.headers?.get(REGISTRATION_HEADER) ?? "",
        }),
      );
    } catch (error) {
      this.log.error("command on {subject} failed: {reason}", {
        subject: message.subject,
        reason: reasonOf(error),
      });
    }
  }

  /** Ends the connection and `run`. */
  close(): void {
    this.#stopped.abort();
  }
}

function deviceKey(seed: Uint8Array): SigningKey {
  const text = new TextDecoder().decode(seed).trim();
  return deviceSigningKey(text, nkeys.fromSeed(new TextEncoder().encode(text)).getPublicKey());
}

function away(reason: string): Delivery {
  return { outcome: "unavailable", reason, away: true };
}

/** Whether the same message would be refused again: permission, size, a wrong request. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  if (error.api_error) return error.api_error.code >= 400 && error.api_error.code < 500;
  return error.isPermissionError() || error.code === "MAX_PAYLOAD_EXCEEDED" ||
    error.code === "BAD_SUBJECT";
}

function reasonOf(error: unknown): string {
  if (error instanceof NatsError && error.code === "503") return "no stream takes this subject";
  return error instanceof Error ? error.message : String(error);
}
