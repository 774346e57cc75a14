import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Sighting } from "../../../cloud/cases/case_event.ts";
import { gathered, Timeline } from "../../../cloud/console/timeline.tsx";
import { event, newId, openedWith, sighting } from "../cases/case_fixture.ts";

const test = suite("a case's timeline");

const first = sighting();
const update = (revision: number, change: Partial<Sighting> = {}) =>
  event({ type: "joined", sighting: { ...first, revision, ...change } });

test("updates in a row that say the same are one row, with the last one's words", () => {
  const events = [openedWith(first), update(2), update(3), update(4, { summary: "it goes on" })];
  assert.is(gathered(events).length, 2);
  const html = String(Timeline({ events }));
  assert.match(html, /Updated \(revisions 2 to 4\)/);
  assert.match(html, /it goes on/);
});

test("what changes, what another deviation says and what anybody does stands by itself", () => {
  const other = newId();
  const events = [
    openedWith(first),
    update(2),
    update(3, { verdict: "potential-cyberthreat" }),
    event({ type: "acknowledged" }),
    update(4, { verdict: "potential-cyberthreat" }),
    update(2, { deviationId: other, verdict: "potential-cyberthreat" }),
    event({ type: "joined", sighting: sighting() }),
    event({ type: "joined", sighting: sighting() }),
  ];
  assert.is(gathered(events).length, events.length);
  assert.match(String(Timeline({ events })), /Updated \(revision 2\)/);
});

test("an hour of updates makes a short page", () => {
  const events = [openedWith(first), ...Array.from({ length: 360 }, (_, at) => update(at + 2))];
  assert.ok(String(Timeline({ events })).length < 2000);
});

test.run();
