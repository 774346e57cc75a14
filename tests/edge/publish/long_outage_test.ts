/** A week without a broker, in the outbox' own running time. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { counter } from "../../../edge/publish/counter.ts";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Publisher } from "../../../edge/publish/publisher.ts";
import { Store } from "../../../edge/publish/store.ts";
import { seeded } from "../../../scripts/fabricate.ts";
import { silent } from "./site_fixture.ts";

const outage = suite("a week without a broker");

const MINUTES = 7 * 24 * 60;
/** Room for about a quarter of what the week brings. */
const BYTES_MAX = 786_432;
const DAY_S = 86_400;

interface Week {
  store: Store;
  outbox: Outbox;
  made: OutboxMessage[];
  largestBytes: number;
  largestFileBytes: number;
}

/** One deviation in ten minutes, a quarter of them told again; each tenth one a threat. */
function live(folder: string, ageMaxS: number): Week {
  const random = seeded(6);
  const store = new Store(`${folder}/edge.db`, BYTES_MAX, () => {});
  const outbox = new Outbox(store, ageMaxS);
  const week: Week = { store, outbox, made: [], largestBytes: 0, largestFileBytes: 0 };
  for (let minute = 0; minute < MINUTES; minute += 10) {
    const again = week.made.at(-1);
    const isAgain = again !== undefined && random() < 0.25;
    const about = isAgain ? again.about : `m${minute}`;
    const revision = isAgain ? again.revision + 1 : 1;
    const message: OutboxMessage = {
      subject: "printwarden.v1.s.d.p.deviation.undetermined.flow",
      msgId: `${about}.${revision}`,
      about,
      revision,
      class: isAgain ? again.class : random() < 0.1 ? "threat" : "deviation",
      bytes: new Uint8Array(2000 + Math.floor(random() * 2000)),
    };
    assert.ok(outbox.add(message), "the disk takes it");
    week.made.push(message);
    outbox.tick(600);
    week.largestBytes = Math.max(week.largestBytes, outbox.counts().bytes);
    week.largestFileBytes = Math.max(week.largestFileBytes, Deno.statSync(store.file).size);
  }
  return week;
}

/** The broker is back: what is left is delivered, in the order in which it comes. */
async function deliver({ outbox }: Week): Promise<string[]> {
  const came: string[] = [];
  const publisher = new Publisher(outbox, {
    deliver({ msgId }) {
      came.push(msgId);
      return Promise.resolve({ outcome: "stored" });
    },
  }, silent);
  await publisher.pass(new AbortController().signal);
  return came;
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outage-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

outage(
  "keeps its bound, counts what it gives up, and sends the rest in order, once",
  () =>
    withFolder(async (folder) => {
      const week = live(folder, 60 * DAY_S);
      assert.ok(week.largestBytes <= BYTES_MAX, `${week.largestBytes} bytes`);
      assert.ok(week.largestFileBytes <= BYTES_MAX * 1.5 + 2_097_152, `${week.largestFileBytes}`);
      const { dropped, pending } = week.outbox.counts();
      assert.ok(dropped > week.made.length / 2, `${dropped} of ${week.made.length} given up`);
      assert.is(pending + dropped, week.made.length, "each is either kept or counted as given up");
      const came = await deliver(week);
      assert.is(came.length, pending);
      const order = week.made.map(({ msgId }) => msgId).filter((msgId) => came.includes(msgId));
      assert.equal(came, order);
      assert.is(week.outbox.counts().bytes, 0);
      week.store.close();
    }),
);

outage(
  "gives up superseded words and the oldest news first, and no threat before them",
  () =>
    withFolder(async (folder) => {
      const week = live(folder, 60 * DAY_S);
      const came = new Set(await deliver(week));
      const lastOf = new Map(week.made.map((message) => [message.about, message]));
      const last = [...lastOf.values()];
      assert.ok(last.filter((one) => one.class === "threat").every((one) => came.has(one.msgId)));
      const plain = last.filter((one) => one.class !== "threat").map((one) => came.has(one.msgId));
      const firstKept = plain.indexOf(true);
      assert.ok(firstKept > 0, "the oldest are gone");
      assert.ok(plain.slice(firstKept).every(Boolean), "nothing newer than one kept is gone");
      week.store.close();
    }),
);

outage("keeps nothing longer than it may, and counts that too", () =>
  withFolder(async (folder) => {
    const week = live(folder, 0.25 * DAY_S);
    const { dropped, pending } = week.outbox.counts();
    assert.is(pending + dropped, week.made.length);
    const came = await deliver(week);
    const oldest = week.made.findIndex(({ msgId }) => msgId === came[0]);
    const ageS = (week.made.length - oldest) * 600;
    assert.ok(ageS <= 0.25 * DAY_S + 600, `the oldest waited ${ageS} s`);
    assert.is(week.store.run((db) => counter(db, "dropped")), dropped);
    week.store.close();
  }));

outage.run();
