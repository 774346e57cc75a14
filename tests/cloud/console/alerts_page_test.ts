import * as assert from "uvu/assert";
import { accounts, newInvitation } from "../../../cloud/auth/accounts.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { startReceiver } from "../subscriptions/receiver_fixture.ts";
import { prepared } from "./console_fixture.ts";
import { BASE, join, type Visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("the alerts' pages");
let people = 0;
const receiver = startReceiver();
tests.after(() => receiver.close());

/** Another person, signed in. */
async function another(site: ProvisionedSite, role: "viewer" | "expert" = "viewer") {
  site.config.alerts.insideTargets = [receiver.url, "http://127.0.0.1:9"];
  const { aggregator } = await prepared(site);
  const { record, credential } = newInvitation(role, new Date(), 600);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the invitation", () => aggregator.parts.model.auth.invitation(record.id));
  return await join(aggregator, credential, `Person ${people++}`);
}

const textOf = async (visitor: Visitor, path = "/alerts") => await (await visitor.get(path)).text();

/** The id in the first action of a form that ends so. */
function idBefore(html: string, end: string): string {
  return new RegExp(`/([0-9a-f-]{36})/${end}"`).exec(html)?.[1] ?? "";
}

async function withWebhook(visitor: Visitor, url: string): Promise<string> {
  const form = { type: "webhook", name: "Bell", url };
  assert.is((await visitor.post("/alerts/channels", form)).status, 303);
  return idBefore(await textOf(visitor), "test");
}

function wishes(channelId: string, change: Record<string, string> = {}): Record<string, string> {
  return {
    name: "All threats",
    enabled: "on",
    site: "",
    severityMin: "low",
    printerTrouble: "on",
    when: "always",
    dutyFrom: "08:00",
    dutyTo: "18:00",
    how: "now",
    cooldownS: "0",
    digestAt: "07:30",
    repeatEveryS: "0",
    repeatsMax: "3",
    escalate1: "",
    escalate2: "",
    escalate3: "",
    recovery: "on",
    "verdict.potential-cyberthreat": "on",
    [`channel.${channelId}`]: "on",
    ...change,
  };
}

if (!skipped) {
  tests(
    "somebody adds a channel, tests it, subscribes, is told, and reads why",
    async ({ site }) => {
      const visitor = await another(site);
      assert.match(await textOf(visitor), /you aren(&#39;|')t told of anything/);
      const channelId = await withWebhook(visitor, receiver.url);
      const tested = await visitor.post(`/alerts/channels/${channelId}/test`, {});
      assert.is(tested.headers.get("Location"), "/alerts?done=tested");
      await until("the test", () => receiver.got[0]);
      assert.match(receiver.got[0]!.text, /"kind":"test"/);
      const again = await visitor.post(`/alerts/channels/${channelId}/test`, {});
      assert.is(again.status, 422);
      assert.match(await again.text(), /please wait a moment/);

      assert.match(await textOf(visitor, "/alerts/new"), /Bell \(webhook at http/);
      assert.is((await visitor.post("/alerts/new", wishes(channelId))).status, 303);
      const html = await textOf(visitor);
      assert.match(html, /Potential cyberthreat from severity low on; printers lost/);
      const address = { ...ADDRESS, printer: "subscribed" };
      const wallTime = new Date().toISOString();
      await site.send(DEVICE, presenceMessage(address, { label: "Shelf <B>", wallTime }));
      const { model } = (await prepared(site)).aggregator.parts;
      await until("the printer", () => model.printers.label(address));
      await site.send(DEVICE, deviationMessage(address, deviationOf("subscribed", "void")));
      await site.send(DEVICE, deviationMessage(address, deviationOf("subscribed", "external-fan")));
      await until("the alert", () => receiver.got[1]);
      await until("its log", async () => /✓|delivered/.test(await textOf(visitor)));
      const log = await textOf(visitor);
      assert.match(log, /Your subscription (&#39;|')All threats(&#39;|') asks for it/);
      assert.match(log, /Potential cyberthreat, Shelf &lt;B&gt;/);
      assert.match(log, /All threats: it leaves out the verdict (&#39;|')expected-anomaly/);
    },
  );

  tests("nobody but an admin points a channel at a machine inside", async ({ site }) => {
    const { expert: admin } = await prepared(site);
    for (
      const url of ["http://127.0.0.1:10/", "https://169.254.169.254/latest", "https://[::1]/"]
    ) {
      const form = { type: "webhook", name: "Inside", url };
      const said = await (await another(site, "expert")).post("/alerts/channels", form);
      assert.is(said.status, 422);
      assert.match(await said.text(), /Only an admin/);
    }
    const form = { type: "webhook", name: "Inside", url: "http://127.0.0.1:10/" };
    assert.is((await admin.post("/alerts/channels", form)).status, 303);
  });

  tests("a subscription is changed and removed by its owner alone", async ({ site }) => {
    const [owner, other] = [await another(site), await another(site)];
    const channelId = await withWebhook(owner, "http://127.0.0.1:9/");
    await owner.post("/alerts/new", wishes(channelId, { name: "Mine <b>" }));
    const id = idBefore(await textOf(owner), "remove");
    const subscriptionId = /href="\/alerts\/([0-9a-f-]{36})"/.exec(await textOf(owner))?.[1] ?? "";
    const form = await textOf(owner, `/alerts/${subscriptionId}`);
    assert.match(form, /value="Mine &lt;b&gt;"/);
    const change = wishes(channelId, {
      name: "Nights",
      when: "duty",
      "day.1": "on",
      "day.5": "on",
      dutyFrom: "22:00",
      dutyTo: "06:00",
      how: "digest",
      site: "site1",
      "kind.fan": "on",
    });
    assert.is((await owner.post(`/alerts/${subscriptionId}`, change)).status, 303);
    assert.match(await textOf(owner), /Mon Fri 22:00–06:00, gathered at 07:30/);
    assert.match(await textOf(owner), /on every printer of site1/);

    for (const path of [`/alerts/${subscriptionId}`, `/alerts/${subscriptionId}/remove`]) {
      const refused = await other.post(path, path.endsWith("remove") ? {} : change);
      assert.ok([404, 422].includes(refused.status), path);
    }
    assert.is((await other.get(`/alerts/${subscriptionId}`)).status, 404);
    assert.is((await other.post(`/alerts/channels/${channelId}/test`, {})).status, 422);
    assert.is((await other.post(`/alerts/channels/${channelId}/remove`, {})).status, 422);
    const stolen = await other.post("/alerts/new", wishes(channelId));
    assert.is(stolen.status, 422);
    assert.match(await stolen.text(), /among your own channels/);
    assert.ok(id);

    const used = await owner.post(`/alerts/channels/${channelId}/remove`, {});
    assert.match(await used.text(), /(&#39;|')Nights(&#39;|') has no other channel/);
    assert.is((await owner.post(`/alerts/${subscriptionId}/remove`, {})).status, 303);
    assert.is((await owner.post(`/alerts/channels/${channelId}/remove`, {})).status, 303);
    assert.match(await textOf(owner), /you aren(&#39;|')t told of anything/);
  });

  tests("wrong, oversized and foreign fields are refused in words, and nothing is kept", async (
    { site },
  ) => {
    const { aggregator } = await prepared(site);
    const visitor = await another(site);
    const channelId = await withWebhook(visitor, "http://127.0.0.1:9/");
    const bad: [Record<string, string>, RegExp][] = [
      [{ name: "" }, /a name of 1 to 60/],
      [{ name: "x".repeat(61) }, /a name of 1 to 60/],
      [{ severityMin: "awful" }, /from which severity/],
      [{ site: "a.b" }, /a site of the list/],
      [{ when: "duty" }, /your days of duty/],
      [{ when: "duty", "day.1": "on", dutyFrom: "25:00" }, /when you are on duty/],
      [{ when: "duty", "day.8": "on" }, /load it again/],
      [{ how: "digest", digestAt: "soon" }, /when the digest/],
      [{ cooldownS: "-5" }, /load it again/],
      [{ cooldownS: "999999" }, /load it again|Please/],
      [{ repeatEveryS: "7" }, /load it again|Please/],
      [{ "kind.nonsense": "on" }, /load it again/],
      [{ "printer.site1/dev1": "on" }, /load it again/],
      [{ "printer.a/b/c/d": "on" }, /load it again/],
      [{ "verdict.potential-cyberthreat": "", printerTrouble: "no" }, /load it again/],
      [{ [`channel.${channelId}`]: "maybe" }, /load it again|at least one channel/],
      [{ [`channel.${crypto.randomUUID()}`]: "on" }, /your own channels/],
      [{ escalate1: crypto.randomUUID(), repeatEveryS: "300" }, /people of this console/],
      [{ extra: "1" }, /load it again/],
    ];
    for (const [change, said] of bad) {
      const response = await visitor.post("/alerts/new", wishes(channelId, change));
      assert.is(response.status, 422, JSON.stringify(change));
      assert.match(await response.text(), said, JSON.stringify(change));
    }
    const channels: [Record<string, string>, RegExp][] = [
      [{ type: "webhook", name: "x", url: "javascript:alert(1)" }, /begins with https/],
      [{ type: "webhook", name: "x", url: "https://a:b@example.org/" }, /without a password/],
      [{ type: "webhook", name: "", url: "https://example.org" }, /a name of 1 to 60/],
      [{ type: "webhook", name: "x", url: "https://example.org", secret: "mine" }, /https/],
      [{ type: "email", name: "x", address: "a@b\r\nBcc: c@example.org" }, /e-mail address/],
      [{ type: "ntfy", name: "x", server: "https://ntfy.sh", topic: "a/../b" }, /ntfy/],
      [{ type: "nats", name: "x", subject: ">" }, /letters, digits/],
      [{ type: "push", name: "x", endpoint: "x", p256dh: "y", auth: "z" }, /no address/],
      [{ type: "pigeon", name: "x" }, /belong to this page/],
      [{}, /belong to this page/],
    ];
    for (const [form, said] of channels) {
      const response = await visitor.post("/alerts/channels", form);
      assert.is(response.status, 422, JSON.stringify(form));
      assert.match(await response.text(), said, JSON.stringify(form));
    }
    const zones = [{ timeZone: "Mars" }, { timeZone: "UTC", quiet: "on", quietFrom: "x" }];
    for (const form of zones) {
      assert.is((await visitor.post("/alerts/settings", form as never)).status, 422);
    }
    const personId = aggregator.parts.model.alerts.channel(channelId)!.record.personId;
    assert.equal(aggregator.parts.model.alerts.subscriptionsOf(personId), []);
    assert.is(aggregator.parts.model.alerts.channelsOf(personId).length, 1);
    const foreign = { Origin: "https://evil.example" };
    assert.is((await visitor.post("/alerts/new", wishes(channelId), foreign)).status, 403);
    assert.is((await aggregator.request(`${BASE}/alerts`)).status, 303);
  });

  tests("quiet hours and time zone are kept, with what comes through", async ({ site }) => {
    const visitor = await another(site);
    const form = {
      timeZone: "Europe/Zurich",
      quiet: "on",
      quietFrom: "21:30",
      quietTo: "06:00",
      breakThrough: "high",
    };
    assert.is((await visitor.post("/alerts/settings", form)).status, 303);
    const html = await textOf(visitor);
    assert.match(html, /value="Europe\/Zurich"/);
    assert.match(html, /name="quietFrom" value="21:30"/);
    assert.match(html, /<option value="high" selected/);
    assert.is((await visitor.post("/alerts/settings", { timeZone: "UTC" })).status, 303);
    assert.not.match(await textOf(visitor), /name="quiet" checked/);
  });

  tests("the chain names other people of the console, each once", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const visitor = await another(site);
    const channelId = await withWebhook(visitor, "http://127.0.0.1:9/");
    const own = aggregator.parts.model.alerts.channel(channelId)!.record.personId;
    const [mira] = aggregator.parts.model.auth.people(500).filter((one) => one.name === "Mira");
    const chain = { repeatEveryS: "300", escalate1: mira!.id };
    for (
      const [change, said] of [
        [{ ...chain, escalate1: own }, /name other people, each once/],
        [{ ...chain, escalate2: mira!.id }, /name other people, each once/],
        [{ ...chain, repeatEveryS: "0" }, /after how long the next person/],
      ] as [Record<string, string>, RegExp][]
    ) {
      const response = await visitor.post("/alerts/new", wishes(channelId, change));
      assert.is(response.status, 422);
      assert.match(await response.text(), said);
    }
    assert.is((await visitor.post("/alerts/new", wishes(channelId, chain))).status, 303);
    assert.match(await textOf(visitor), /again every 5 min up to 3 times, then Mira, until/);
  });

  tests("the service worker is served at the root, to anybody, and may run", async ({ site }) => {
    const { aggregator, expert } = await prepared(site);
    const response = await aggregator.request(`${BASE}/service-worker.js`);
    assert.is(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /text\/javascript/);
    assert.match(await response.text(), /showNotification/);
    const page = await expert.get("/alerts");
    assert.match(page.headers.get("Content-Security-Policy") ?? "", /worker-src 'self'/);
    assert.match(await page.text(), new RegExp(`data-key="${aggregator.parts.pushKey}"`));
  });
}

tests.run();
