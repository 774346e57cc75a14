import type { ConnectionOptions } from "nats";
import { brokerServers } from "../../shared/broker_servers.ts";
import { brokerTls } from "../../shared/broker_tls_shell.ts";
import { brokerAuthenticator } from "./broker_authenticator.ts";

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

/** How the client is told to connect: it reconnects forever, and to these servers alone. */
export function connectionOptions({ url, device, seed, caFile }: BrokerOptions): ConnectionOptions {
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
