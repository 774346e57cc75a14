/** An announced change, from a person to the printer's own check of the signed order. */
import type { NatsConnection } from "nats";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { maintenanceCommand } from "../../../cloud/command_line/maintenance_command.ts";
import { accounts, newPerson } from "../../../cloud/auth/accounts.ts";
import { makeWebhookSecret } from "../../../cloud/channels/webhook.ts";
import { defaultWish } from "../../../cloud/subscriptions/records.ts";
import { type AnnouncedWindow, readMaintenance } from "../../../edge/respond/maintenance.ts";
import { decode, edgeSource, encode } from "../../../shared/codec.ts";
import type { Address } from "../../../shared/ids.ts";
import { SIGNATURE_HEADER, verifyDetached } from "../../../shared/signing.ts";
import { commandSubject } from "../../../shared/subjects.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ACTOR, ADDRESS, deviationOf, DEVICE, SITE, siteSuite, until } from "../site_fixture.ts";
import { startReceiver } from "../subscriptions/receiver_fixture.ts";

const { tests, skipped } = await siteSuite("an announced change");
let running: Promise<Aggregator> | null = null;
/** How far this aggregator's clock is ahead, ms. */
let aheadMs = 0;
const aggregatorOf = (site: ProvisionedSite) =>
  running ??= site.aggregator({ now: () => new Date(Date.now() + aheadMs) });
let printers = 0;

/** A printer that has shown a sign of life. */
async function printer(site: ProvisionedSite): Promise<Address> {
  const address = { ...ADDRESS, printer: `changed${printers++}` };
  const aggregator = await aggregatorOf(site);
  const wallTime = new Date().toISOString();
  await site.send(DEVICE, presenceMessage(address, { label: "Left", wallTime, state: "idle" }));
  const known = () => aggregator.parts.model.printers.label(address) !== "";
  await until("the printer", known);
  return address;
}

/** An agent that takes announcements as the edge does, by the keys that it was given. */
async function agent(site: ProvisionedSite, address: Address) {
  const folder = site.provisioned.deviceFolders[DEVICE];
  const trust = JSON.parse(await Deno.readTextFile(`${folder}/trust.json`));
  const pinned = new Map(trust.keys.map((key: { kid: string }) => [key.kid, key])) as never;
  const connection: NatsConnection = await site.device(DEVICE);
  const taken: AnnouncedWindow[] = [];
  const commands = connection.subscribe(commandSubject(address, "maintenance"));
  (async () => {
    for await (const message of commands) {
      const command = decode("command", message.data);
      if (!command.ok) continue;
      const { id, body } = command.value.data;
      const signature = message.headers?.get(SIGNATURE_HEADER) ?? "";
      const signed = await verifyDetached(message.data, signature, pinned);
      const window = readMaintenance(address, body, Date.now());
      const ok = signed.ok && window.ok;
      if (signed.ok && window.ok) taken.push(window.value);
      const about = {
        id: crypto.randomUUID(),
        source: edgeSource(address),
        time: new Date().toISOString(),
      };
      const detail = ok ? "announced" : "refused";
      message.respond(encode("reply", about, { contractVersion: 1, id, ok, detail }));
    }
  })();
  await connection.flush();
  return { taken, stop: () => commands.unsubscribe() };
}

/** Somebody who hears of every threat at a printer. */
async function listener(site: ProvisionedSite, address: Address) {
  const { subscriptions, model } = (await aggregatorOf(site)).parts;
  const receiver = startReceiver();
  const record = newPerson(crypto.randomUUID(), `Ear ${printers}`, "admin", null, new Date());
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the person", () => model.auth.person(record.id));
  const actor = { kind: "person", id: record.id, name: record.name } as const;
  const way = { type: "webhook", url: receiver.url, secret: makeWebhookSecret() } as const;
  const channel = await subscriptions.addChannel(actor, "hook", way);
  assert.ok(channel.ok);
  const saved = await subscriptions.save(actor, null, {
    ...defaultWish(channel.ok ? [channel.value] : []),
    printers: [address],
    verdicts: ["potential-cyberthreat", "undetermined", "expected-anomaly"],
    severityMin: "info",
    cooldownS: 0,
  });
  assert.ok(saved.ok);
  return { receiver, actor };
}

if (!skipped) {
  tests("reaches the printer signed, and mutes alarms though all is recorded", async ({ site }) => {
    const { maintenance, model } = (await aggregatorOf(site)).parts;
    const address = await printer(site);
    const { taken, stop } = await agent(site, address);
    const { receiver, actor } = await listener(site, address);
    const target = { site: SITE, printer: address };
    const window = await maintenance.announce(ACTOR, target, 30, "new nozzle");
    assert.ok(window.ok);
    if (!window.ok) return;
    assert.equal(window.value.answers, [{ address, result: "announced", detail: "announced" }]);
    assert.is(taken[0]?.what, "new nozzle");
    assert.is(taken[0]?.by, "Mira");
    assert.ok(taken[0]!.forS > 1700 && taken[0]!.forS <= 1800);

    const deviation = deviationOf(address.printer, "void");
    await site.send(DEVICE, deviationMessage(address, deviation));
    const log = () => model.alerts.log(actor.id, 1e15, 5);
    await until("the held alert", () => log()[0]);
    const { act } = log()[0]!.event;
    assert.is(act.type === "held" && act.reason, "maintenance");
    assert.match(act.why, /new nozzle/);
    assert.ok(model.cases.caseOfDeviation(deviation.id));

    const ended = await maintenance.end(ACTOR, window.value.id);
    assert.ok(ended.ok);
    assert.is(taken[1]?.forS, 0);
    await site.send(DEVICE, deviationMessage(address, deviationOf(address.printer, "cold-block")));
    await until("the alarm after it", () => receiver.got[0]);
    assert.not.match(receiver.got[0]!.text, /layers 41/i);
    stop();
    await receiver.close();
  });

  tests("for a whole site asks every printer, and says which gave no answer", async ({ site }) => {
    const { maintenance, model } = (await aggregatorOf(site)).parts;
    const [there, away] = [await printer(site), await printer(site)];
    const { taken, stop } = await agent(site, there);
    const window = await maintenance.announce(ACTOR, { site: SITE, printer: null }, 5, "power cut");
    assert.ok(window.ok);
    if (!window.ok) return;
    const resultOf = (address: Address) =>
      window.value.answers.find((one) => one.address.printer === address.printer)?.result;
    assert.is(resultOf(there), "announced");
    assert.is(resultOf(away), "unanswered");
    assert.is(taken.length, 1);
    assert.is(
      model.printers.windowsAfter(Date.now())[0]?.answers.length,
      window.value.answers.length,
    );
    await maintenance.end(ACTOR, window.value.id);
    stop();
  });

  tests("reaches a guard that was away as soon as it is heard of again", async ({ site }) => {
    const { maintenance, model } = (await aggregatorOf(site)).parts;
    const address = await printer(site);
    const target = { site: SITE, printer: address };
    const window = await maintenance.announce(ACTOR, target, 30, "new fan");
    assert.ok(window.ok && window.value.answers[0]?.result === "unanswered");
    if (!window.ok) return;
    const { taken, stop } = await agent(site, address);
    aheadMs += 31_000;
    await until("the order", () => taken[0]);
    const result = () => model.printers.window(window.value.id)?.window.answers[0]?.result;
    await until("its answer", () => result() === "announced");
    assert.is(taken[0]?.what, "new fan");
    await maintenance.end(ACTOR, window.value.id);
    stop();
  });

  tests(
    "is refused for printers that nobody knows, and for times out of bounds",
    async ({ site }) => {
      const { maintenance } = (await aggregatorOf(site)).parts;
      const address = await printer(site);
      const target = { site: SITE, printer: address };
      const cases: [Parameters<typeof maintenance.announce>, RegExp][] = [
        [[ACTOR, { site: "nowhere", printer: null }, 5, "x"], /No printer is known as 'nowhere'/],
        [[ACTOR, { site: "other", printer: address }, 5, "x"], /No printer is known/],
        [[ACTOR, target, 0, "x"], /1 to 1440 minutes/],
        [[ACTOR, target, 1441, "x"], /1 to 1440 minutes/],
        [[ACTOR, target, 1.5, "x"], /1 to 1440 minutes/],
        [[ACTOR, target, 5, ""], /1 to 120 characters/],
        [[ACTOR, target, 5, "x".repeat(121)], /1 to 120 characters/],
      ];
      for (const [asked, expected] of cases) {
        const said = await maintenance.announce(...asked);
        assert.match(said.ok ? "taken" : said.issue, expected);
      }
      const unknown = await maintenance.end(ACTOR, crypto.randomUUID());
      assert.not.ok(unknown.ok);
    },
  );

  tests("can be made, listed and taken back from a shell", async ({ site }) => {
    const { model } = (await aggregatorOf(site)).parts;
    const address = await printer(site);
    const broker = await site.broker();
    const now = () => new Date();
    const run = (flags: Parameters<typeof maintenanceCommand>[0]) =>
      maintenanceCommand(flags, site.config, broker, now);
    const name = `${address.site}/${address.device}/${address.printer}`;
    const made = await run({ printer: name, minutes: 10, what: "new belt" });
    assert.ok(made.ok, made.ok ? "" : made.issue);
    const [id = ""] = made.ok ? made.value[0]!.split(" ") : [];
    // What the agents answered is written after it: an end in between would be one on an old view.
    await until("the answers", () => model.printers.window(id)?.window.answers.length);
    const listed = await run({});
    assert.match(
      listed.ok ? listed.value.join("\n") : "",
      new RegExp(`${name} until .*: new belt`),
    );
    const ended = await run({ end: id });
    assert.ok(ended.ok, ended.ok ? "" : ended.issue);
    await until("its end", () => model.printers.window(id)?.window.endedWallTime);
    for (
      const [flags, expected] of [
        [{ minutes: 5, what: "x" }, /either --printer .* or --site/],
        [{ minutes: 5, what: "x", site: "a", printer: name }, /either --printer .* or --site/],
        [
          { minutes: 5, what: "x", printer: "a/b" },
          /SITE\/DEVICE\/PRINTER was required, got 'a\/b'/,
        ],
        [{ minutes: 5, what: "x", printer: "a/b/c/d" }, /was required/],
        [{ end: crypto.randomUUID() }, /No such announcement/],
      ] as const
    ) {
      const said = await run(flags);
      assert.match(said.ok ? "taken" : said.issue, expected);
    }
  });
}

tests.run();
