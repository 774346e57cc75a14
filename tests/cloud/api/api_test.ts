import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import type { TokenScope } from "../../../cloud/auth/records.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { BASE, join } from "../console/http_fixture.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the HTTP API");
let running: Promise<Aggregator> | null = null;
const aggregatorOf = (site: ProvisionedSite) => running ??= site.aggregator();

async function tokenFor(site: ProvisionedSite, scopes: TokenScope[], validS = 60): Promise<string> {
  const aggregator = await aggregatorOf(site);
  const { record, credential } = newToken("demo", scopes, AGGREGATOR, new Date(), validS);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the token", () => aggregator.parts.model.auth.token(record.id));
  return TOKEN_PREFIX + credential;
}

async function ask(
  site: ProvisionedSite,
  token: string | null,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const aggregator = await aggregatorOf(site);
  const response = await aggregator.request(`${BASE}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

let printers = 0;
async function newCase(site: ProvisionedSite) {
  const aggregator = await aggregatorOf(site);
  const address = { ...ADDRESS, printer: `printer${printers++}` };
  const deviation = deviationOf(address.printer, "cold-block");
  await site.send(DEVICE, deviationMessage(address, deviation));
  const { cases } = aggregator.parts.model;
  const { about } = await until("the case", () => cases.caseOfDeviation(deviation.id));
  await until("the deviation", () => cases.deviationById(deviation.id));
  return { id: about.id, deviation, address };
}

if (!skipped) {
  tests("only a valid token or session is answered", async ({ site }) => {
    const good = await tokenFor(site, ["read"]);
    const expired = await tokenFor(site, ["read"], -1);
    for (const token of [null, "x", "pwt_", `${good}x`, good.slice(4), expired]) {
      assert.is((await ask(site, token, "/cases")).status, 401, String(token));
    }
    assert.is((await ask(site, good, "/cases")).status, 200);
  });

  tests("a script reads cases, a deviation, printers and refusals", async ({ site }) => {
    const token = await tokenFor(site, ["read"]);
    const { id, deviation, address } = await newCase(site);
    const { json: list } = await ask(site, token, `/cases?printer=${address.printer}`);
    assert.equal(list.cases.map((row: { id: string }) => row.id), [id]);
    const { json: view } = await ask(site, token, `/cases/${id}`);
    assert.is(view.about.id, id);
    assert.equal(view.deviations, [deviation]);
    assert.is(view.events.length, 1);
    assert.equal((await ask(site, token, `/deviations/${deviation.id}`)).json, deviation);
    assert.ok(Array.isArray((await ask(site, token, "/printers")).json.printers));
    assert.is((await ask(site, token, "/refused")).json.count, 0);
    assert.is((await ask(site, token, "/cases/nothing")).status, 404);
    assert.is((await ask(site, token, "/deviations/nothing")).status, 404);
    assert.is((await ask(site, token, "/nothing")).status, 404);
    assert.is((await ask(site, token, "/cases?state=x")).status, 400);
  });

  tests("a case leaves in each format, many as one line each", async ({ site }) => {
    const token = await tokenFor(site, ["read"]);
    const { id, address } = await newCase(site);
    const headers = { Authorization: `Bearer ${token}` };
    const aggregator = await aggregatorOf(site);
    const get = async (path: string) =>
      await aggregator.request(`${BASE}/api/v1${path}`, { headers });
    const ocsf = await get(`/cases/${id}/export/ocsf`);
    assert.match(ocsf.headers.get("Content-Disposition")!, `case-${id}.ocsf.json`);
    assert.is((await ocsf.json()).finding_info.uid, id);
    const lines = (await (await get(`/export/ecs?printer=${address.printer}`)).text()).trim();
    assert.equal(lines.split("\n").map((line) => JSON.parse(line).labels.case_id), [id]);
    assert.match(await (await get(`/export/syslog?state=all`)).text(), /^<\d+>1 /);
    assert.is((await get(`/cases/${id}/export/stix`)).status, 409, "undecided");
    assert.is(await (await get(`/export/stix`)).text(), "");
    for (const bad of ["/export/xml", `/cases/${id}/export/x`, "/cases/x/export/ocsf"]) {
      assert.is((await get(bad)).status, 404, bad);
    }
    for (const bad of ["max=0", "max=99999", "state=x", "colour=red"]) {
      assert.is((await get(`/export/ocsf?${bad}`)).status, 400, bad);
    }
    assert.is((await aggregator.request(`${BASE}/api/v1/export/ocsf`)).status, 401);
  });

  tests("a script decides under its token's own name", async ({ site }) => {
    const token = await tokenFor(site, ["read", "decide"]);
    const { id } = await newCase(site);
    const decided = await ask(site, token, `/cases/${id}/decision`, {
      determination: "threat-confirmed",
      response: "pause",
      reason: "the demo said so",
    });
    assert.is(decided.status, 200);
    const { json: view } = await ask(site, token, `/cases/${id}`);
    assert.is(view.about.state, "decided");
    assert.is(view.about.decisions[0].id, decided.json.decisionId);
    assert.equal(view.about.decisions[0].by.kind, "token");
    assert.is(view.about.decisions[0].by.name, "demo");
    const closed = await ask(site, token, `/cases/${id}/close`, { nature: "incident" });
    assert.is(closed.status, 200);
    const reopened = await ask(site, token, `/cases/${id}/reopen`, {});
    assert.is.not(reopened.json.caseId, id);
  });

  tests("a reading token decides nothing", async ({ site }) => {
    const token = await tokenFor(site, ["read"]);
    const { id } = await newCase(site);
    assert.is((await ask(site, token, `/cases/${id}/acknowledge`, {})).status, 403);
  });

  tests("bodies that break the schema are refused with the field's name", async ({ site }) => {
    const token = await tokenFor(site, ["decide"]);
    const { id } = await newCase(site);
    const good = { determination: "expected", reason: "x" };
    for (
      const [body, said] of [
        ["", /JSON/],
        ["[]", /expected object/],
        [{ ...good, extra: 1 }, /extra/],
        [{ ...good, determination: "x" }, /'determination'/],
        [{ ...good, reason: "" }, /'reason'/],
        [{ ...good, reason: 7 }, /'reason'/],
        [{ ...good, response: "explode" }, /'response'/],
        [{ ...good, learn: "yes" }, /'learn'/],
        [{ ...good, learn: { mode: "until" } }, /untilWallTime/],
        [{ ...good, determination: "threat-confirmed", learn: { mode: "yes" } }, /Cannot learn/],
        [{ ...good, seen: "1" }, /'seen'/],
        [{ ...good, decisionId: "1" }, /'decisionId'/],
      ] as [unknown, RegExp][]
    ) {
      const response = await ask(site, token, `/cases/${id}/decision`, body);
      assert.is(response.status, 422, JSON.stringify(body));
      assert.match(response.json.error, said);
    }
    const large = await ask(site, token, `/cases/${id}/decision`, {
      ...good,
      reason: "x".repeat(50_000),
    });
    assert.is(large.status, 413);
    const typed = await ask(site, token, `/cases/${id}/decision`, good, {
      "Content-Type": "text/plain",
    });
    assert.is(typed.status, 422);
    assert.is((await ask(site, token, "/cases/x/decision", good)).status, 404);
    const stale = await ask(site, token, `/cases/${id}/decision`, { ...good, seen: 1_000_000 });
    assert.is(stale.status, 409);
  });

  tests("a session acts through the API only from the console's own pages", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const expert = await join(aggregator, aggregator.setUpUrl!.split("/join/")[1]!, "Mira");
    const { id } = await newCase(site);
    const headers = { Cookie: expert.cookie };
    assert.is((await ask(site, null, `/cases/${id}`, undefined, headers)).status, 200);
    const path = `/cases/${id}/acknowledge`;
    assert.is((await ask(site, null, path, {}, headers)).status, 403);
    const foreign = { ...headers, Origin: "https://evil.example" };
    assert.is((await ask(site, null, path, {}, foreign)).status, 403);
    assert.is((await ask(site, null, path, {}, { ...headers, Origin: BASE })).status, 200);
  });
}

tests.run();
