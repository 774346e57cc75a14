import { getLogger } from "@logtape/logtape";
import { join } from "node:path";
import { type Accounts, newInvitation } from "../auth/accounts.ts";
import { BrokerAwayError } from "../broker/broker.ts";
import type { Parts } from "./context.ts";

/** Where browsers of this machine find the console. */
export function addressOf(hostname: string, port: number, byTls: boolean): string {
  // Browsers give out passkeys by name only, and `localhost` is the one that needs no TLS.
  const here = ["127.0.0.1", "0.0.0.0", "::1", "::"].includes(hostname);
  const shown = here ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${byTls ? "https" : "http"}://${shown}:${port}`;
}

/** Tells this machine's programs the console's port: beside and renamed, nobody reads half of it. */
export async function writePorts(state: string, port: number): Promise<void> {
  const file = join(state, "ports.json");
  await Deno.writeTextFile(`${file}.new`, JSON.stringify({ console: port }) + "\n");
  await Deno.rename(`${file}.new`, file);
}

/**
 * A link for the first admin; null once there is one, and where a broker that falls over just now
 * can't take it: that is no reason not to start.
 */
export async function setUpLink(
  { model, now }: Parts,
  people: Accounts,
  base: string,
  validS: number,
): Promise<string | null> {
  if (model.auth.anyAdmin()) return null;
  const invitation = newInvitation("admin", now(), validS);
  try {
    await people.write(invitation.record, 0);
  } catch (error) {
    if (!(error instanceof BrokerAwayError)) throw error;
    getLogger(["printwarden"]).warn("No set-up link was made; the next start makes one: {reason}", {
      reason: error.message,
    });
    return null;
  }
  return `${base}/join/${invitation.credential}`;
}
