import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newPerson } from "../../../cloud/auth/accounts.ts";
import type { Actor } from "../../../cloud/cases/case_event.ts";
import { Notice } from "../../../cloud/channels/notice.ts";
import { makeWebhookSecret } from "../../../cloud/channels/webhook.ts";
import { defaultWish, type SubscriptionWish } from "../../../cloud/subscriptions/records.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ADDRESS, until } from "../site_fixture.ts";
import { startReceiver } from "./receiver_fixture.ts";

/** How far the aggregator's clock of each site is ahead, ms: nobody waits for reminders here. */
const aheadMs = new WeakMap<ProvisionedSite, number>();
const running = new WeakMap<ProvisionedSite, Promise<Aggregator>>();

export const nowOf = (site: ProvisionedSite) => () =>
  new Date(Date.now() + (aheadMs.get(site) ?? 0));

/** Puts a site's clock ahead. */
export function sleepMs(site: ProvisionedSite, ms: number): void {
  aheadMs.set(site, (aheadMs.get(site) ?? 0) + ms);
}

function aggregatorOf(site: ProvisionedSite): Promise<Aggregator> {
  site.config.alerts.troubleAfterS = 1;
  const started = running.get(site) ?? site.aggregator({ now: nowOf(site) });
  running.set(site, started);
  return started;
}
let printers = 0;
export const freshAddress = () => ({ ...ADDRESS, printer: `alerted${printers++}` });
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Somebody who may sign in, and have channels into this very machine. */
export async function somebody(site: ProvisionedSite, name: string): Promise<Actor> {
  const aggregator = await aggregatorOf(site);
  const record = newPerson(crypto.randomUUID(), name, "admin", null, new Date());
  const broker = await site.broker();
  await accounts(broker, () => Promise.resolve()).write(record, 0);
  await until("the person", () => aggregator.parts.model.auth.person(record.id));
  return { kind: "person", id: record.id, name };
}

export async function webhookOf(site: ProvisionedSite, actor: Actor, url: string): Promise<string> {
  const { subscriptions } = (await aggregatorOf(site)).parts;
  const way = { type: "webhook", url, secret: makeWebhookSecret() } as const;
  const made = await subscriptions.addChannel(actor, "hook", way);
  if (!made.ok) throw new Error(made.issue);
  return made.value;
}

function wish(channelId: string, printer: string, change: Partial<SubscriptionWish> = {}) {
  return {
    ...defaultWish([channelId]),
    name: "what matters",
    printers: [{ ...ADDRESS, printer }],
    verdicts: ["potential-cyberthreat"],
    severityMin: "low",
    cooldownS: 0,
    repeatsMax: 0,
    ...change,
  } satisfies SubscriptionWish;
}

export async function subscribed(
  site: ProvisionedSite,
  printer: string,
  change: Partial<SubscriptionWish> = {},
) {
  const aggregator = await aggregatorOf(site);
  const receiver = startReceiver();
  const actor = await somebody(site, `Person ${crypto.randomUUID().slice(0, 8)}`);
  const channelId = await webhookOf(site, actor, `${receiver.url}/hook`);
  const { subscriptions } = aggregator.parts;
  const saved = await subscriptions.save(actor, null, wish(channelId, printer, change));
  if (!saved.ok) throw new Error(saved.issue);
  return { aggregator, receiver, actor, subscriptionId: saved.value, channelId };
}

export const noticeOf = (text: string) => Notice.parse(JSON.parse(text));
