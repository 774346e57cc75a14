/** From a deviation to a person, through a real broker and a real receiver. */
import * as assert from "uvu/assert";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import { deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { freshAddress, noticeOf, nowOf, pause, sleepMs, subscribed } from "./subscribed_fixture.ts";

const { tests, skipped } = await siteSuite("alerts, from a deviation to a person");

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
    sleepMs(site, 11_000);
    await until("the second try", () => receiver.got[1]);
    assert.is(noticeOf(receiver.got[1]!.text).key, noticeOf(receiver.got[0]!.text).key);
    assert.is(
      receiver.got[0]!.headers.get("webhook-id"),
      receiver.got[1]!.headers.get("webhook-id"),
    );
    await until("the delivery", () => row()?.state === "delivered");
    await receiver.close();
  });

  tests("a guard that falls silent while its printer prints is told", async ({ site }) => {
    const address = freshAddress();
    const { receiver, aggregator } = await subscribed(site, address.printer);
    const { model } = aggregator.parts;
    const say = (state: "printing") => {
      const wallTime = nowOf(site)().toISOString();
      return site.send(DEVICE, presenceMessage(address, { label: "Right", wallTime, state }));
    };
    const state = () => model.printers.standing(address).standing?.state;
    await say("printing");
    await until("its state", () => state() === "printing");
    sleepMs(site, 61_000);
    await until("its silence", () => state() === "silent");
    await until("the alert", () => receiver.got[0]);
    const { text } = noticeOf(receiver.got[0]!.text);
    assert.is(text, "Right: Nothing is heard of its guard, and it was printing");
    await receiver.close();
  });
}

tests.run();
