import type { Aggregator } from "../../cloud/aggregator.ts";
import { deviationMessage, fabricateDeviation, seeded } from "../fabricate.ts";
import { type ProvisionedSite, startProvisionedSite, until } from "../provisioned_site.ts";
import { ADDRESS } from "./sample_messages.ts";

/** The address that requests to the console are made with; nobody listens there. */
export const CONSOLE = "http://127.0.0.1";
const PASSWORD = "correct horse battery staple";

/** An aggregator with one case, and its first admin signed in. */
export interface ConsoleSite {
  site: ProvisionedSite;
  aggregator: Aggregator;
  caseId: string;
  cookie: string;
}

/** Starts one; null where there is no nats-server. */
export async function openConsole(): Promise<ConsoleSite | null> {
  if (!await hasNatsServer()) return null;
  const site = await startProvisionedSite(["pi1"]);
  const aggregator = await site.aggregator();
  const wallTime = new Date().toISOString();
  const printer = ADDRESS.printer;
  const wish = { recipe: "cold-block" as const, printer, random: seeded(3), wallTime };
  const deviation = fabricateDeviation(wish);
  await site.send("pi1", deviationMessage(ADDRESS, deviation));
  const { cases } = aggregator.parts.model;
  const { about } = await until("the case", () => cases.caseOfDeviation(deviation.id));
  return { site, aggregator, caseId: about.id, cookie: await join(aggregator) };
}

async function join(aggregator: Aggregator): Promise<string> {
  const credential = aggregator.setUpUrl!.split("/join/")[1]!;
  const form = { credential, name: "Mira", password: PASSWORD, again: PASSWORD };
  const joined = await aggregator.request(`${CONSOLE}/join`, {
    method: "POST",
    headers: { Origin: CONSOLE },
    body: new URLSearchParams(form),
  });
  const cookie = /^[^=]+=[^;]+/.exec(joined.headers.get("Set-Cookie") ?? "")?.[0];
  if (cookie === undefined) throw new Error(`Cannot join: ${joined.status} came`);
  return cookie;
}

async function hasNatsServer(): Promise<boolean> {
  try {
    return (await new Deno.Command("nats-server", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}
