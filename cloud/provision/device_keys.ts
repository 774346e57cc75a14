import { getLogger } from "@logtape/logtape";
import { join } from "node:path";
import type { Sender } from "../ingest/device_signature.ts";
import { type Fleet, readFleet } from "./fleet.ts";

/** How soon a change of the fleet counts at the latest, ms. */
const LOOK_EVERY_MS = 1_000;

/** Whom a message may come from. */
export interface DeviceKeys {
  /**
   * The key that a message of a device must be signed with, or why it isn't believed; null where
   * nothing was provisioned: then the broker alone says who speaks.
   *
   * @param storedMs when the broker stored the message, ms since 1970
   */
  of(device: string, storedMs: number): Sender | Promise<Sender>;
  /** Reads the fleet now, if it has changed. */
  refresh(): Promise<void>;
}

/** Knows the keys of the fleet, and looks every second whether it has changed, until `signal`. */
export async function deviceKeys(state: string, signal: AbortSignal): Promise<DeviceKeys> {
  const file = join(state, "fleet.json");
  let fleet: Fleet | null = null;
  let senders = new Map<string, { key: string; revokedMs: number }>();
  let changed = "";
  /** When the fleet was last looked at, ms since 1970. */
  let lookedMs = -Infinity;
  let looking: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    const atMs = Date.now();
    const found = await Deno.stat(file).catch(() => null);
    const mark = found ? `${found.mtime?.getTime()} ${found.ino} ${found.size}` : "";
    if (mark !== changed) take(await readFleet(state));
    changed = mark;
    lookedMs = atMs;
  }

  function take(read: Fleet | null): void {
    fleet = read;
    const { devices = [], revoked = [] } = fleet ?? {};
    senders = new Map([
      ...devices.map(({ id, signingKey }) =>
        [id, { key: signingKey, revokedMs: Infinity }] as const
      ),
      ...revoked.map(({ id, signingKey, wallTime }) =>
        [id, { key: signingKey, revokedMs: Date.parse(wallTime) }] as const
      ),
    ]);
  }

  function known(device: string, storedMs: number): Sender {
    if (!fleet) return null;
    const sender = senders.get(device);
    if (!sender) return { issue: `an enrolled device was required, got '${device}'` };
    if (storedMs < sender.revokedMs) return { key: sender.key };
    const since = new Date(sender.revokedMs).toISOString();
    return { issue: `a device that is believed was required, got '${device}', revoked ${since}` };
  }

  await refresh();
  const timer = setInterval(() => void refresh().catch(told), LOOK_EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return {
    refresh,
    of(device, storedMs) {
      if (!fleet || senders.has(device) && storedMs < lookedMs) return known(device, storedMs);
      // Somebody may have enrolled it, or revoked it, just now.
      looking ??= refresh().finally(() => looking = null);
      return looking.then(() => known(device, storedMs));
    },
  };
}

function told(error: unknown): void {
  getLogger(["printwarden", "enrolment"]).error("Cannot read the fleet: {error}", { error });
}
