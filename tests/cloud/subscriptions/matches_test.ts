import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mismatch } from "../../../cloud/subscriptions/matches.ts";
import { caseIdOfKey, caseKey, occasionOfCase } from "../../../cloud/subscriptions/occasion.ts";
import type { Occasion } from "../../../cloud/subscriptions/occasion.ts";
import type { Subscription } from "../../../cloud/subscriptions/records.ts";
import { caseAfter, DECIDED, event, folded, openedWith, sighting } from "../cases/case_fixture.ts";
import { NOON, occasion, subscription } from "./lane_fixture.ts";

const tests = suite("mismatch");
const OTHER = { site: "site1", device: "dev1", printer: "p2" };
const TROUBLE: Partial<Occasion> = { about: "printer", verdict: null, kind: null };

const TABLE: [Partial<Subscription>, Partial<Occasion>, RegExp | null][] = [
  [{}, {}, null],
  [{ site: "site1" }, {}, null],
  [{ site: "site2" }, {}, /site2 only/],
  [{ printers: [OTHER] }, {}, /other printers/],
  [{ printers: [OTHER, { site: "site1", device: "dev1", printer: "p1" }] }, {}, null],
  [{ verdicts: [] }, {}, /leaves out the verdict/],
  [{ verdicts: ["undetermined"] }, {}, /leaves out the verdict/],
  [{ kinds: ["fan"] }, {}, /leaves out the kind/],
  [{ kinds: ["fan", "temperature"] }, {}, null],
  [{ severityMin: "critical" }, {}, /'high' is under 'critical'/],
  [{ severityMin: "high" }, {}, null],
  [{ enabled: false }, {}, /switched off/],
  [{ removedWallTime: "2026-10-05T00:00:00.000Z" }, {}, /removed/],
  [{ createdWallTime: new Date(NOON).toISOString() }, {}, /before you subscribed/],
  [{}, TROUBLE, null],
  [{ verdicts: [], kinds: ["fan"], severityMin: "critical" }, TROUBLE, null],
  [{ printerTrouble: false }, TROUBLE, /printers that are lost/],
];

tests("covers exactly what was asked for, and says of the rest why not", () => {
  for (const [asked, change, expected] of TABLE) {
    const why = mismatch(subscription(asked), occasion(change));
    if (expected === null) assert.is(why, null, JSON.stringify(asked));
    else assert.match(why ?? "", expected);
  }
});

tests("a case is one occasion until it gets graver", () => {
  const before = caseAfter();
  const [opened] = [openedWith(sighting({ severity: "medium" }))];
  const mild = folded([opened]);
  const joined = sighting({ severity: "medium", probability: 0.99 });
  const same = folded([opened, event({ type: "joined", sighting: joined })]);
  assert.is(caseKey(mild), caseKey(same));
  const graver = sighting({ severity: "critical" });
  const worse = folded([opened, event({ type: "joined", sighting: graver })]);
  assert.is.not(caseKey(mild), caseKey(worse));
  assert.equal(occasionOfCase(worse, "P", null, caseKey(mild)).status, { type: "superseded" });
  assert.is(caseIdOfKey(caseKey(before)), before.id);
  assert.is(caseIdOfKey("printer/x"), null);
});

tests("a case's status follows what people did with it", () => {
  const status = (...acts: Parameters<typeof caseAfter>) =>
    occasionOfCase(caseAfter(...acts), "P", null).status;
  assert.equal(status(), { type: "open" });
  assert.equal(status({ type: "acknowledged" }), { type: "acknowledged", by: "Mira" });
  assert.equal(status(DECIDED), { type: "over", how: "Mira decided: expected" });
  assert.equal(status({ ...DECIDED, determination: "needs-more" }).type, "acknowledged");
  const closed = { type: "closed", nature: "change", note: "" } as const;
  assert.equal(status(DECIDED, closed), { type: "over", how: "Mira closed the case" });
});

tests.run();
