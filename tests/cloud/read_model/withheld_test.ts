import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Stored } from "../../../cloud/broker/broker.ts";
import { STREAMS } from "../../../cloud/broker/streams.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { fleetQueries } from "../../../cloud/read_model/fleet_queries.ts";
import { createProjection, noChange } from "../../../cloud/read_model/projection.ts";
import { promisedNext, STANDS_AFTER_MS, withheldOf } from "../../../cloud/read_model/withheld.ts";
import {
  deviationMessage,
  fabricateDeviation,
  presenceMessage,
  seeded,
  type WireMessage,
} from "../../../scripts/fabricate.ts";

const withheld = suite("what a broker withholds");
const ADDRESS = { site: "site1", device: "dev1", printer: "p1" };
const BEGIN_MS = Date.UTC(2026, 10, 23);
const random = seeded(5);

function deviation(revision = 1, id?: string) {
  const wallTime = new Date(BEGIN_MS).toISOString();
  const change = id === undefined ? { revision } : { revision, id };
  return fabricateDeviation({ recipe: "void", printer: "p1", random, wallTime, change });
}

function open() {
  const database = openDatabase(":memory:");
  const projection = createProjection(database);
  let sequence = 0;
  async function take(stream: Stored["stream"], message: WireMessage, storedMs: number) {
    sequence += 1;
    const { subject, bytes, id } = message;
    const stored = {
      stream,
      subject,
      sequence,
      storedMs,
      bytes,
      signature: "",
      pending: 0,
      note: "",
      id,
    };
    await projection.prepare([stored]);
    projection.project(stored, noChange());
    projection.finish();
  }
  return {
    database,
    deviation: (one: ReturnType<typeof deviation>, atS = 0) =>
      take(STREAMS.deviations, deviationMessage(ADDRESS, one), BEGIN_MS + atS * 1000),
    /** The same, torn, so that nobody can read it. */
    torn(one: ReturnType<typeof deviation>, id?: string) {
      const message = deviationMessage(ADDRESS, one);
      const torn = { ...message, id: id ?? message.id, bytes: message.bytes.slice(1) };
      return take(STREAMS.deviations, torn, BEGIN_MS);
    },
    refused: () => fleetQueries(database).printers(1)[0]!.refused,
    /** The guard says, so many seconds after the beginning, what it has delivered. */
    async tells(revisions: number, atS: number, since = 7, outboxPending = 0) {
      const storedMs = BEGIN_MS + atS * 1000;
      const wallTime = new Date(storedMs).toISOString();
      const wish = { label: "", wallTime, delivered: { since, revisions }, outboxPending };
      await take(STREAMS.presence, presenceMessage(ADDRESS, wish), storedMs);
      return fleetQueries(database).printers(1)[0]!.withheld;
    },
  };
}

withheld("is counted once the guard's count has stood for long enough", async () => {
  const model = open();
  const kept = deviation();
  for (const one of [deviation(), deviation()]) await model.deviation(one);
  assert.is(await model.tells(3, 0), 0, "the third may be on its way");
  assert.is(await model.tells(3, 10), 0);
  assert.is(await model.tells(3, 40), 1);
  await model.deviation(kept);
  assert.is(await model.tells(3, 50), 0, "it has come after all");
  model.database.close();
});

withheld("a later word on a deviation that never came is missed too", async () => {
  const model = open();
  const first = deviation();
  await model.deviation(first);
  await model.tells(3, 0);
  assert.is(await model.tells(3, 40), 2, "revisions 2 and 3");
  await model.deviation(deviation(3, first.id));
  assert.is(await model.tells(3, 80), 0, "a later one says what an earlier one said");
  model.database.close();
});

withheld("nobody is accused for what came twice or out of order", async () => {
  const model = open();
  const first = deviation();
  for (const revision of [2, 1, 2, 3, 1]) await model.deviation(deviation(revision, first.id));
  await model.tells(3, 0);
  assert.is(await model.tells(3, 40), 0);
  model.database.close();
});

withheld("a guard whose store was begun anew is held against what comes from then on", async () => {
  const model = open();
  for (let count = 0; count < 10; count++) await model.deviation(deviation());
  await model.tells(10, 0);
  await model.tells(10, 40);
  assert.is(await model.tells(0, 80, 8), 0);
  await model.deviation(deviation());
  assert.is(await model.tells(2, 120, 8), 0);
  assert.is(await model.tells(2, 160, 8), 1);
  model.database.close();
});

withheld("tables built anew from deviations before presences accuse nobody", async () => {
  const model = open();
  // Eight came before the oldest presence that is left, four after it.
  for (let count = 0; count < 12; count++) await model.deviation(deviation(), count < 8 ? 0 : 60);
  await model.tells(8, 30);
  await model.tells(12, 90);
  assert.is(await model.tells(12, 130), 0);
  assert.is(await model.tells(13, 170), 0);
  assert.is(await model.tells(13, 210), 1, "what is withheld from now on is missed");
  model.database.close();
});

withheld("what has arrived before its guard heard of that accuses nobody", async () => {
  for (const [pending, firstS] of [[1, 60], [0, 1]] as const) {
    const model = open();
    // The guard counts two: of the third it still waits for the broker's word, or sent it just then.
    for (let count = 0; count < 3; count++) await model.deviation(deviation());
    await model.tells(2, firstS, 7, pending);
    await model.deviation(deviation(), 70);
    await model.tells(4, 90);
    assert.is(await model.tells(4, 130), 0);
    await model.tells(5, 170);
    assert.is(await model.tells(5, 210), 1, "what is withheld is missed all the same");
    model.database.close();
  }
});

withheld(
  "a store begun anew amid traffic hides no more than what came until it was quiet",
  async () => {
    const model = open();
    for (let count = 0; count < 10; count++) await model.deviation(deviation());
    assert.is(await model.tells(1, 2, 8, 1), 0);
    await model.deviation(deviation(), 3);
    assert.is(await model.tells(1, 40, 8), 0, "from here on the ten are known to be older");
    assert.is(await model.tells(2, 80, 8), 0);
    assert.is(await model.tells(2, 120, 8), 1);
    model.database.close();
  },
);

withheld("what was refused here has arrived, and is told apart", async () => {
  const model = open();
  const twice = deviation(2);
  await model.torn(twice);
  await model.torn(twice);
  await model.deviation(deviation());
  await model.tells(3, 0);
  assert.is(await model.tells(4, 40), 0);
  assert.is(await model.tells(4, 80), 1, "another one never came");
  assert.is(model.refused(), 1);
  await model.deviation(deviation(3, twice.id));
  assert.is(await model.tells(4, 120), 0, "a later word counts from what was refused");
  model.database.close();
});

withheld("what is refused after it was taken, or isn't a guard's, counts for nothing", async () => {
  const model = open();
  const one = deviation(2);
  await model.deviation(one);
  await model.torn(deviation(1, one.id));
  await model.torn(deviation(), "no-id-of-ours.1");
  await model.tells(3, 0);
  assert.is(await model.tells(3, 40), 1);
  model.database.close();
});

withheld("old presences between the new ones hide nothing", async () => {
  const model = open();
  for (let count = 0; count < 5; count++) await model.deviation(deviation());
  await model.tells(5, 0);
  let missed = 0;
  for (let atS = 40; atS < 400; atS += 40) {
    await model.tells(9, atS);
    missed = await model.tells(5, atS + 35);
  }
  assert.is(missed, 4);
  model.database.close();
});

withheld("an older presence shown again changes nothing", () => {
  const first = promisedNext(null, { since: 1, revisions: 5 }, 0, 5);
  const second = promisedNext(first, { since: 1, revisions: 9 }, STANDS_AFTER_MS, 9);
  assert.equal(promisedNext(second, { since: 1, revisions: 5 }, STANDS_AFTER_MS + 5, 9), second);
  assert.is(withheldOf(second, 9), 0);
  assert.is(withheldOf(null, 0), 0);
});

withheld.run();
