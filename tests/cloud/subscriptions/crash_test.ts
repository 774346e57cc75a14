/** What becomes of an alert whose sender dies: sent again under the same key, never lost. */
import * as assert from "uvu/assert";
import { accounts, newPerson } from "../../../cloud/auth/accounts.ts";
import { auditLog } from "../../../cloud/auth/audit_log.ts";
import { AGGREGATOR, caseLog } from "../../../cloud/cases/case_log_shell.ts";
import { makeWebhookSecret } from "../../../cloud/channels/webhook.ts";
import { subscriptionDesk } from "../../../cloud/subscriptions/desk_shell.ts";
import { ADDRESS, newId, sighting } from "../cases/case_fixture.ts";
import { siteSuite, until } from "../site_fixture.ts";
import { subscription } from "./lane_fixture.ts";
import { startReceiver } from "./receiver_fixture.ts";
import { replica } from "./replica_fixture.ts";

const { tests, skipped } = await siteSuite("an alert whose sender dies");
let aheadMs = 0;
const targetsOf = () => "allow" as const;
const now = () => new Date(Date.now() + aheadMs);

if (!skipped) {
  tests("before it has sent anything, or before it could write that down", async ({ site }) => {
    const receiver = startReceiver();
    const keys: string[] = [];
    const first = await replica(site, now, {
      send: (_channel, { key }) => {
        keys.push(key);
        return new Promise(() => {});
      },
    });
    const { broker, model, projector } = first;
    const record = newPerson(newId(), "Mira", "expert", null, now());
    await accounts(broker, projector.reached).write(record, 0);
    const actor = { kind: "person", id: record.id, name: record.name } as const;
    const audit = auditLog(broker, now);
    const desk = subscriptionDesk({ model, broker, projector, audit, targetsOf, now });
    const way = { type: "webhook", url: receiver.url, secret: makeWebhookSecret() } as const;
    const channel = await desk.addChannel(actor, "hook", way);
    assert.ok(channel.ok);
    const wish = { ...subscription(), channelIds: channel.ok ? [channel.value] : [] };
    assert.ok((await desk.save(actor, null, wish)).ok);
    const caseId = newId();
    const threat = sighting({ verdict: "potential-cyberthreat", severity: "high" });
    const act = { type: "opened", address: ADDRESS, sightings: [threat] } as const;
    const opened = { ...act, sightings: [threat], reopens: null, follows: null };
    await caseLog(broker, projector, now).write(caseId, opened, AGGREGATOR, 0);
    await until("the first try", () => keys[0]);
    await first.kill();

    const second = await replica(site, now);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    // It may still be under way elsewhere.
    assert.equal(receiver.got, []);
    aheadMs += 61_000;
    await until("the same alert again", () => receiver.got[0]);
    assert.is(receiver.got[0]!.headers.get("webhook-id"), keys[0]);
    const { alerts } = second.model;
    const row = () => alerts.log(actor.id, Number.MAX_SAFE_INTEGER, 5)[0]?.deliveries[0];
    await until("its record", () => row()?.state === "delivered");
    assert.is(row()?.attempt, 2);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.is(receiver.got.length, 1);
    await second.close();
    await receiver.close();
  });

  tests("while nobody leads: what happened meanwhile is told by the next", async ({ site }) => {
    const receiver = startReceiver();
    const asleep = await replica(site, now, { mayLead: () => false });
    const { broker, model, projector } = asleep;
    const record = newPerson(newId(), "Tom", "expert", null, now());
    await accounts(broker, projector.reached).write(record, 0);
    const actor = { kind: "person", id: record.id, name: record.name } as const;
    const audit = auditLog(broker, now);
    const desk = subscriptionDesk({ model, broker, projector, audit, targetsOf, now });
    const way = { type: "webhook", url: receiver.url, secret: makeWebhookSecret() } as const;
    const channel = await desk.addChannel(actor, "hook", way);
    const wish = { ...subscription(), channelIds: channel.ok ? [channel.value] : [] };
    assert.ok((await desk.save(actor, null, wish)).ok);
    for (let index = 0; index < 3; index++) {
      const threat = sighting({ verdict: "undetermined", severity: "medium" });
      const opened = { type: "opened", address: ADDRESS, sightings: [threat] } as const;
      const act = { ...opened, sightings: [threat], reopens: null, follows: null };
      await caseLog(broker, projector, now).write(newId(), act, AGGREGATOR, 0);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal(receiver.got, []);
    await asleep.close();
    const awake = await replica(site, now);
    await until("one message about all three", () => receiver.got[0]);
    assert.is(JSON.parse(receiver.got[0]!.text).about.length, 3);
    await awake.close();
    await receiver.close();
  });

  tests("what a person may not see at a site is never told them", async ({ site }) => {
    const blind = await replica(site, now, { maySee: () => false });
    const { broker, model, projector } = blind;
    const [one] = model.alerts.subscriptions();
    const before = model.alerts.lane(one!.id).sequence;
    const threat = sighting({ verdict: "potential-cyberthreat", severity: "critical" });
    const opened = { type: "opened", address: ADDRESS, sightings: [threat] } as const;
    const act = { ...opened, sightings: [threat], reopens: null, follows: null };
    await caseLog(broker, projector, now).write(newId(), act, AGGREGATOR, 0);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    assert.is(model.alerts.lane(one!.id).sequence, before);
    await blind.close();
    const seeing = await replica(site, now);
    await until("the same, once they may", () => {
      return seeing.model.alerts.lane(one!.id).sequence > before;
    });
    await seeing.close();
  });
}

tests.run();
