import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import type { Role } from "../../../cloud/auth/records.ts";
import { newInvitation } from "../../../cloud/auth/accounts.ts";
import { AuditRow } from "../../../cloud/auth/records.ts";
import { SITE, siteSuite, until } from "../site_fixture.ts";
import { prepared } from "./console_fixture.ts";
import { BASE, join, PASSWORD, visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("people, tokens and the audit log");

async function somebody(aggregator: Aggregator, name: string, role: Role) {
  const made = newInvitation(role, new Date(), 600);
  await aggregator.parts.accounts.write(made.record, 0);
  const person = await join(aggregator, made.credential, name);
  return { ...person, id: aggregator.parts.model.auth.personNamed(name)!.id };
}

const secretOf = async (response: Response) =>
  /<code class="secret">([^<]+)</.exec(await response.text())?.[1] ?? "";
const useToken = async (aggregator: Aggregator, token: string, path = "/api/v1/cases") =>
  (await aggregator.request(BASE + path, { headers: { Authorization: `Bearer ${token}` } })).status;

if (!skipped) {
  tests("an admin invites, changes roles and closes accounts", async ({ site }) => {
    const { aggregator, expert: admin } = await prepared(site);
    const form = { role: "none", grants: `expert at ${SITE}\n operator  at site2 ` };
    const link = await secretOf(await admin.post("/people/invite", form));
    assert.match(link, /\/join\//);
    const ben = await join(aggregator, link.split("/join/")[1]!, "Ben");
    const person = aggregator.parts.model.auth.personNamed("Ben")!;
    assert.equal(person.grants, [{ site: SITE, role: "expert" }, {
      site: "site2",
      role: "operator",
    }]);
    assert.match(await (await admin.get("/people")).text(), /expert at site1, operator at site2/);

    const changed = await admin.post(`/people/${person.id}/roles`, { role: "viewer", grants: "" });
    assert.is(changed.status, 303);
    assert.is(aggregator.parts.model.auth.personNamed("Ben")?.role, "viewer");
    assert.is((await ben.get("/")).status, 200, "the session goes on, with other rights");
    assert.is((await admin.post(`/people/${person.id}/end-sessions`, {})).status, 303);
    assert.is((await ben.get("/")).status, 303);
    const again = visitor(aggregator);
    assert.is((await again.post("/sign-in", { name: "Ben", password: PASSWORD })).status, 303);
    assert.is((await admin.post(`/people/${person.id}/close`, {})).status, 303);
    const closed = await again.post("/sign-in", { name: "Ben", password: PASSWORD });
    assert.is(closed.status, 401);
    assert.is((await admin.post(`/people/${person.id}/close`, {})).status, 422, "once");
  });

  tests("the last admin stays one", async ({ site }) => {
    const { aggregator, expert: admin } = await prepared(site);
    const { id } = aggregator.parts.model.auth.personNamed("Mira")!;
    assert.is((await admin.post(`/people/${id}/close`, {})).status, 422);
    assert.is((await admin.post(`/people/${id}/roles`, { role: "viewer" })).status, 422);
    const second = await somebody(aggregator, "Second", "admin");
    assert.is((await admin.post(`/people/${second.id}/roles`, { role: "viewer" })).status, 303);
    assert.is((await second.get("/people")).status, 403, "an admin no more");
  });

  tests("two admins who take each other's role at once leave one admin", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const { model, people } = aggregator.parts;
    const mira = model.auth.personNamed("Mira")!;
    const third = await somebody(aggregator, "Third", "admin");
    const viewer = { role: "viewer", grants: [] } as const;
    const by = { kind: "person", id: "x", name: "x" } as const;
    const both = await Promise.all([
      people.setRoles(by, mira.id, { ...viewer, grants: [] }),
      people.closeAccount(by, third.id),
    ]);
    assert.ok(both.some(({ ok }) => !ok));
    const admins = model.auth.people(100).filter(({ role, leftWallTime }) =>
      role === "admin" && leftWallTime === null
    );
    assert.ok(admins.length > 0);
    const back = await people.setRoles(by, mira.id, { role: "admin", grants: [] });
    assert.ok(back.ok);
    if (!model.auth.person(third.id)?.record.leftWallTime) {
      assert.ok((await people.closeAccount(by, third.id)).ok, "one after the other it works");
    }
  });

  tests("nobody else comes near people or the audit log", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const { id } = aggregator.parts.model.auth.personNamed("Mira")!;
    for (const role of ["viewer", "operator", "expert"] as const) {
      const person = await somebody(aggregator, `A ${role}`, role);
      for (const path of ["/people", "/audit", "/audit/export"]) {
        const response = await person.get(path);
        assert.is(response.status, 403, path);
        assert.not.match(await response.text(), /signed-in|Mira/);
      }
      for (
        const [path, form] of [
          ["/people/invite", { role: "admin" }],
          [`/people/${id}/close`, {}],
          [`/people/${person.id}/roles`, { role: "admin" }],
        ] as const
      ) {
        assert.is((await person.post(path, form)).status, 403, path);
      }
      assert.is(aggregator.parts.model.auth.person(person.id)?.record.role, role);
    }
  });

  tests("a token is shown once, holds what it was given, and is revoked", async ({ site }) => {
    const { aggregator, expert: admin } = await prepared(site);
    const form = { name: "A script", "scope-read": "yes", sites: SITE, days: "7" };
    const token = await secretOf(await admin.post("/tokens/make", form));
    assert.match(token, /^pwt_/);
    const [record] = aggregator.parts.model.auth.tokens(1);
    assert.not(JSON.stringify(record).includes(token.split(".")[1]!), "only a hash is kept");
    assert.not((await (await admin.get("/tokens")).text()).includes(token));
    assert.is(await useToken(aggregator, token), 200);
    const other = await somebody(aggregator, "Nosy", "expert");
    assert.not.match(await (await other.get("/tokens")).text(), /A script/);
    assert.is((await other.post(`/tokens/${record!.id}/revoke`, {})).status, 422);
    assert.is(await useToken(aggregator, token), 200);
    assert.is((await admin.post(`/tokens/${record!.id}/revoke`, {})).status, 303);
    assert.is(await useToken(aggregator, token), 401);
  });

  tests("a token shrinks with whoever made it", async ({ site }) => {
    const { aggregator, expert: admin } = await prepared(site);
    const maker = await somebody(aggregator, "Maker", "viewer");
    const form = { name: "Greedy", "scope-read": "yes", "scope-decide": "yes", days: "7" };
    const token = await secretOf(await maker.post("/tokens/make", form));
    const decide = async () =>
      (await aggregator.request(`${BASE}/api/v1/cases/${crypto.randomUUID()}/decision`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ determination: "expected", reason: "x" }),
      })).status;
    assert.is(await useToken(aggregator, token), 200);
    assert.is(await decide(), 403, "a viewer's token decides nothing");
    await admin.post(`/people/${maker.id}/roles`, { role: "expert" });
    assert.is(await decide(), 404);
    await admin.post(`/people/${maker.id}/close`, {});
    assert.is(await useToken(aggregator, token), 401);
  });

  const BAD: [string, Record<string, string>][] = [
    ["/people/invite", {}],
    ["/people/invite", { role: "root" }],
    ["/people/invite", { role: "none" }],
    ["/people/invite", { role: "viewer", grants: "expert of plant" }],
    ["/people/invite", { role: "viewer", grants: "emperor at plant" }],
    ["/people/invite", { role: "viewer", grants: "expert at a b" }],
    ["/people/invite", { role: "viewer", extra: "1" }],
    ["/people/nonsense/close", {}],
    [`/people/${crypto.randomUUID()}/roles`, { role: "viewer" }],
    ["/tokens/make", {}],
    ["/tokens/make", { name: "x", days: "7" }],
    ["/tokens/make", { name: "x", "scope-read": "yes", days: "367" }],
    ["/tokens/make", { name: "x", "scope-read": "yes", days: "-1" }],
    ["/tokens/make", { name: "x", "scope-read": "yes", days: "7", sites: "a.b" }],
    ["/tokens/make", { name: "<b>", "scope-read": "yes", days: "7" }],
    ["/tokens/make", { name: "x", "scope-root": "yes", days: "7" }],
    ["/tokens/nonsense/revoke", {}],
    ["/account/remove-passkey", { passkeyId: "x" }],
  ];
  for (const [path, form] of BAD) {
    tests(`${path} with ${JSON.stringify(form)} is refused in words`, async ({ site }) => {
      const { expert: admin } = await prepared(site);
      const response = await admin.post(path, form);
      assert.is(response.status, 422);
      assert.match(await response.text(), /role="alert"/);
    });
  }

  tests(
    "an old session must sign in again before it makes anybody or anything",
    async ({ site }) => {
      const { aggregator, expert: admin } = await prepared(site);
      const { parts } = aggregator;
      const { now } = parts;
      parts.now = () => new Date(Date.now() + 16 * 60_000);
      try {
        assert.is((await admin.post("/people/invite", { role: "viewer" })).status, 401);
        const form = { name: "x", "scope-read": "yes", days: "7" };
        assert.is((await admin.post("/tokens/make", form)).status, 401);
      } finally {
        parts.now = now;
      }
    },
  );

  tests("the audit log is read and exported whole, and its chain holds", async ({ site }) => {
    const { expert: admin } = await prepared(site);
    await until(
      "the rows",
      async () => (await (await admin.get("/audit")).text()).includes("token-revoked"),
    );
    const exported = await admin.get("/audit/export");
    assert.match(exported.headers.get("Content-Disposition") ?? "", /attachment/);
    const lines = (await exported.text()).trim().split("\n");
    let previous = "0".repeat(64);
    for (const line of lines) {
      assert.is(AuditRow.parse(JSON.parse(line)).previous, previous);
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(line));
      previous = new Uint8Array(digest).toHex();
    }
    const acts = lines.map((line) => JSON.parse(line).act);
    for (
      const act of [
        "invited",
        "joined",
        "roles-changed",
        "account-closed",
        "sessions-ended",
        "token-made",
      ]
    ) {
      assert.ok(acts.includes(act), act);
    }
    assert.not(lines.join("").includes("pwt_"));
  });
}

tests.run();
