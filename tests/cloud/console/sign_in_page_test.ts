import * as assert from "uvu/assert";
import { accounts, newInvitation } from "../../../cloud/auth/accounts.ts";
import { siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared, stateOf } from "./console_fixture.ts";
import { cookieOf, field, join, PASSWORD, visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("signing in at the console");

if (!skipped) {
  tests("nobody who isn't signed in sees anything but the way to sign in", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const stranger = visitor(aggregator);
    for (const path of ["/", `/cases/${id}`, "/printers", "/refused", "/account", "/nonsense"]) {
      const response = await stranger.get(path);
      assert.is(response.status, 303, path);
      assert.match(response.headers.get("Location") ?? "", /^\/sign-in\?next=/);
    }
    assert.is((await stranger.get("/live")).status, 401);
    assert.is((await stranger.post(`/cases/${id}/acknowledge`, { seen: "1" })).status, 401);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests("the set-up link works once", async ({ site }) => {
    const { aggregator, setUp } = await prepared(site);
    const stranger = visitor(aggregator);
    assert.is((await stranger.get(`/join/${setUp}`)).status, 410);
    const form = { credential: setUp, name: "Eve", password: PASSWORD, again: PASSWORD };
    assert.is((await stranger.post("/join", form)).status, 410);
    assert.is((await stranger.get("/join/nonsense")).status, 410);
  });

  tests("an invitation refuses what no account may have, and says so", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const { record, credential } = newInvitation("viewer", new Date(), 60);
    const projector = { reached: () => Promise.resolve() };
    await accounts(await site.broker(), projector.reached).write(record, 0);
    await until("the invitation", () => aggregator.parts.signIn.invitationOf(credential));
    const stranger = visitor(aggregator);
    const good = { credential, name: "Jon", password: PASSWORD, again: PASSWORD };
    for (
      const [change, said] of [
        [{ password: "short", again: "short" }, /12 to 256 characters/],
        [{ again: PASSWORD + "x" }, /differ/],
        [{ name: "J" }, /name of 2 to 60/],
        [{ name: "<b>Jon</b>" }, /name of 2 to 60/],
        [{ name: "mIRA" }, /called .* already/],
        [{ password: "aaaaaaaaaaaaaa", again: "aaaaaaaaaaaaaa" }, /five different/],
        [{ role: "admin" }, /name of 2 to 60/],
      ] as [Record<string, string>, RegExp][]
    ) {
      const response = await stranger.post("/join", { ...good, ...change });
      assert.is(response.status, 422);
      assert.match(await response.text(), said);
    }
    const viewer = await join(aggregator, credential, "Jon");
    const { id } = await newCase(site);
    assert.match(await (await viewer.get(`/cases/${id}`)).text(), /not decide/);
    const seen = String(aggregator.parts.model.cases.caseById(id)!.lastSequence);
    const refused = await viewer.post(`/cases/${id}/acknowledge`, { seen });
    assert.is(refused.status, 403);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests("signing in takes the right password, and only so many wrong ones", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const stranger = visitor(aggregator);
    const good = await stranger.post("/sign-in", { name: " mira ", password: PASSWORD, next: "/" });
    assert.is(good.status, 303);
    const setCookie = good.headers.get("Set-Cookie") ?? "";
    assert.match(setCookie, /HttpOnly/);
    assert.match(setCookie, /SameSite=Strict/);
    assert.is((await visitor(aggregator, cookieOf(good)).get("/")).status, 200);
    for (let tried = 0; tried < 5; tried++) {
      const wrong = await stranger.post("/sign-in", { name: "Mira", password: "wrong" });
      assert.is(wrong.status, 401);
    }
    const late = await stranger.post("/sign-in", { name: "Mira", password: PASSWORD });
    assert.is(late.status, 429);
    assert.ok(Number(late.headers.get("Retry-After")) > 0);
  });

  tests("after signing in nobody is led to another site", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const stranger = visitor(aggregator);
    for (const next of ["//evil.example", "https://evil.example", "/\\evil.example"]) {
      const html = await (await stranger.get(`/sign-in?next=${encodeURIComponent(next)}`)).text();
      assert.is(field(html, "next"), "/");
    }
    const html = await (await stranger.get("/sign-in?next=%2Fprinters")).text();
    assert.is(field(html, "next"), "/printers");
  });

  tests("a session that is ended is over, and only its owner may end it", async ({ site }) => {
    const { aggregator, expert } = await prepared(site);
    const { record, credential } = newInvitation("expert", new Date(), 60);
    await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
    await until("the invitation", () => aggregator.parts.signIn.invitationOf(credential));
    const other = await join(aggregator, credential, "Ada");
    const sessionId = field(await (await other.get("/account")).text(), "sessionId");
    assert.is((await expert.post("/account/end-session", { sessionId })).status, 404);
    assert.is((await other.get("/")).status, 200);
    assert.is((await other.post("/account/end-session", { sessionId })).status, 303);
    assert.is((await other.get("/")).status, 303);
  });
}

tests.run();
