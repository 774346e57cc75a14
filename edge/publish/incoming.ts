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

/** Whoever takes what comes from the broker. */
export interface BrokerHandlers {
  /** A decision: resolving means that it is dealt with for good, throwing that it comes again. */
  decision(incoming: Incoming): Promise<void>;
  /** A request; its reply in bytes. */
  command(incoming: Incoming): Promise<Uint8Array>;
  /** The connection came or went. */
  connection(up: boolean): void;
}
