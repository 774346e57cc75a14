import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newPerson, newToken } from "../../../cloud/auth/accounts.ts";
import {
  type Act,
  may,
  maySomewhere,
  NO_RIGHTS,
  rightsOfPerson,
  rightsOfToken,
  sitesOf,
} from "../../../cloud/auth/rights.ts";
import type { Grant, Role } from "../../../cloud/auth/records.ts";
import { ACTOR } from "../site_fixture.ts";

const rights = suite("rights");
const now = new Date("2026-10-05T21:00:00.000Z");
const person = (role: Role | null, grants: Grant[] = []) =>
  rightsOfPerson(newPerson(crypto.randomUUID(), "Mira", { role, grants }, null, now));

const TABLE: [Role, Act[]][] = [
  ["viewer", ["view", "measure"]],
  ["operator", ["view", "measure", "register", "operate"]],
  ["expert", ["view", "measure", "register", "operate", "decide"]],
  ["admin", ["view", "measure", "register", "operate", "decide", "administer"]],
];
const ALL = TABLE.at(-1)![1];

for (const [role, acts] of TABLE) {
  rights(`a ${role} everywhere may ${acts.join(", ")} at any site, and no more`, () => {
    for (const act of ALL) assert.is(may(person(role), act, "a"), acts.includes(act), act);
    assert.is(sitesOf(person(role)), null);
  });

  rights(`a ${role} of one site is nobody at another`, () => {
    const held = person(null, [{ site: "a", role }]);
    for (const act of ALL) {
      assert.is(may(held, act, "a"), acts.includes(act), act);
      assert.is(may(held, act, "b"), false, act);
    }
    assert.equal(sitesOf(held), ["a"]);
    assert.is(held.everywhere.size, 0, "an admin of one site makes nobody");
  });
}

rights("a token that only measures counts at every site, or at its own", () => {
  const at = (sites: string[] | null) =>
    sitesOf(rightsOfToken(newToken("t", ["metrics"], ACTOR, now, 60, sites).record, null));
  assert.is(at(null), null);
  assert.equal(at(["a"]), ["a"]);
  const job = newToken("t", ["job"], ACTOR, now, 60).record;
  assert.equal(sitesOf(rightsOfToken(job, null)), []);
});

rights("a role at one site adds to the one held everywhere", () => {
  const held = person("viewer", [{ site: "a", role: "expert" }]);
  assert.ok(may(held, "decide", "a"));
  assert.not.ok(may(held, "decide", "b"));
  assert.ok(may(held, "view", "b"));
  assert.ok(maySomewhere(held, "decide"));
});

rights("who has left may nothing", () => {
  const record = newPerson(crypto.randomUUID(), "Mira", "admin", null, now);
  const left = rightsOfPerson({ ...record, leftWallTime: now.toISOString() });
  assert.equal(left, NO_RIGHTS);
});

rights("a token may what its scopes say, at its sites", () => {
  const { record } = newToken("script", ["read"], ACTOR, now, 60, ["a"]);
  const held = rightsOfToken(record, null);
  assert.ok(may(held, "view", "a"));
  assert.not.ok(may(held, "decide", "a"));
  assert.not.ok(may(held, "view", "b"));
});

rights("a token never outgrows whoever made it", () => {
  const { record } = newToken("script", ["decide"], ACTOR, now, 60);
  const everywhere = rightsOfToken(record, person("viewer", [{ site: "a", role: "expert" }]));
  assert.ok(may(everywhere, "decide", "a"));
  assert.not.ok(may(everywhere, "decide", "b"));
  assert.ok(may(everywhere, "view", "b"));
  assert.not.ok(maySomewhere(rightsOfToken(record, NO_RIGHTS), "view"));
  const narrow = newToken("script", ["decide"], ACTOR, now, 60, ["b"]).record;
  assert.not.ok(
    maySomewhere(rightsOfToken(narrow, person(null, [{ site: "a", role: "admin" }])), "view"),
  );
});

rights.run();
