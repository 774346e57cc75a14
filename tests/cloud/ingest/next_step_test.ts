/** Which events give waiting deviations their cases, and in what order they are looked at. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Case } from "../../../cloud/cases/case.ts";
import type { Sighting } from "../../../cloud/cases/case_event.ts";
import { foldCase } from "../../../cloud/cases/fold.ts";
import { nextSteps, type Step } from "../../../cloud/ingest/next_step.ts";
import { waitingQueue } from "../../../cloud/ingest/waiting_queue.ts";
import type { FoundCase } from "../../../cloud/read_model/found_case.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { readModelOf } from "../../../cloud/read_model/read_model.ts";
import { ADDRESS, event, newId, sighting } from "../cases/case_fixture.ts";

const tests = suite("events for waiting deviations");
const WINDOW_S = 600;
const BOOT = newId();

/** A deviation of a cause at some second after boot. */
function at(detectedEventS: number, causeId = "cause-a", change: Partial<Sighting> = {}): Sighting {
  const identity = `${causeId}/${detectedEventS}`;
  return sighting({ ...{ bootId: BOOT, identity, causeId, detectedEventS }, ...change });
}

function caseOf(...sightings: Sighting[]): Case {
  const caseId = newId();
  const opened = { type: "opened", address: ADDRESS, sightings } as const;
  const act = { ...opened, sightings, reopens: null, follows: null };
  const folded = foldCase([event(act, { caseId })]);
  if (!folded.ok) throw new Error(folded.issue);
  return folded.value;
}

function stepsFor(sightings: Sighting[], there: Case[] = []) {
  const found: FoundCase[] = there.map((about) => ({ about, lastSequence: 7 }));
  const cases = {
    akinCases: () => found,
    openingSequence: () => 0,
    caseOfDeviation: (id: string) =>
      found.find(({ about }) => about.sightings.some((one) => one.deviationId === id)) ?? null,
  };
  const waiting = sightings.map((one) => ({ address: ADDRESS, sighting: one }));
  return nextSteps(cases, waiting, WINDOW_S);
}

const seenIn = ({ act }: Step) =>
  act.type === "opened"
    ? act.sightings.map((one) => one.detectedEventS)
    : act.type === "joined"
    ? act.sighting.detectedEventS
    : act.type;

tests("what waits together and belongs together opens its case in one event", () => {
  const { steps } = stepsFor([at(100), at(110, "cause-b"), at(120), at(130, "cause-b")]);
  assert.equal(steps.map(seenIn), [[100, 120], [110, 130]]);
  assert.ok(steps.every(({ lastSequence }) => lastSequence === 0));
});

tests("what is too far apart opens a case of its own that names the one before", () => {
  const { steps } = stepsFor([at(100), at(100 + WINDOW_S + 1)]);
  assert.equal(steps.map(seenIn), [[100], [100 + WINDOW_S + 1]]);
  const chained = stepsFor([at(100), at(600), at(1100)]);
  assert.equal(chained.steps.map(seenIn), [[100, 600, 1100]]);
});

tests("a full case is followed by the next", () => {
  const many = Array.from({ length: 70 }, (_, n) => at(100 + n));
  const { steps } = stepsFor(many);
  assert.equal(steps.map(({ act }) => act.type === "opened" ? act.sightings.length : 0), [64, 6]);
  const second = steps[1]!.act;
  assert.is(second.type === "opened" ? second.follows : "", steps[0]!.caseId);
});

tests("a case that is there takes one event, and what follows on it waits", () => {
  const there = caseOf(at(50));
  const { steps } = stepsFor([at(60), at(70, "cause-b"), at(80), at(90, "cause-b")], [there]);
  assert.equal(steps.map(seenIn), [60, [70]]);
  assert.is(steps[0]!.lastSequence, 7);
});

tests("a later revision goes to its own case once, and a known one nowhere", () => {
  const first = at(50);
  const there = caseOf(first);
  const later = { ...first, revision: 2 };
  const last = { ...first, revision: 3 };
  assert.equal(stepsFor([later, last], [there]).steps.map(({ act }) => act), [
    { type: "joined", sighting: later },
  ]);
  const knows = caseOf(later);
  const { steps, known } = stepsFor([later, at(60)], [knows]);
  assert.equal(known, [later]);
  assert.equal(steps.map(seenIn), [60]);
});

/** A read model in memory in which these printers' deviations wait, in this order. */
function waitingAt(printers: string[]) {
  const database = openDatabase(":memory:");
  const wait = database.prepare("INSERT INTO waiting VALUES (?, ?, 1, 's', 'd', ?, ?)");
  printers.forEach((printer, index) => {
    const one = at(index, `cause-${index % 1000}`);
    wait.run(index + 1, one.deviationId, printer, JSON.stringify(one));
  });
  return {
    database,
    queue: waitingQueue({ cases: readModelOf(database).cases, bundleWindowS: 5 }),
  };
}

const printersOf = (steps: readonly Step[]) => [
  ...new Set(steps.map(({ act }) => act.type === "opened" ? act.address.printer : "")),
];

tests("a printer that talks without end keeps no other waiting", () => {
  const { database, queue } = waitingAt([...Array(1500).fill("a"), "b", "c", "c"]);
  const first = queue.next();
  assert.equal(printersOf(first.steps), ["a"]);
  const second = queue.next();
  assert.equal(printersOf(second.steps), ["b", "c"]);
  assert.equal(queue.next().steps, [], "all are under way");
  second.done();
  assert.equal(printersOf(queue.next().steps), ["b", "c"], "until they have arrived");
  first.done();
  assert.equal(printersOf(queue.next().steps), ["a"]);
  database.close();
});

tests("of a printer at the edge of a round nothing is left behind", () => {
  const { database, queue } = waitingAt([...Array(500).fill("a"), ...Array(300).fill("b")]);
  assert.equal(printersOf(queue.next().steps), ["a"]);
  const second = queue.next();
  assert.equal(printersOf(second.steps), ["b"]);
  assert.is(second.steps.length, 300);
  database.close();
});

tests.run();
