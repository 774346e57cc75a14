import { suite } from "uvu";
import * as assert from "uvu/assert";
import { channelOf, channelWords } from "../../../cloud/console/channel_form.ts";
import {
  clockOf,
  freshTyped,
  settingsOf,
  typedOf,
  wishOf,
} from "../../../cloud/console/subscription_form.ts";
import { subscriptionSentence } from "../../../cloud/console/subscription_words.ts";
import { ADDRESS, newId } from "../cases/case_fixture.ts";
import { subscription, TOM } from "../subscriptions/lane_fixture.ts";

const tests = suite("a subscription's form");

tests("holds every part of a subscription, there and back", () => {
  const full = subscription({
    name: "Nights",
    enabled: false,
    site: "site1",
    printers: [ADDRESS],
    kinds: ["fan", "hotend-heat"],
    schedule: { days: [1, 5], fromMinute: 22 * 60, toMinute: 6 * 60 + 5 },
    channelIds: [newId(), newId()],
    digestMinute: 450,
    cooldownS: 300,
    repeatEveryS: 600,
    repeatsMax: 2,
    escalateTo: [TOM],
    recovery: false,
  });
  const { contractVersion: _v, type: _t, id: _i, personId: _p, createdWallTime: _c, ...rest } =
    full;
  const { removedWallTime: _r, ...wish } = rest;
  const back = wishOf(typedOf(full));
  assert.ok(back.ok, back.ok ? "" : back.issue);
  if (back.ok) assert.equal(back.value, wish);
});

tests("a fresh form needs nothing but a channel", () => {
  const id = newId();
  assert.ok(wishOf(freshTyped([id])).ok);
  assert.not.ok(wishOf(freshTyped([])).ok);
});

tests("says what a subscription asks for in one sentence", () => {
  const channel = channelOf({ type: "email", name: "Mail", address: "mira@example.org" });
  assert.ok(channel.ok);
  if (!channel.ok) return;
  assert.is(channelWords(channel.value.way), "e-mail to mira@example.org");
  const one = subscription({ repeatEveryS: 300, repeatsMax: 2, escalateTo: [TOM], kinds: ["fan"] });
  const channels = [{
    ...{ contractVersion: 1, type: "channel", id: one.channelIds[0]! } as const,
    ...{ personId: one.personId, createdWallTime: one.createdWallTime, removedWallTime: null },
    ...channel.value,
  }];
  assert.is(
    subscriptionSentence(one, channels, new Map([[TOM, "Tom"]])),
    "Potential cyberthreat, undetermined (fan) from severity medium on; printers lost while they " +
      "print or in need of a person; on every printer; at once, 10 min apart unless graver; by " +
      "Mail; again every 5 min up to 2 times, then Tom, until somebody acknowledges.",
  );
});

tests("shows minutes of the day as clocks", () => {
  assert.equal([0, 65, 1439].map(clockOf), ["00:00", "01:05", "23:59"]);
});

tests("quiet hours need both ends, and settings a zone", () => {
  const form = { timeZone: "UTC", quiet: "on", quietFrom: "22:00", quietTo: "07:00" };
  const read = settingsOf(form);
  assert.ok(read.ok);
  if (read.ok) assert.is(read.value.quietHours?.toMinute, 420);
  for (const bad of [{ ...form, quietTo: "7" }, { ...form, timeZone: "" }, { ...form, x: "1" }]) {
    assert.not.ok(settingsOf(bad).ok);
  }
  const { quietTo: _q, ...half } = form;
  assert.not.ok(settingsOf(half).ok);
});

tests("each webhook gets a secret of its own", () => {
  const secrets = [1, 2].map(() => {
    const made = channelOf({ type: "webhook", name: "x", url: "https://example.org/" });
    return made.ok && made.value.way.type === "webhook" ? made.value.way.secret : "";
  });
  assert.ok(secrets.every((secret) => secret.startsWith("whsec_")));
  assert.is.not(secrets[0], secrets[1]);
});

tests.run();
