/** From a deviation to a person, through a real broker and real receivers. */
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newPerson } from "../../../cloud/auth/accounts.ts";
import type { Actor } from "../../../cloud/cases/case_event.ts";
import { Notice } from "../../../cloud/channels/notice.ts";
import { makeWebhookSecret } from "../../../cloud/channels/webhook.ts";
import type { SubscriptionWish } from "../../../cloud/subscriptions/desk_shell.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { startReceiver } from "./receiver_fixture.ts";
import { replica } from "./replica_fixture.ts";

const { tests, skipped } = await siteSuite("alerts, from a deviation to a person");
let running: Promise<Aggregator> | null = null;
/** How far this aggregator's clock is ahead, ms: nobody waits for reminders here. */
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs);
function aggregatorOf(site: ProvisionedSite): Promise<Aggregator> {
  site.config.alerts.troubleAfterS = 1;
  return running ??= site.aggregator({ now });
}
let printers = 0;
const freshAddress = () => ({ ...ADDRESS, printer: `alerted${printers++}` });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Somebody who may sign in. */
async function somebody(site: ProvisionedSite, name: string): Promise<Actor> {
  const aggregator = await aggregatorOf(site);
  const record = newPerson(crypto.randomUUID(), name, "expert", null, new Date());
  const broker = await site.broker();
  await accounts(broker, () => Promise.resolve()).write(record, 0);
  await until("the person", () => aggregator.parts.model.auth.person(record.id));
  return { kind: "person", id: record.id, name };
}

async function webhookOf(site: ProvisionedSite, actor: Actor, url: string): Promise<string> {
  const { subscriptions } = (await aggregatorOf(site)).parts;
  const way = { type: "webhook", url, secret: makeWebhookSecret() } as const;
  const made = await subscriptions.addChannel(actor, "hook", way);
  if (!made.ok) throw new Error(made.issue);
  return made.value;
}

function wish(channelId: string, printer: string, change: Partial<SubscriptionWish> = {}) {
  return {
    name: "what matters",
    enabled: true,
    site: null,
    printers: [{ ...ADDRESS, printer }],
    verdicts: ["potential-cyberthreat"],
    kinds: [],
    severityMin: "low",
    printerTrouble: true,
    schedule: null,
    channelIds: [channelId],
    digestMinute: null,
    cooldownS: 0,
    repeatEveryS: 0,
    repeatsMax: 0,
    escalateTo: [],
    recovery: true,
    ...change,
  } satisfies SubscriptionWish;
}

async function subscribed(
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

const noticeOf = (text: string) => Notice.parse(JSON.parse(text));

if (!skipped) {
  tests("a threat reaches its subscriber once, and its decision too", async ({ site }) => {
    const address = freshAddress();
    const { aggregator, receiver, actor } = await subscribed(site, address.printer);
    const { desk, model } = aggregator.parts;
    const deviation = deviationOf(address.printer, "void");
    await site.send(DEVICE, deviationMessage(address, deviation));
    await until("the alert", () => receiver.got[0]);
    const { about } = (await until("the case", () => model.cases.caseOfDeviation(deviation.id)))!;
    const first = noticeOf(receiver.got[0]!.text);
    assert.is(first.kind, "first");
    assert.is(first.severity, deviation.severity);
    assert.is(first.url, `${aggregator.url}/cases/${about.id}`);
    assert.match(first.text, deviation.summary);
    const decision = {
      decisionId: crypto.randomUUID(),
      determination: "threat-confirmed",
      response: "none",
      learn: { mode: "no" },
      reason: "somebody was here",
    } as const;
    await desk.decide(about.id, { ...actor, name: "Mira" }, null, decision);
    await until("the word of its end", () => receiver.got[1]);
    const done = noticeOf(receiver.got[1]!.text);
    assert.is(done.kind, "done");
    assert.match(done.text, /Mira decided: threat confirmed/);
    await pause(2_500);
    assert.is(receiver.got.length, 2);
    const log = model.alerts.log(actor.id, Number.MAX_SAFE_INTEGER, 10);
    assert.equal(
      log.map(({ event, deliveries }) => [
        event.act.type === "intended" && event.act.kind,
        deliveries.map((one) => [one.state, one.detail]),
      ]),
      [["done", [["delivered", "200 OK"]]], ["first", [["delivered", "200 OK"]]]],
    );
    await receiver.close();
  });

  tests("a receiver that fails is tried again under the same key", async ({ site }) => {
    const address = freshAddress();
    const { aggregator, receiver, actor } = await subscribed(site, address.printer);
    receiver.answer = () => new Response("later", { status: 503 });
    const deviation = deviationOf(address.printer, "void");
    await site.send(DEVICE, deviationMessage(address, deviation));
    await until("the first try", () => receiver.got[0]);
    const row = () => aggregator.parts.model.alerts.log(actor.id, 1e15, 1)[0]?.deliveries[0];
    await until("its record", () => row()?.state === "pending" && row()!.attempt === 1);
    assert.match(row()!.detail, /^503/);
    receiver.answer = () => new Response(null, { status: 204 });
    await pause(2_500);
    assert.is(receiver.got.length, 1);
    aheadMs += 11_000;
    await until("the second try", () => receiver.got[1]);
    assert.is(noticeOf(receiver.got[1]!.text).key, noticeOf(receiver.got[0]!.text).key);
    assert.is(
      receiver.got[0]!.headers.get("webhook-id"),
      receiver.got[1]!.headers.get("webhook-id"),
    );
    await until("the delivery", () => row()?.state === "delivered");
    await receiver.close();
  });

  tests(
    "a printer lost while it prints is told and its return too; one that idles isn't",
    async ({ site }) => {
      const [busy, idle] = [freshAddress(), freshAddress()];
      const { receiver, aggregator } = await subscribed(site, busy.printer, {
        printers: [busy, idle],
      });
      const { model } = aggregator.parts;
      const say = async (address: typeof busy, state: "printing" | "idle" | "offline") => {
        const wallTime = new Date().toISOString();
        await site.send(DEVICE, presenceMessage(address, { label: "Left", wallTime, state }));
        await until("its state", () => model.printers.standing(address).standing?.state === state);
      };
      await say(busy, "printing");
      await say(idle, "idle");
      await say(busy, "offline");
      await say(idle, "offline");
      await until("the alert", () => receiver.got[0]);
      const alert = noticeOf(receiver.got[0]!.text);
      assert.match(alert.text, /^Left: The printer is offline, and it was printing$/);
      assert.match(alert.url, new RegExp(`/printers/site1/dev1/${busy.printer}$`));
      await say(busy, "idle");
      await until("its return", () => receiver.got[1]);
      assert.match(noticeOf(receiver.got[1]!.text).text, /It is idle again/);
      await pause(2_500);
      assert.is(receiver.got.length, 2);
      await receiver.close();
    },
  );

  tests("several replicas send an alert once, whichever of them plans", async ({ site }) => {
    const address = freshAddress();
    const { receiver } = await subscribed(site, address.printer);
    // Three that all believe they lead, which the lease forbids: still each alert is sent once.
    const others = [await replica(site, now), await replica(site, now)];
    for (const recipe of ["void", "cold-block", "tampered-set-point"] as const) {
      await site.send(DEVICE, deviationMessage(address, deviationOf(address.printer, recipe)));
      await pause(300);
    }
    const told = () =>
      receiver.got.flatMap((one) => noticeOf(one.text).about.map(({ key }) => key));
    await until("the alerts", () => new Set(told()).size >= 3);
    await pause(3_000);
    const keys = receiver.got.map((one) => noticeOf(one.text).key);
    assert.is(new Set(keys).size, keys.length);
    assert.is(new Set(told()).size, told().length);
    for (const other of others) await other.close();
    await receiver.close();
  });

  tests("nobody answers: again, then the next person, until one acknowledges", async ({ site }) => {
    const address = freshAddress();
    const second = startReceiver();
    const next = await somebody(site, "Next in the chain");
    await webhookOf(site, next, second.url);
    const change = { repeatEveryS: 600, repeatsMax: 1, escalateTo: [next.id] };
    const { receiver, aggregator } = await subscribed(site, address.printer, change);
    const { model, desk } = aggregator.parts;
    const deviation = deviationOf(address.printer, "void");
    await site.send(DEVICE, deviationMessage(address, deviation));
    await until("the alert", () => receiver.got[0]);
    aheadMs += 601_000;
    await until("the reminder", () => receiver.got[1]);
    assert.match(noticeOf(receiver.got[1]!.text).title, /^Still unanswered/);
    assert.equal(second.got, []);
    aheadMs += 601_000;
    await until("the next person", () => second.got[0]);
    assert.match(noticeOf(second.got[0]!.text).title, /^Nobody has answered/);
    const { about } = model.cases.caseOfDeviation(deviation.id)!;
    assert.is((await desk.acknowledge(about.id, next, null)).type, "done");
    aheadMs += 601_000;
    await pause(3_000);
    assert.is(receiver.got.length + second.got.length, 3);
    await receiver.close();
    await second.close();
  });
}

tests.run();
