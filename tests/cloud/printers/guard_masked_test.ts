/** A grave change of a guard, and at once a harmless one: neither may hide the other. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { printerSubject, STREAMS } from "../../../cloud/broker/streams.ts";
import type { GuardChange, GuardMake } from "../../../cloud/printers/guard_change.ts";
import type { PrinterEvent } from "../../../cloud/printers/printer_event.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { printerQueries } from "../../../cloud/read_model/printer_queries.ts";
import { createProjection, noChange } from "../../../cloud/read_model/projection.ts";
import { ADDRESS, newId, NOW } from "../cases/case_fixture.ts";

const tests = suite("changes of one guard in a row");
const DIGEST = "a".repeat(64);
const make: GuardMake = {
  ...{ version: "1", config: DIGEST, detector: DIGEST, classifier: DIGEST },
  ...{ profile: null, trust: DIGEST, release: null },
};
const bootId = newId();

function change(changed: GuardChange["changed"], announcedBy: string | null = null): GuardChange {
  return { type: "guard", make, bootId, changed, announcedBy };
}

/** The read model after these events of one printer. */
function unannouncedAfter(acts: PrinterEvent["act"][]) {
  const database = openDatabase(":memory:");
  const { project } = createProjection(database);
  const refusals = noChange();
  acts.forEach((act, at) => {
    const event: PrinterEvent = { contractVersion: 1, id: newId(), address: ADDRESS, at: NOW, act };
    project({
      ...{ stream: STREAMS.printers, subject: printerSubject(ADDRESS), sequence: at + 1 },
      ...{ bytes: new TextEncoder().encode(JSON.stringify(event)), storedMs: 0, pending: 0 },
      ...{ id: event.id, signature: "", note: "" },
    }, refusals);
  });
  assert.is(refusals.refused, 0);
  const found = printerQueries(database).unannounced(10);
  database.close();
  return found;
}

const heard = { type: "state", from: null, to: "idle" } as const;

tests("each that nobody announced asks for a case of its own", () => {
  const found = unannouncedAfter([
    heard,
    change([]),
    change(["pinned keys"]),
    change(["program"], "Mira: update"),
    change(["configuration"]),
  ]);
  assert.equal(found.map(({ change }) => change.changed), [["pinned keys"], ["configuration"]]);
  assert.equal(found.map(({ address }) => address), [ADDRESS, ADDRESS]);
  assert.is(new Set(found.map(({ change }) => change.eventId)).size, 2);
});

tests("the last ones are kept, however many there are", () => {
  const many = Array.from({ length: 100 }, () => change(["configuration"]));
  const found = unannouncedAfter([heard, ...many, change(["pinned keys"])]);
  assert.ok(found.length < 20, `${found.length}`);
  assert.equal(found.at(-1)!.change.changed, ["pinned keys"]);
});

tests.run();
