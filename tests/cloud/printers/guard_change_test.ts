import { suite } from "uvu";
import * as assert from "uvu/assert";
import { guardCaseId, guardSighting } from "../../../cloud/printers/guard_case.ts";
import {
  announcedBy,
  changedParts,
  type GuardMake,
  type GuardPart,
} from "../../../cloud/printers/guard_change.ts";
import type { MaintenanceWindow } from "../../../cloud/printers/maintenance_window.ts";
import type { Standing } from "../../../cloud/printers/standing.ts";
import { guardChangeOf, LATE_MS } from "../../../cloud/printers/watch.ts";
import { Sighting } from "../../../cloud/cases/case_event.ts";
import { ADDRESS, MIRA, newId, NOW, NOW_MS } from "../cases/case_fixture.ts";

const tests = suite("a guard's make");
const digest = (letter: string) => letter.repeat(64);
const release = { version: "1.0.0", digest: digest("a"), signedBy: "key-1" };
const MAKE: GuardMake = {
  version: "1.0.0",
  config: digest("b"),
  detector: digest("c"),
  classifier: digest("d"),
  profile: digest("e"),
  trust: digest("f"),
  release,
};
const other = digest("0");

const changes: [string, Partial<GuardMake>, GuardPart[]][] = [
  ["nothing", {}, []],
  ["the configuration", { config: other }, ["configuration"]],
  ["a source's version", { version: "1.0.1" }, ["program"]],
  ["the detector's network", { detector: other }, ["detector"]],
  ["known issues", { classifier: other }, ["known issues"]],
  ["a calibration that was another", { profile: other }, ["calibration"]],
  ["a calibration that was taken away", { profile: null }, ["calibration"]],
  ["a pinned key", { trust: other }, ["pinned keys"]],
  ["pinned keys that aren't told any more", { trust: null }, ["pinned keys"]],
  [
    "files that aren't what was signed",
    { release: { ...release, signedBy: null } },
    ["signature"],
  ],
  ["a release that is gone", { release: null }, ["program", "signature"]],
];
for (const [what, change, parts] of changes) {
  tests(`${what} is told by its name`, () => {
    assert.equal(changedParts(MAKE, { ...MAKE, ...change }), parts);
  });
}

tests("a first calibration, and what an older guard didn't tell, is no change", () => {
  const older = { ...MAKE, profile: null, trust: null, release: null };
  assert.equal(changedParts({ ...MAKE, profile: null }, MAKE), []);
  assert.equal(changedParts({ ...older, release }, MAKE), []);
});

const next = { version: "1.1.0", digest: other, signedBy: "key-1" };
const updated = { ...MAKE, version: "1.1.0", release: next, detector: other, classifier: other };

tests("a release of the same key announces itself, what it brings along, and nothing else", () => {
  const by = (now: GuardMake) => announcedBy(MAKE, now, changedParts(MAKE, now), null);
  assert.is(by(updated), "release 1.1.0, signed by the same key");
  assert.is(by({ ...updated, config: other }), null);
  assert.is(by({ ...updated, trust: other }), null);
  assert.is(by({ ...updated, release: { ...next, signedBy: "key-2" } }), null);
  assert.is(by({ ...updated, release: { ...next, signedBy: null } }), null);
  assert.is(by({ ...MAKE, detector: other }), null, "another network under the same release");
});

function window(fromMs: number, untilMs: number): MaintenanceWindow {
  return {
    contractVersion: 1,
    id: newId(),
    site: ADDRESS.site,
    printer: ADDRESS,
    fromWallTime: new Date(fromMs).toISOString(),
    untilWallTime: new Date(untilMs).toISOString(),
    what: "a new threshold",
    by: MIRA,
    endedWallTime: null,
    answers: [],
  };
}

const STANDING: Standing = { state: "idle", since: NOW, trouble: null, guard: MAKE };

tests("a change within an announced window, or heard of soon after, is announced by that", () => {
  const seen = { address: ADDRESS, make: { ...MAKE, config: other }, bootId: newId() };
  const change = (windows: MaintenanceWindow[]) =>
    guardChangeOf(STANDING, seen, windows, NOW_MS)?.announcedBy;
  assert.is(change([]), null);
  assert.match(change([window(NOW_MS - 1000, NOW_MS + 1000)]) ?? "", /: a new threshold$/);
  assert.ok(change([window(NOW_MS - 2 * LATE_MS, NOW_MS - LATE_MS / 2)]));
  assert.is(change([window(NOW_MS - 3 * LATE_MS, NOW_MS - 2 * LATE_MS)]), null);
  assert.is(change([window(NOW_MS + 1000, NOW_MS + 2000)]), null);
});

tests("the first that is heard is recorded, the same again isn't", () => {
  const seen = { address: ADDRESS, make: MAKE, bootId: newId() };
  const { guard: _guard, ...fresh } = STANDING;
  assert.equal(guardChangeOf(fresh, seen, [], NOW_MS)?.changed, []);
  assert.is(guardChangeOf(STANDING, seen, [], NOW_MS), null);
  assert.is(guardChangeOf(null, seen, [], NOW_MS), null, "its state is recorded before");
});

tests("the case about a change is the same one however often it is opened", () => {
  const change = {
    eventId: newId(),
    at: NOW,
    bootId: newId(),
    changed: ["configuration" as const],
  };
  assert.is(guardCaseId(change), guardCaseId({ ...change }));
  assert.ok(Sighting.safeParse(guardSighting(change)).success);
  assert.is(guardSighting(change).verdict, "undetermined");
  const grave = guardSighting({ ...change, changed: ["pinned keys"] });
  assert.is(grave.verdict, "potential-cyberthreat");
  assert.is(grave.severity, "critical");
});

tests.run();
