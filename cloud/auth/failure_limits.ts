import { nameKey } from "./name_key.ts";
import { tryLimit } from "./try_limit.ts";

/** How long somebody who has failed too often has to wait. */
export interface FailureLimits {
  /** Seconds to wait before a password is looked at; 0 if it may go ahead. */
  waitS(name: string, peer: string, nowMs: number): number;
  failed(name: string, peer: string, nowMs: number): void;
  succeeded(name: string, peer: string): void;
  /** The same for whoever names nobody, such as with a passkey or a link. */
  peerWaitS(peer: string, nowMs: number): number;
  peerFailed(peer: string, nowMs: number): void;
  /** Counts a question that is written down before anybody has proved anything. */
  askWaitS(peer: string, nowMs: number): number;
}

const PEER_FACTOR = 4;
const NAME_FACTOR = 10;
const ASKS_MAX = 60;
const ASKS_WINDOW_S = 60;

/**
 * Three counts of failures: by name and address together; by address, for who tries many names; and
 * by name, ten times as patient, for who tries from many addresses. The last can keep an expert's
 * password out for a while, but not the expert: a passkey is no password.
 */
export function failureLimits(triesMax: number, tryWindowS: number): FailureLimits {
  const byBoth = tryLimit(triesMax, tryWindowS);
  const byPeer = tryLimit(triesMax * PEER_FACTOR, tryWindowS);
  const byName = tryLimit(triesMax * NAME_FACTOR, tryWindowS);
  const asks = tryLimit(ASKS_MAX, ASKS_WINDOW_S);
  const both = (name: string, peer: string) => `${nameKey(name)} ${peer}`;
  return {
    waitS: (name, peer, nowMs) =>
      Math.max(
        byBoth.waitS(both(name, peer), nowMs),
        byPeer.waitS(peer, nowMs),
        byName.waitS(nameKey(name), nowMs),
      ),
    failed(name, peer, nowMs) {
      byBoth.failed(both(name, peer), nowMs);
      byPeer.failed(peer, nowMs);
      byName.failed(nameKey(name), nowMs);
    },
    succeeded(name, peer) {
      byBoth.succeeded(both(name, peer));
      byName.succeeded(nameKey(name));
    },
    peerWaitS: (peer, nowMs) => byPeer.waitS(peer, nowMs),
    peerFailed: (peer, nowMs) => byPeer.failed(peer, nowMs),
    askWaitS(peer, nowMs) {
      const waitS = asks.waitS(peer, nowMs);
      if (waitS === 0) asks.failed(peer, nowMs);
      return waitS;
    },
  };
}
