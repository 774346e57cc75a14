/** Web push, webhook and ntfy, each against a receiver that listens on a port of this machine. */
import { decodeJwt, importJWK, jwtVerify } from "jose";
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Notice } from "../../../cloud/channels/notice.ts";
import { sendNtfy } from "../../../cloud/channels/ntfy.ts";
import { makeVapidKeys, sendPush } from "../../../cloud/channels/web_push.ts";
import { makeWebhookSecret, sendWebhook } from "../../../cloud/channels/webhook.ts";
import { type Receiver, startReceiver } from "../subscriptions/receiver_fixture.ts";
import { browserKeys } from "./browser_fixture.ts";
import { KEY, outgoing } from "./outgoing_fixture.ts";

const tests = suite<{ receiver: Receiver }>("channels over HTTP");
tests.before.each((context) => {
  context.receiver = startReceiver();
});
tests.after.each(async (context) => {
  await context.receiver.close();
});

const CONTACT = "mailto:farm@example.org";
const answering = (status: number) => () => new Response(status === 204 ? null : "x", { status });

tests("a browser decrypts what was pushed to it, and knows who sent it", async ({ receiver }) => {
  const keys = makeVapidKeys();
  const { decrypt, p256dh, auth } = await browserKeys();
  receiver.answer = answering(201);
  const way = { type: "push", endpoint: `${receiver.url}/push/abc`, p256dh, auth } as const;
  assert.is((await sendPush(keys, CONTACT, way, outgoing())).type, "delivered");
  const [got] = receiver.got;
  assert.is(got!.path, "/push/abc");
  assert.is(got!.headers.get("content-encoding"), "aes128gcm");
  assert.is(got!.headers.get("ttl"), "14400");
  assert.is(got!.headers.get("urgency"), "high");
  assert.is(got!.headers.get("topic"), KEY.replaceAll("-", ""));
  assert.equal(JSON.parse(await decrypt(got!.bytes)), {
    key: KEY,
    title: "Potential cyberthreat, Drücker links",
    text: "Drücker links: told 195 °C where the file says 210 °C",
    url: "https://console.example/cases/1",
    severity: "high",
  });
  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(.+)$/.exec(
    got!.headers.get("authorization") ?? "",
  ) ?? [];
  assert.is(key, keys.publicKey);
  const raw = Uint8Array.from(
    atob(key.replaceAll("-", "+").replaceAll("_", "/")),
    (char) => char.charCodeAt(0),
  );
  const coordinate = (from: number) =>
    btoa(String.fromCharCode(...raw.slice(from, from + 32))).replaceAll("+", "-")
      .replaceAll("/", "_").replace(/=+$/, "");
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) };
  await jwtVerify(token, await importJWK(jwk, "ES256"));
  assert.is(decodeJwt(token).sub, CONTACT);
  assert.is(decodeJwt(token).aud, receiver.url);
});

tests("a longer message than push services take is cut, not refused", async ({ receiver }) => {
  const { decrypt, p256dh, auth } = await browserKeys();
  const way = { type: "push", endpoint: receiver.url, p256dh, auth } as const;
  const text = { ...outgoing().text, text: "°".repeat(4000) };
  await sendPush(makeVapidKeys(), CONTACT, way, outgoing({ text }));
  assert.ok(receiver.got[0]!.bytes.length < 4096);
  assert.match(JSON.parse(await decrypt(receiver.got[0]!.bytes)).text, /^°+$/);
});

tests("a browser that is gone is never tried again; a busy service is", async ({ receiver }) => {
  const { p256dh, auth } = await browserKeys();
  const way = { type: "push", endpoint: receiver.url, p256dh, auth } as const;
  const table = [[410, "refused"], [404, "refused"], [429, "failed"], [500, "failed"]] as const;
  for (const [status, type] of table) {
    receiver.answer = answering(status);
    assert.is((await sendPush(makeVapidKeys(), CONTACT, way, outgoing())).type, type);
  }
  const broken = { ...way, p256dh: "A".repeat(87) };
  const sent = await sendPush(makeVapidKeys(), CONTACT, broken, outgoing());
  assert.is(sent.type, "refused");
  assert.match(sent.detail, /^Cannot encrypt for this browser/);
});

tests("a webhook's signature holds by the specification, and breaks with one byte", async (
  { receiver },
) => {
  const secret = makeWebhookSecret();
  const way = { type: "webhook", url: `${receiver.url}/in?x=1`, secret } as const;
  const now = new Date();
  const sent = await sendWebhook(way, outgoing(), now);
  assert.equal(sent, { type: "delivered", detail: "200 OK" });
  const { headers, text } = receiver.got[0]!;
  const signed = {
    "webhook-id": headers.get("webhook-id")!,
    "webhook-timestamp": headers.get("webhook-timestamp")!,
    "webhook-signature": headers.get("webhook-signature")!,
  };
  new Webhook(secret).verify(text, signed);
  assert.throws(() => new Webhook(secret).verify(text.replace("195", "196"), signed));
  assert.throws(() => new Webhook(makeWebhookSecret()).verify(text, signed));
  const key = Uint8Array.from(atob(secret.slice("whsec_".length)), (char) => char.charCodeAt(0));
  const mac = createHmac("sha256", key);
  mac.update(`${KEY}.${Math.floor(now.getTime() / 1000)}.${text}`);
  assert.is(signed["webhook-signature"], `v1,${mac.digest("base64")}`);
  const notice = Notice.parse(JSON.parse(text));
  assert.is(notice.key, KEY);
  assert.is(notice.about[0]!.label, "Drücker links");
});

tests("redirects are not followed, and silence ends", async ({ receiver }) => {
  const secret = makeWebhookSecret();
  const other = startReceiver();
  receiver.answer = () => new Response(null, { status: 307, headers: { Location: other.url } });
  const sent = await sendWebhook(
    { type: "webhook", url: receiver.url, secret },
    outgoing(),
    new Date(),
  );
  assert.is(sent.type, "failed");
  assert.match(sent.detail, /redirects are not followed/);
  assert.equal(other.got, []);
  await other.close();
  const nobody = await sendWebhook(
    { type: "webhook", url: other.url, secret },
    outgoing(),
    new Date(),
  );
  assert.is(nobody.type, "failed");
  assert.match(nobody.detail, /^No answer/);
});

tests("ntfy gets its JSON with priority, link and token", async ({ receiver }) => {
  const way = { type: "ntfy", server: `${receiver.url}/`, topic: "farm", token: "tk_1" } as const;
  assert.is((await sendNtfy(way, outgoing())).type, "delivered");
  const { path, headers, text } = receiver.got[0]!;
  assert.is(path, "/");
  assert.is(headers.get("authorization"), "Bearer tk_1");
  assert.equal(JSON.parse(text), {
    topic: "farm",
    title: "Potential cyberthreat, Drücker links",
    message: "Drücker links: told 195 °C where the file says 210 °C",
    priority: 4,
    tags: ["printer"],
    click: "https://console.example/cases/1",
  });
  await sendNtfy({ ...way, token: null }, outgoing({ kind: "done" }));
  assert.is(receiver.got[1]!.headers.get("authorization"), null);
  assert.is(JSON.parse(receiver.got[1]!.text).priority, 2);
});

tests.run();
