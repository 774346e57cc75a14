import * as assert from "uvu/assert";
import type { Broker, Kept, Settlement, Stored } from "../../../cloud/broker/broker.ts";
import { WORKERS } from "../../../cloud/broker/connect.ts";
import { AUDIT_SUBJECT, caseSubject, STREAMS } from "../../../cloud/broker/streams.ts";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the broker module on a real nats-server");
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (message: Kept) => new TextDecoder().decode(message.bytes);

async function take(broker: Broker, after: number, count: number): Promise<Stored[]> {
  const stop = new AbortController();
  const found: Stored[] = [];
  for await (const message of broker.tail(STREAMS.cases, after, stop.signal)) {
    found.push(message);
    if (found.length >= count) break;
  }
  stop.abort();
  return found;
}

if (!skipped) {
  tests("of two writers who know the same last event, one wins", async ({ site }) => {
    const [one, two] = [await site.broker(), await site.broker()];
    const subject = caseSubject(crypto.randomUUID());
    const first = await one.append(subject, bytesOf("a"), {
      id: crypto.randomUUID(),
      lastSubjectSequence: 0,
    });
    assert.is(first.type, "stored");
    if (first.type !== "stored") return;
    const write = (broker: Broker, text: string) =>
      broker.append(subject, bytesOf(text), {
        id: crypto.randomUUID(),
        lastSubjectSequence: first.sequence,
      });
    const both = await Promise.all([write(one, "b"), write(two, "c")]);
    assert.equal(both.map((result) => result.type).toSorted(), ["conflict", "stored"]);
  });

  tests(
    "the same message stored again is the same message, even upon a stale sequence",
    async ({ site }) => {
      const broker = await site.broker();
      const options = { id: crypto.randomUUID(), lastSubjectSequence: 0 };
      const subject = caseSubject(crypto.randomUUID());
      const first = await broker.append(subject, bytesOf("a"), options);
      const second = await broker.append(subject, bytesOf("a"), options);
      assert.equal(second, { ...first, again: true });
      if (first.type !== "stored") return;
      // Writers upon one sequence share what the broker tells messages apart by.
      const upon = { id: crypto.randomUUID(), lastSubjectSequence: first.sequence };
      const third = await broker.append(subject, bytesOf("b"), upon);
      assert.is(third.type, "stored");
      assert.equal(await broker.append(subject, bytesOf("b"), upon), { ...third, again: true });
      const other = { ...upon, id: crypto.randomUUID() };
      assert.equal(await broker.append(subject, bytesOf("c"), other), { type: "conflict" });
    },
  );

  tests(
    "a tail gives every message in order, from where it is asked to begin",
    async ({ site }) => {
      const broker = await site.broker();
      const subject = caseSubject(crypto.randomUUID());
      const { lastSequence } = await broker.head(STREAMS.cases);
      for (const text of ["a", "b", "c"]) {
        await broker.append(subject, bytesOf(text), { id: crypto.randomUUID() });
      }
      const all = await take(broker, lastSequence, 3);
      assert.equal(all.map(textOf), ["a", "b", "c"]);
      assert.equal((await take(broker, lastSequence + 1, 2)).map(textOf), ["b", "c"]);
      assert.is(all.at(-1)?.pending, 0);
    },
  );

  tests("the last message of a subject is found, and of an unknown one none", async ({ site }) => {
    const broker = await site.broker();
    const subject = caseSubject(crypto.randomUUID());
    assert.is(await broker.last(STREAMS.cases, subject), null);
    await broker.append(subject, bytesOf("x"), { id: crypto.randomUUID() });
    assert.is(textOf((await broker.last(STREAMS.cases, subject))!), "x");
    assert.is(await broker.last(STREAMS.audit, AUDIT_SUBJECT), null);
  });

  tests("a worker gets what it puts off again, and never what it refuses", async ({ site }) => {
    const broker = await site.broker();
    const stop = new AbortController();
    const seen: string[] = [];
    const settlements: Settlement[] = [
      { type: "later", delayMs: 50 },
      { type: "refused", issue: "no" },
      { type: "done" },
    ];
    const working = broker.work(STREAMS.presence, WORKERS.outcomes, 1, (message) => {
      seen.push(message.subject);
      return Promise.resolve(settlements.shift() ?? { type: "done" });
    }, stop.signal);
    const wallTime = new Date().toISOString();
    await site.send(DEVICE, presenceMessage(ADDRESS, { label: "P", wallTime }));
    await until("the second delivery", () => seen.length >= 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    stop.abort();
    await working;
    assert.is(seen.length, 2);
    assert.is(seen[0], seen[1]);
  });

  tests("a tail misses nothing when nats-server is killed and comes back", async ({ site }) => {
    const broker = await site.broker();
    const subject = caseSubject(crypto.randomUUID());
    const { lastSequence } = await broker.head(STREAMS.cases);
    const stop = new AbortController();
    const texts: string[] = [];
    const tailing = (async () => {
      for await (const message of broker.tail(STREAMS.cases, lastSequence, stop.signal)) {
        texts.push(textOf(message));
      }
    })();
    await broker.append(subject, bytesOf("before"), { id: crypto.randomUUID() });
    await until("the first message", () => texts.length === 1);
    await site.killNats();
    const writing = broker.append(subject, bytesOf("meanwhile"), { id: crypto.randomUUID() });
    await site.startNats();
    assert.is((await writing).type, "stored");
    await broker.append(subject, bytesOf("after"), { id: crypto.randomUUID() });
    await until("all messages", () => texts.length >= 3);
    stop.abort();
    await tailing;
    assert.equal(texts, ["before", "meanwhile", "after"]);
  });
}

tests.run();
