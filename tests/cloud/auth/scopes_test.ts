import { DatabaseSync } from "node:sqlite";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { newInvitation, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import type { Grant, Role } from "../../../cloud/auth/records.ts";
import { SCHEMA } from "../../../cloud/read_model/schema.ts";
import { openScoped, SHOWN } from "../../../cloud/read_model/scoped_database.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { BASE, field, join, visitor } from "../console/http_fixture.ts";
import { ACTOR, ADDRESS, deviationOf, DEVICE, SITE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("what a role may not see");

tests("every table of the read model says how it is shown", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    .map((row) => String(row.name))
    .filter((name) => !name.startsWith("sqlite_") && !/^case_text_/.test(name));
  assert.equal(names.toSorted(), Object.keys(SHOWN).toSorted());
  database.close();
});

tests("a table that nobody thought of shows nothing, and nothing can be written", async () => {
  const file = await Deno.makeTempFile({ suffix: ".sqlite" });
  const database = new DatabaseSync(file);
  database.exec(SCHEMA);
  database.exec("CREATE TABLE brand_new (site TEXT); INSERT INTO brand_new VALUES ('a')");
  const scoped = openScoped(file, ["a"]);
  assert.is(scoped.prepare("SELECT COUNT(*) AS n FROM brand_new").get()?.n, 0);
  const remove = scoped.prepare("DELETE FROM brand_new");
  assert.throws(() => scoped.exec("INSERT INTO brand_new VALUES ('b')"));
  assert.throws(() => scoped.exec("DELETE FROM main.brand_new"));
  remove.run();
  assert.is(database.prepare("SELECT COUNT(*) AS n FROM brand_new").get()?.n, 1);
  const quoted = openScoped(file, ["a' OR '1' = '1"]);
  assert.is(quoted.prepare("SELECT COUNT(*) AS n FROM printer").get()?.n, 0);
  for (const one of [scoped, quoted, database]) one.close();
  await Deno.remove(file);
});

let running: Promise<Aggregator> | null = null;
let printers = 0;

async function caseAt(site: ProvisionedSite, aggregator: Aggregator) {
  const printer = `secret${printers++}`;
  const deviation = deviationOf(printer, "cold-block");
  const address = { ...ADDRESS, printer };
  const wallTime = new Date().toISOString();
  await site.send(DEVICE, presenceMessage(address, { label: printer, wallTime }));
  await site.send(DEVICE, deviationMessage(address, deviation));
  const { cases } = aggregator.parts.model;
  const id = (await until("the case", () => cases.caseOfDeviation(deviation.id))).about.id;
  return { id, printer, deviation };
}

async function personWith(
  aggregator: Aggregator,
  name: string,
  role: Role | null,
  grants: Grant[],
) {
  const made = newInvitation(role, new Date(), 600, grants);
  await aggregator.parts.accounts.write(made.record, 0);
  return await join(aggregator, made.credential, name);
}

async function tokenFor(aggregator: Aggregator, sites: string[] | null) {
  const made = newToken(
    "script",
    ["read", "decide"],
    { ...ACTOR, kind: "aggregator" },
    new Date(),
    600,
    sites,
  );
  await aggregator.parts.accounts.write(made.record, 0);
  return async (path: string, body?: unknown) =>
    await aggregator.request(BASE + path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        Authorization: `Bearer ${TOKEN_PREFIX}${made.credential}`,
        "Content-Type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
}

if (!skipped) {
  const PATHS = ["/", "/?state=all", `/?text=cold`, "/printers", "/refused"];

  tests("pages, counts, search and addresses know nothing of another site", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const { id, printer } = await caseAt(site, aggregator);
    const stranger = await personWith(aggregator, "Other", null, [{
      site: "site2",
      role: "admin",
    }]);
    const owner = await personWith(aggregator, "Own", null, [{ site: SITE, role: "viewer" }]);
    for (const path of PATHS) {
      const html = await (await stranger.get(path)).text();
      assert.not(html.includes(printer), path);
      assert.not(html.includes(id), path);
    }
    assert.match(await (await owner.get("/?state=all")).text(), new RegExp(id));
    assert.match(await (await owner.get("/printers")).text(), new RegExp(printer));
    const theirs = await stranger.get(`/cases/${id}`);
    const nobodys = await stranger.get(`/cases/${crypto.randomUUID()}`);
    assert.is(theirs.status, 404);
    const bare = async (response: Response) =>
      (await response.text()).replaceAll(/nonce="[^"]*"/g, "");
    assert.is(await bare(theirs), await bare(nobodys), "the same answer as for no case at all");
    assert.is((await owner.get(`/cases/${id}`)).status, 200);
  });

  tests("nobody acts on what they may not see, nor beyond their role", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const { id } = await caseAt(site, aggregator);
    const seen = String(aggregator.parts.model.cases.caseById(id)!.lastSequence);
    const stranger = await personWith(aggregator, "Far", null, [{ site: "site2", role: "expert" }]);
    const viewer = await personWith(aggregator, "Look", null, [
      { site: SITE, role: "viewer" },
      { site: "site2", role: "expert" },
    ]);
    const operator = await personWith(aggregator, "Hand", null, [{ site: SITE, role: "operator" }]);
    const decision = {
      seen,
      decisionId: crypto.randomUUID(),
      determination: "expected",
      response: "none",
      reason: "x",
      step: "send",
    };
    assert.is((await stranger.post(`/cases/${id}/acknowledge`, { seen })).status, 404);
    assert.is((await stranger.post(`/cases/${id}/decision`, decision)).status, 404);
    assert.is((await viewer.post(`/cases/${id}/acknowledge`, { seen })).status, 422);
    const refused = await viewer.post(`/cases/${id}/decision`, decision);
    assert.is(refused.status, 422);
    assert.not.match(await (await viewer.get(`/cases/${id}`)).text(), /Review and sign/);
    assert.is((await operator.post(`/cases/${id}/decision`, decision)).status, 403);
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.state, "new");
    assert.is((await operator.post(`/cases/${id}/acknowledge`, { seen })).status, 303);
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.state, "acknowledged");
  });

  tests("a token of one site reads and does nothing at another", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const { id, printer, deviation } = await caseAt(site, aggregator);
    const [other, own] = [
      await tokenFor(aggregator, ["site2"]),
      await tokenFor(aggregator, [SITE]),
    ];
    assert.equal(await (await other("/api/v1/cases")).json(), { cases: [] });
    assert.equal(await (await other("/api/v1/printers")).json(), { printers: [] });
    for (const path of [`/api/v1/cases/${id}`, `/api/v1/deviations/${deviation.id}`]) {
      assert.is((await other(path)).status, 404, path);
      assert.is((await own(path)).status, 200, path);
    }
    for (const format of ["ocsf", "ecs", "stix", "syslog"]) {
      const { status } = await other(`/api/v1/cases/${id}/export?format=${format}`);
      assert.is(status, 404, format);
    }
    assert.not((await (await other("/metrics")).text()).includes(printer));
    const body = { determination: "expected", reason: "x" };
    assert.is((await other(`/api/v1/cases/${id}/decision`, body)).status, 404);
    assert.is((await other(`/api/v1/cases/${id}/acknowledge`, {})).status, 404);
    const place = `${SITE}/${DEVICE}/${printer}`;
    const job = await other(`/api/v1/printers/${place}/job`, { label: "x", manifest: {} });
    assert.ok([403, 422, 502].includes(job.status));
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 0);
  });

  tests("open pages hear nothing of another site", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const stranger = await personWith(aggregator, "Ear", null, [{ site: "site2", role: "viewer" }]);
    const { body } = await stranger.get("/live");
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.match((await reader.read()).value ?? "", /hello/);
    const { id } = await caseAt(site, aggregator);
    const heard = reader.read().then(({ value }) => value ?? "");
    const quiet = new Promise<string>((resolve) => setTimeout(() => resolve(""), 400));
    assert.not((await Promise.race([heard, quiet])).includes(id));
    await reader.cancel();
  });

  tests("a role that was taken away holds no more, at once", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const { id } = await caseAt(site, aggregator);
    const leaver = await personWith(aggregator, "Leaver", "expert", []);
    assert.is((await leaver.get(`/cases/${id}`)).status, 200);
    const { auth } = aggregator.parts.model;
    const found = auth.person(auth.personNamed("Leaver")!.id)!;
    const left = { ...found.record, leftWallTime: new Date().toISOString() };
    await aggregator.parts.accounts.write(left, found.sequence);
    const after = await leaver.get(`/cases/${id}`);
    assert.is(after.status, 303);
    assert.match(after.headers.get("Location") ?? "", /sign-in/);
    assert.is(field(await (await visitor(aggregator).get("/sign-in")).text(), "next"), "/");
  });
}

tests.run();
