import * as assert from "uvu/assert";
import { accounts, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import type { TokenScope } from "../../../cloud/auth/records.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import { BASE } from "../console/http_fixture.ts";
import { ADDRESS, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the fleet over the API");

if (!skipped) {
  tests("a token acts on printers only if it may, where it may, and on what is there", async (
    { site },
  ) => {
    const aggregator = await site.aggregator();
    const { model } = aggregator.parts;
    const tokenFor = async (scopes: TokenScope[], sites: string[] | null) => {
      const made = newToken("x", scopes, AGGREGATOR, new Date(), 600, sites);
      await accounts(await site.broker(), () => Promise.resolve()).write(made.record, 0);
      await until("the token", () => model.auth.token(made.record.id));
      return TOKEN_PREFIX + made.credential;
    };
    const ask = async (token: string, path: string, body?: unknown) => {
      const response = await aggregator.request(`${BASE}/api/v1${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, json: await response.json() };
    };
    const wallTime = new Date().toISOString();
    await site.send(DEVICE, presenceMessage(ADDRESS, { label: "Left", wallTime, state: "idle" }));
    await until("the printer", () => model.printers.standing(ADDRESS).standing);
    const change = { site: "site1", minutes: 5, what: "new nozzle" };
    const one = { ...change, printer: { device: "dev1", printer: "p1" } };
    const [reader, acting, elsewhere] = [
      await tokenFor(["read"], null),
      await tokenFor(["decide"], null),
      await tokenFor(["decide"], ["site2"]),
    ];
    assert.is((await ask(reader, "/maintenance", change)).status, 403);
    assert.is((await ask(elsewhere, "/maintenance", change)).status, 422);
    assert.is((await ask(elsewhere, "/printers/site1/dev1/p1")).status, 404);
    for (
      const bad of [
        {},
        { ...change, minutes: 1441 },
        { ...change, more: 1 },
        { ...change, what: "" },
        { ...change, printer: { device: "dev1" } },
        { ...change, printer: { device: "dev1", printer: "p9" } },
        { ...change, site: "a.b" },
      ]
    ) assert.is((await ask(acting, "/maintenance", bad)).status, 422, JSON.stringify(bad));
    assert.equal(model.printers.windowsAfter(0), []);
    const made = await ask(acting, "/maintenance", one);
    assert.is(made.status, 200);
    assert.is(made.json.window.answers[0].result, "unanswered");
    assert.equal((await ask(elsewhere, "/maintenance")).json.windows, []);
    const { id } = made.json.window;
    assert.is((await ask(reader, "/maintenance")).json.windows.length, 1);
    assert.is((await ask(elsewhere, `/maintenance/${id}/end`, {})).status, 422);
    assert.is((await ask(acting, `/maintenance/${id}/end`, {})).status, 200);
    assert.equal((await ask(reader, "/maintenance")).json.windows, []);
    const seen = await ask(reader, "/printers/site1/dev1/p1");
    assert.is(seen.json.standing.state, "idle");
  });
}

tests.run();
