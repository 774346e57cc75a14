import { decode } from "../../shared/codec.ts";
import type { Decision } from "../../shared/decision.ts";
import { SIGNATURE_HEADER, verifyDetached } from "../../shared/signing.ts";
import { appliedOutcome, presenceMessage } from "../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../scripts/provisioned_site.ts";
import { DEVICE } from "./site_fixture.ts";

/**
 * Does with the next decision what a printer's guard would: takes it through its own durable
 * consumer, checks its signature by the site's key, and says in its presence that it was applied.
 */
export async function applyNextDecision(site: ProvisionedSite): Promise<Decision> {
  const device = await site.device(DEVICE);
  const consumer = await device.jetstream().consumers.get("PW_DECISIONS", DEVICE);
  const message = await consumer.next({ expires: 15_000 });
  if (!message) throw new Error("Cannot apply a decision: one was required within 15 s, got none");
  message.ack();
  const read = decode("decision", message.data);
  if (!read.ok) throw new Error(read.issue);
  const signature = message.headers?.get(SIGNATURE_HEADER) ?? "";
  const folder = site.provisioned.deviceFolders[DEVICE];
  const trust = JSON.parse(await Deno.readTextFile(`${folder}/trust.json`));
  const pinned = new Map(trust.keys.map((key: { kid: string }) => [key.kid, key]));
  const checked = await verifyDetached(message.data, signature, pinned as never);
  if (!checked.ok) throw new Error(checked.issue);
  const decision = read.value.data;
  const wallTime = new Date().toISOString();
  const decisions = [appliedOutcome(decision, wallTime)];
  const say = presenceMessage(decision.target, { label: "The printer", wallTime, decisions });
  await site.send(DEVICE, say);
  return decision;
}
