import * as assert from "uvu/assert";
import { newInvitation } from "../../../cloud/auth/accounts.ts";
import { relyingParty } from "../../../cloud/auth/relying_party.ts";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { createApp } from "../../../cloud/console/app.tsx";
import { suite } from "uvu";
import { siteSuite, until } from "../site_fixture.ts";
import { makeAuthenticator } from "../../authenticator.ts";
import { joinWithPasskey, ORIGIN, postJson, signInWith } from "./passkey_fixture.ts";

const party = suite("relyingParty");
const PUBLIC = "https://prints.example.org";
for (
  const [url, publicUrl, wanted] of [
    ["http://localhost:8080/x", null, { id: "localhost", origin: "http://localhost:8080" }],
    ["http://127.0.0.1:8080/x", null, null],
    ["http://[::1]/x", null, null],
    ["http://prints.example.org/x", PUBLIC, { id: "prints.example.org", origin: PUBLIC }],
    ["http://localhost:8080/x", PUBLIC, null],
    ["http://printer.lan/x", "http://printer.lan", null],
    ["https://10.0.0.2/x", "https://10.0.0.2", null],
  ] as const
) {
  party(`${url} with ${publicUrl ?? "no public address"} is ${wanted?.id ?? "none"}`, () => {
    assert.equal(relyingParty(url, publicUrl), wanted);
  });
}
party.run();

const { tests, skipped } = await siteSuite("passkeys");
let running: Promise<Aggregator> | null = null;

if (!skipped) {
  const invitation = async (aggregator: Aggregator, validS = 600) => {
    const made = newInvitation("viewer", new Date(), validS);
    await aggregator.parts.accounts.write(made.record, 0);
    return made.credential;
  };
  const setUpOf = (aggregator: Aggregator) => aggregator.setUpUrl!.split("/join/")[1]!;

  tests(
    "the set-up link makes the first admin with a passkey and no password",
    async ({ site }) => {
      const aggregator = await (running ??= site.aggregator());
      const { key, visitor } = await joinWithPasskey(aggregator, setUpOf(aggregator), "Mira");
      const person = aggregator.parts.model.auth.personNamed("Mira")!;
      assert.is(person.role, "admin");
      assert.is(person.password, null);
      assert.is((await visitor.get("/")).status, 200);
      const signedIn = await signInWith(aggregator, key);
      assert.is(signedIn.status, 200);
      assert.equal(signedIn.answer, { next: "/printers" });
      assert.match(signedIn.cookie, /^pw-session=/);
      const [passkey] = aggregator.parts.model.auth.passkeysOf(person.id);
      assert.is(passkey?.counter, 2, "the authenticator's count is kept");
    },
  );

  tests("an EdDSA key joins and signs in as well", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const key = await makeAuthenticator(ORIGIN, "EdDSA");
    await joinWithPasskey(aggregator, await invitation(aggregator), "Edda", key);
    assert.is((await signInWith(aggregator, key)).status, 200);
  });

  tests("a link makes one person, whoever comes second is refused", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const credential = await invitation(aggregator);
    const [one, two] = await Promise.allSettled([
      joinWithPasskey(aggregator, credential, "Ada"),
      joinWithPasskey(aggregator, credential, "Ben"),
    ]);
    assert.equal([one.status, two.status].toSorted(), ["fulfilled", "rejected"]);
    const made = ["Ada", "Ben"].filter((name) => aggregator.parts.model.auth.personNamed(name));
    assert.is(made.length, 1);
  });

  const BENDS = {
    "another page's origin": { origin: "https://evil.example" },
    "another site's id": { rpId: "evil.example" },
    "another challenge": { challenge: "A".repeat(43) },
    "a registration's type": { type: "webauthn.create" },
    "no touch": { flags: 0x04 },
    "a person who wasn't verified": { flags: 0x01 },
    "a count that goes back": { counter: 1 },
  };
  for (const [what, bend] of Object.entries(BENDS)) {
    tests(`signing in with ${what} is refused`, async ({ site }) => {
      const aggregator = await (running ??= site.aggregator());
      const credential = await invitation(aggregator);
      const { key } = await joinWithPasskey(aggregator, credential, `Visitor ${what.slice(0, 40)}`);
      await signInWith(aggregator, key);
      const bent = await signInWith(aggregator, key, bend);
      assert.is(bent.status, 401, JSON.stringify(bent.answer));
      assert.is(bent.cookie, "");
    });
  }

  tests("an answer counts once, and not for another question", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const { key } = await joinWithPasskey(aggregator, await invitation(aggregator), "Once");
    const first = await signInWith(aggregator, key);
    const again = await postJson(aggregator, "/passkey/sign-in/finish", first.body);
    assert.is(again.status, 401);
    assert.match(again.answer.error, /twice/);
    const add = await postJson(aggregator, "/passkey/add/begin", {}, first.cookie);
    const { challengeId, options } = add.answer;
    const answer = await key.get(options);
    const mixed = await postJson(aggregator, "/passkey/sign-in/finish", { challengeId, answer });
    assert.is(mixed.status, 401);
  });

  tests("of the same answer sent twice at once one counts", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const { key } = await joinWithPasskey(aggregator, await invitation(aggregator), "Twin");
    const { answer } = await postJson(aggregator, "/passkey/sign-in/begin", {});
    const body = { challengeId: answer.challengeId, answer: await key.get(answer.options) };
    const both = await Promise.all(
      [0, 1].map(() => postJson(aggregator, "/passkey/sign-in/finish", body)),
    );
    assert.equal(both.map(({ status }) => status).toSorted(), [200, 401]);
  });

  tests("a challenge that is old holds no more", async ({ site }) => {
    let at = Date.now();
    const aggregator = await site.aggregator({ now: () => new Date(at) });
    await until("Mira", () => aggregator.parts.model.auth.personNamed("Mira"));
    const { key } = await joinWithPasskey(aggregator, await invitation(aggregator), "Late");
    const { answer } = await postJson(aggregator, "/passkey/sign-in/begin", {});
    at += 301_000;
    const body = { challengeId: answer.challengeId, answer: await key.get(answer.options) };
    const late = await postJson(aggregator, "/passkey/sign-in/finish", body);
    assert.is(late.status, 401);
    assert.match(late.answer.error, /too long/);
  });

  tests(
    "a person adds a second passkey and removes the first, but never the last",
    async ({ site }) => {
      const aggregator = await (running ??= site.aggregator());
      const credential = await invitation(aggregator);
      const { key, cookie, visitor } = await joinWithPasskey(aggregator, credential, "Two keys");
      const person = aggregator.parts.model.auth.personNamed("Two keys")!;
      const [first] = aggregator.parts.model.auth.passkeysOf(person.id);
      const kept = await visitor.post("/account/remove-passkey", { passkeyId: first!.id });
      assert.is(kept.status, 422);
      assert.match(await kept.text(), /only way to sign in/);
      const second = await makeAuthenticator(ORIGIN);
      const { answer } = await postJson(aggregator, "/passkey/add/begin", {}, cookie);
      const made = { challengeId: answer.challengeId, answer: await second.create(answer.options) };
      const added = await postJson(
        aggregator,
        "/passkey/add/finish",
        { ...made, name: "Phone" },
        cookie,
      );
      assert.is(added.status, 200, JSON.stringify(added.answer));
      const removed = await visitor.post("/account/remove-passkey", { passkeyId: first!.id });
      assert.is(removed.status, 303);
      assert.is((await signInWith(aggregator, key)).status, 401);
      assert.is((await signInWith(aggregator, second)).status, 200);
    },
  );

  tests("nobody adds to, or removes from, what is another's", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const one = await joinWithPasskey(aggregator, await invitation(aggregator), "Owner");
    const two = await joinWithPasskey(aggregator, await invitation(aggregator), "Thief");
    const { answer } = await postJson(aggregator, "/passkey/add/begin", {}, one.cookie);
    const key = await makeAuthenticator(ORIGIN);
    const body = { challengeId: answer.challengeId, answer: await key.create(answer.options) };
    const stolen = await postJson(
      aggregator,
      "/passkey/add/finish",
      { ...body, name: "x" },
      two.cookie,
    );
    assert.is(stolen.status, 422);
    const owner = aggregator.parts.model.auth.personNamed("Owner")!;
    const [passkey] = aggregator.parts.model.auth.passkeysOf(owner.id);
    const removed = await two.visitor.post("/account/remove-passkey", { passkeyId: passkey!.id });
    assert.is(removed.status, 422);
    assert.is(aggregator.parts.model.auth.passkeysOf(owner.id).length, 1);
  });

  const HOSTILE: [string, unknown][] = [
    ["no JSON", "{"],
    ["nothing", {}],
    ["wrong types", { challengeId: 7, answer: [] }],
    ["an id that is none", { challengeId: "x", answer: {} }],
    ["markup for an answer", { challengeId: crypto.randomUUID(), answer: "<script>" }],
    ["something oversize", { challengeId: crypto.randomUUID(), answer: "x".repeat(40_000) }],
  ];
  for (const [what, body] of HOSTILE) {
    tests(`${what} in place of an answer is refused and breaks nothing`, async ({ site }) => {
      const aggregator = await (running ??= site.aggregator());
      for (const path of ["/passkey/sign-in/finish", "/passkey/join/finish"]) {
        const { status } = await postJson(aggregator, path, body);
        assert.ok([413, 422].includes(status), `${path} gave ${status}`);
      }
    });
  }

  tests("other sites' pages and strangers get nowhere", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const elsewhere = { Origin: "https://evil.example" };
    const begun = await postJson(aggregator, "/passkey/sign-in/begin", {}, "", elsewhere);
    assert.is(begun.status, 403);
    assert.is((await postJson(aggregator, "/passkey/add/begin", {})).status, 401);
    const link = { credential: `${crypto.randomUUID()}.${"x".repeat(43)}`, name: "Eve" };
    assert.is((await postJson(aggregator, "/passkey/join/begin", link)).status, 422);
  });

  tests("passkeys change only soon after signing in", async ({ site }) => {
    let at = Date.now();
    const aggregator = await site.aggregator({ now: () => new Date(at) });
    await until("Mira", () => aggregator.parts.model.auth.personNamed("Mira"));
    const { cookie } = await joinWithPasskey(aggregator, await invitation(aggregator), "Later");
    at += 901_000;
    const begun = await postJson(aggregator, "/passkey/add/begin", {}, cookie);
    assert.is(begun.status, 401);
    assert.match(begun.answer.error, /sign in again/);
  });

  tests("who asks without end has to wait, and others needn't", async ({ site }) => {
    const app = createApp((await site.aggregator()).parts);
    const ask = async (hostname: string) =>
      (await app.request(`${ORIGIN}/passkey/sign-in/begin`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: ORIGIN },
        body: "{}",
      }, { remoteAddr: { hostname } })).status;
    const statuses = await Promise.all(Array.from({ length: 70 }, () => ask("192.0.2.1")));
    assert.is(statuses.filter((status) => status === 200).length, 60);
    assert.is(await ask("192.0.2.1"), 422);
    assert.is(await ask("192.0.2.2"), 200);
  });

  tests("refused sign-ins and joins stand in the audit log", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const acts = () => aggregator.parts.model.audit.rows(500).map(({ act }) => act);
    await until(
      "the rows",
      () => acts().includes("sign-in-failed") && acts().includes("join-failed"),
    );
    for (const act of ["joined", "signed-in", "passkey-added", "passkey-removed"]) {
      assert.ok(acts().includes(act), act);
    }
  });
}

tests.run();
