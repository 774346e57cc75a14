import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Notice } from "../../../cloud/channels/notice.ts";
import { channelSender, type SendPorts } from "../../../cloud/channels/send.ts";
import { targetIssue } from "../../../cloud/channels/target_policy.ts";
import { makeVapidKeys } from "../../../cloud/channels/web_push.ts";
import { makeWebhookSecret } from "../../../cloud/channels/webhook.ts";
import { ChannelWay } from "../../../cloud/subscriptions/channel_way.ts";
import type { Channel } from "../../../cloud/subscriptions/records.ts";
import { connectBroker } from "../../../cloud/broker/connect.ts";
import { hasNatsServer, startNatsServer } from "../../nats_server.ts";
import { startReceiver } from "../subscriptions/receiver_fixture.ts";
import { KEY, outgoing } from "./outgoing_fixture.ts";

const tests = suite("channelSender");
const channel = (way: ChannelWay): Channel => ({
  contractVersion: 1,
  type: "channel",
  id: crypto.randomUUID(),
  personId: crypto.randomUUID(),
  name: "x",
  way,
  createdWallTime: "2026-10-05T21:00:00.000Z",
  removedWallTime: null,
});
const sender = (change: Partial<SendPorts> = {}) =>
  channelSender({
    broker: { publish: () => Promise.reject(new Error("away")) },
    vapid: makeVapidKeys(),
    contact: "mailto:farm@example.org",
    mail: null,
    targetsOf: () => "allow",
    now: () => new Date(),
    ...change,
  });

tests("a machine hears an alert on plain NATS, under its key", async () => {
  if (!await hasNatsServer()) {
    console.log("SKIPPED 'an alert on plain NATS': nats-server was required, got none");
    return;
  }
  const server = await startNatsServer();
  const broker = await connectBroker({ url: server.url, nkeySeed: null });
  const machine = await connect({ servers: server.url });
  const heard = machine.subscribe("printwarden-cloud.v1.notice.>", { max: 1 });
  await machine.flush();
  const sent = await sender({ broker })(channel({ type: "nats", name: "line-2" }), outgoing());
  assert.is(sent.type, "delivered");
  for await (const message of heard) {
    assert.is(message.subject, "printwarden-cloud.v1.notice.line-2");
    assert.is(message.headers?.get("Nats-Msg-Id"), KEY);
    assert.is(Notice.parse(message.json()).url, "https://console.example/cases/1");
  }
  await machine.close();
  await broker.close();
  await server.stop();
});

tests("never throws: a broker away and a missing mail server are failures", async () => {
  const away = await sender()(channel({ type: "nats", name: "x" }), outgoing());
  assert.equal(away, { type: "failed", detail: "away" });
  const mail = await sender()(channel({ type: "email", address: "a@example.org" }), outgoing());
  assert.match(mail.detail, /No mail server is configured/);
});

tests("private targets are reached, and refused only where the policy says so", async () => {
  const receiver = startReceiver();
  const way = { type: "webhook", url: receiver.url, secret: makeWebhookSecret() } as const;
  assert.is((await sender()(channel(way), outgoing())).type, "delivered");
  const refused = await sender({ targetsOf: () => "refuse" })(channel(way), outgoing());
  assert.is(refused.type, "refused");
  assert.is(receiver.got.length, 1);
  await receiver.close();
});

tests("what a channel may reach is asked of its person and its target, at each try", async () => {
  const receiver = startReceiver();
  const admins = new Set<string>();
  const send = sender({
    targetsOf: (id, url) => admins.has(id) || url.endsWith("/named") ? "allow" : "refuse",
  });
  const inside = channel({ type: "webhook", url: receiver.url, secret: makeWebhookSecret() });
  const refused = await send(inside, outgoing());
  assert.is(refused.type, "refused");
  assert.match(refused.detail, /Only an admin/);
  admins.add(inside.personId);
  assert.is((await send(inside, outgoing())).type, "delivered");
  admins.clear();
  assert.is((await send(inside, outgoing())).type, "refused", "an admin no more");
  const way = { ...inside.way, url: `${receiver.url}/named` } as ChannelWay;
  assert.is((await send(channel(way), outgoing())).type, "delivered");
  assert.is(receiver.got.length, 2);
  await receiver.close();
});

tests("under the policy no name and no way of writing leads into a private network", async () => {
  const names: Record<string, string[]> = {
    "public.example": ["93.184.216.34", "2606:2800::1"],
    "inner.example": ["10.1.2.3"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.example": ["::ffff:192.168.0.1"],
  };
  const resolve = (name: string) =>
    names[name] ? Promise.resolve(names[name]) : Promise.reject(new Error("ENOTFOUND"));
  const issue = (url: string) => targetIssue("refuse", url, resolve);
  assert.is(await issue("https://public.example/x"), null);
  assert.is(await issue("https://93.184.216.34/"), null);
  for (
    const url of [
      "http://public.example/",
      "https://inner.example/",
      "https://both.example/",
      "https://mapped.example/",
      "https://nowhere.example/",
      "https://127.0.0.1/",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://[::1]/",
      "https://[fd00::1]/",
      "https://[::ffff:10.0.0.1]/",
      "https://169.254.169.254/latest/meta-data/",
      "https://100.64.0.1/",
    ]
  ) assert.ok(await issue(url), url);
});

tests("refuses ways that no channel has", () => {
  const secret = makeWebhookSecret();
  const push = { type: "push", p256dh: "A".repeat(87), auth: "A".repeat(22) };
  for (
    const good of [
      { type: "webhook", url: "http://10.0.0.5:8080/hook?x=1", secret },
      { ...push, endpoint: "https://push.example/abc" },
      { type: "ntfy", server: "https://ntfy.sh", topic: "farm", token: null },
    ]
  ) assert.ok(ChannelWay.safeParse(good).success, JSON.stringify(good));
  for (
    const bad of [
      { type: "webhook", url: "file:///etc/passwd", secret },
      { type: "webhook", url: "javascript:alert(1)", secret },
      { type: "webhook", url: "https://user:pass@example.org/", secret },
      { type: "webhook", url: "https://:pass@example.org/", secret },
      { type: "webhook", url: `https://example.org/${"x".repeat(600)}`, secret },
      { type: "webhook", url: "https://example.org/", secret: "short" },
      { type: "email", address: "mira" },
      { type: "email", address: "a@example.org\r\nBcc: b@example.org" },
      { type: "email", address: "a@example.org,b@example.org" },
      { type: "ntfy", server: "https://ntfy.sh", topic: "a/b", token: null },
      { type: "ntfy", server: "https://ntfy.sh", topic: "a", token: "x\r\nHost: y" },
      { type: "nats", name: "a.>" },
      { type: "nats", name: "" },
      { ...push, endpoint: "https://push.example/abc", auth: "short" },
      { ...push, endpoint: "https://push.example/abc", p256dh: "<script>" },
      { type: "pigeon", loft: "x" },
    ]
  ) assert.not.ok(ChannelWay.safeParse(bad).success, JSON.stringify(bad));
});

tests.run();
