import { validate } from "@readme/openapi-parser";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../../cloud/aggregator.ts";
import { accounts, newToken } from "../../../../cloud/auth/accounts.ts";
import { openApi } from "../../../../cloud/api/describe/openapi.ts";
import { OPERATIONS } from "../../../../cloud/api/describe/operations.ts";
import { TOKEN_PREFIX } from "../../../../cloud/auth/identify.ts";
import { AGGREGATOR } from "../../../../cloud/cases/case_log_shell.ts";
import { createMetrics } from "../../../../cloud/exports/metrics.ts";
import { routesOf } from "../../../../cloud/console/app.tsx";
import { deviationMessage, presenceMessage } from "../../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../../scripts/provisioned_site.ts";
import { PRESENCE } from "../../../shared/payloads.ts";
import { BASE } from "../../console/http_fixture.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../../site_fixture.ts";

const { tests, skipped } = await siteSuite("the HTTP API's description");
const document = JSON.parse(JSON.stringify(openApi()));

tests("is OpenAPI 3.1", async () => {
  const result = await validate(structuredClone(document));
  assert.ok(result.valid, JSON.stringify(result.valid ? "" : result.errors.slice(0, 3)));
});

tests("the parser would find a fault", async () => {
  const broken = structuredClone(document);
  delete broken.info.version;
  assert.not((await validate(broken)).valid);
});

tests("refers to nothing that it lacks, and every path parameter is described", () => {
  const names = Object.keys(document.components.schemas);
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) {
    assert.ok(names.includes(name!), name);
  }
  for (const { path, pathParameters = {} } of OPERATIONS) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.equal(named, Object.keys(pathParameters), path);
  }
  const ids = OPERATIONS.map(({ id }) => id);
  assert.is(new Set(ids).size, ids.length);
});

tests("bodies are those that the code decodes", () => {
  const { DecisionBody } = document.components.schemas;
  assert.is(DecisionBody.additionalProperties, false);
  assert.equal(DecisionBody.properties.determination.enum, [
    "threat-confirmed",
    "expected",
    "benign-change",
    "needs-more",
  ]);
  assert.equal(DecisionBody.required, ["determination", "reason"]);
});

const API = "/api/v1";
const PRINTER = { ...ADDRESS, printer: "described" };

/** A case, a printer and a refusal to ask after, and a token that may decide; the case's id. */
async function populate(site: ProvisionedSite, { parts: { model } }: Aggregator) {
  const deviation = deviationOf(PRINTER.printer, "cold-block");
  await site.send(DEVICE, deviationMessage(PRINTER, deviation));
  const { prints, wear } = PRESENCE;
  const wallTime = new Date().toISOString();
  await site.send(DEVICE, presenceMessage(PRINTER, { label: "x", wallTime, prints, wear }));
  const bad = { ...deviationMessage(PRINTER, deviation), id: "bad.1" };
  await site.send(DEVICE, { ...bad, bytes: new TextEncoder().encode("{}") });
  const found = await until("the case", () => model.cases.caseOfDeviation(deviation.id));
  await until(
    "printer and refusal",
    () => model.fleet.printers(1).length > 0 && model.fleet.refusedCount() > 0,
  );
  const { record, credential } = newToken("x", ["read", "decide"], AGGREGATOR, new Date(), 60);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the token", () => model.auth.token(record.id));
  const bearer = `Bearer ${TOKEN_PREFIX}${credential}`;
  return { id: found.about.id, deviationId: deviation.id, bearer };
}

/** Asks, and holds each answer against the schema that the description gives for it. */
function holder(aggregator: Aggregator, bearer: string) {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: "doc:", ...document });
  const headers = { "Authorization": bearer };
  const held = { count: 0 };
  const hold = async (method: string, template: string, path: string, body?: unknown) => {
    const answer = await aggregator.request(BASE + path, {
      method,
      headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
      body: body ? JSON.stringify(body) : undefined,
    });
    const described = document.paths[template][method.toLowerCase()].responses[answer.status];
    assert.ok(described, `${template}: ${answer.status} is described`);
    const schema = described.content["application/json"]?.schema;
    const text = await answer.text();
    if (!schema) return;
    const where = JSON.stringify(schema).includes("$ref")
      ? ajv.compile({ $ref: `doc:${schema.$ref}` })
      : ajv.compile(schema);
    held.count++;
    assert.ok(where(JSON.parse(text)), `${template}: ${ajv.errorsText(where.errors)} ${text}`);
  };
  return { hold, held };
}

type Hold = ReturnType<typeof holder>["hold"];

/** What is only looked at. */
async function holdQuestions(hold: Hold, id: string, deviationId: string) {
  for (
    const [template, path] of [
      [`${API}/cases`, `${API}/cases?state=all`],
      [`${API}/cases`, `${API}/cases?state=zzz`],
      [`${API}/cases/{id}`, `${API}/cases/${id}`],
      [`${API}/cases/{id}`, `${API}/cases/none`],
      [`${API}/deviations/{id}`, `${API}/deviations/${deviationId}`],
      [`${API}/printers`, `${API}/printers`],
      [`${API}/refused`, `${API}/refused`],
      [`${API}/forwards`, `${API}/forwards`],
      [`${API}/cases/{id}/export/{format}`, `${API}/cases/${id}/export/stix`],
      [`${API}/openapi.json`, `${API}/openapi.json`],
      [`${API}/asyncapi.json`, `${API}/asyncapi.json`],
      [`${API}/insights`, `${API}/insights?days=7`],
      [`${API}/insights`, `${API}/insights?days=0`],
      [`${API}/insights/{table}`, `${API}/insights/zzz`],
      ["/healthz", "/healthz"],
    ] as const
  ) await hold("GET", template, path);
}

/** A case from its acknowledgement to its being opened again, wrong turns included. */
async function holdCaseActs(hold: Hold, id: string) {
  const act = (verb: string, body: unknown) =>
    hold("POST", `${API}/cases/{id}/${verb}`, `${API}/cases/${id}/${verb}`, body);
  await act("acknowledge", {});
  await act("acknowledge", {});
  await act("decision", { determination: "expected", reason: "known" });
  await act("close", { nature: "change", seen: 1 });
  await act("close", { nature: "change" });
  await act("reopen", {});
}

/** A printer's page and its maintenance. */
async function holdPrinterActs(hold: Hold, { parts: { model } }: Aggregator, troubleId: string) {
  const place = `${API}/printers/{site}/{device}/{printer}`;
  const printer = `${API}/printers/${PRINTER.site}/${PRINTER.device}/${PRINTER.printer}`;
  await until("its history", () => model.printers.standing(PRINTER).standing);
  await hold("GET", place, printer);
  await hold("GET", place, `${printer}x`);
  await hold("POST", `${place}/acknowledge`, `${printer}/acknowledge`, { troubleId });
  const change = { site: PRINTER.site, minutes: 5, what: "new nozzle" };
  await hold("POST", `${API}/maintenance`, `${API}/maintenance`, change);
  await hold("POST", `${API}/maintenance`, `${API}/maintenance`, { ...change, minutes: 0 });
  await hold("GET", `${API}/maintenance`, `${API}/maintenance`);
  const [window] = model.printers.windowsAfter(0);
  const end = `${API}/maintenance/${window!.id}/end`;
  await hold("POST", `${API}/maintenance/{id}/end`, end, {});
  await hold("POST", `${API}/maintenance/{id}/end`, `${API}/maintenance/x/end`, {});
}

if (!skipped) {
  let running: Promise<Aggregator> | null = null;
  const aggregatorOf = (site: ProvisionedSite) => running ??= site.aggregator();

  tests("every route is in it, and nothing else", async ({ site }) => {
    const { parts } = await aggregatorOf(site);
    const isForScripts = (path: string) =>
      path.startsWith("/api/") || path === "/metrics" || path === "/healthz";
    const routes = routesOf(parts, createMetrics(0)).routes
      .filter(({ method, path }) => method !== "ALL" && isForScripts(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    const described = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    assert.equal([...new Set(routes)].sort(), [...described].sort());
  });

  tests("what it promises of answers is true", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const { id, deviationId, bearer } = await populate(site, aggregator);
    const { hold, held } = holder(aggregator, bearer);
    await holdQuestions(hold, id, deviationId);
    await holdCaseActs(hold, id);
    await holdPrinterActs(hold, aggregator, id);
    await hold("GET", `${API}/cases`, `${API}/cases?state=all`);
    await hold("GET", `${API}/cases/{id}`, `${API}/cases/${id}`);
    assert.ok(held.count >= 25, `${held.count} answers were held against their schema`);
  });
}

tests.run();
