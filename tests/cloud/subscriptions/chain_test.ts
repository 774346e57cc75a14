/** Lost printers, people who don't answer, and several replicas. */
import * as assert from "uvu/assert";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import { deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { startReceiver } from "./receiver_fixture.ts";
import { replica } from "./replica_fixture.ts";
import {
  freshAddress,
  noticeOf,
  nowOf,
  pause,
  sleepMs,
  somebody,
  subscribed,
  webhookOf,
} from "./subscribed_fixture.ts";

const { tests, skipped } = await siteSuite("alerts that somebody has to answer");

if (!skipped) {
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
    const others = [await replica(site, nowOf(site)), await replica(site, nowOf(site))];
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
    sleepMs(site, 601_000);
    await until("the reminder", () => receiver.got[1]);
    assert.match(noticeOf(receiver.got[1]!.text).title, /^Still unanswered/);
    assert.equal(second.got, []);
    sleepMs(site, 601_000);
    await until("the next person", () => second.got[0]);
    assert.match(noticeOf(second.got[0]!.text).title, /^Nobody has answered/);
    const { about } = model.cases.caseOfDeviation(deviation.id)!;
    assert.is((await desk.acknowledge(about.id, next, null)).type, "done");
    sleepMs(site, 601_000);
    await pause(3_000);
    assert.is(receiver.got.length + second.got.length, 3);
    await receiver.close();
    await second.close();
  });
}

tests.run();
