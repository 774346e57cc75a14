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
    const address = { ...ADDRESS, printer: "described" };
    const deviation = deviationOf(address.printer, "cold-block");
    await site.send(DEVICE, deviationMessage(address, deviation));
    const { prints, wear } = PRESENCE;
    const wallTime = new Date().toISOString();
    await site.send(DEVICE, presenceMessage(address, { label: "x", wallTime, prints, wear }));
    const bad = { ...deviationMessage(address, deviation), id: "bad.1" };
    await site.send(DEVICE, { ...bad, bytes: new TextEncoder().encode("{}") });
    const { model } = aggregator.parts;
    const { about: { id } } = await until(
      "the case",
      () => model.cases.caseOfDeviation(deviation.id),
    );
    await until(
      "printer and refusal",
      () => model.fleet.printers(1).length > 0 && model.fleet.refusedCount() > 0,
    );
    const { record, credential } = newToken("x", ["read", "decide"], AGGREGATOR, new Date(), 60);
    await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
    await until("the token", () => model.auth.token(record.id));
    const headers = { "Authorization": `Bearer ${TOKEN_PREFIX}${credential}` };
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    ajv.addSchema({ $id: "doc:", ...document });
    let held = 0;
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
      held++;
      assert.ok(where(JSON.parse(text)), `${template}: ${ajv.errorsText(where.errors)} ${text}`);
    };
    const api = "/api/v1";
    for (
      const [template, path] of [
        [`${api}/cases`, `${api}/cases?state=all`],
        [`${api}/cases`, `${api}/cases?state=zzz`],
        [`${api}/cases/{id}`, `${api}/cases/${id}`],
        [`${api}/cases/{id}`, `${api}/cases/none`],
        [`${api}/deviations/{id}`, `${api}/deviations/${deviation.id}`],
        [`${api}/printers`, `${api}/printers`],
        [`${api}/refused`, `${api}/refused`],
        [`${api}/forwards`, `${api}/forwards`],
        [`${api}/cases/{id}/export/{format}`, `${api}/cases/${id}/export/stix`],
        [`${api}/openapi.json`, `${api}/openapi.json`],
        [`${api}/asyncapi.json`, `${api}/asyncapi.json`],
        [`${api}/insights`, `${api}/insights?days=7`],
        [`${api}/insights`, `${api}/insights?days=0`],
        [`${api}/insights/{table}`, `${api}/insights/zzz`],
        ["/healthz", "/healthz"],
      ] as const
    ) await hold("GET", template, path);
    const act = (verb: string, body: unknown) =>
      hold("POST", `${api}/cases/{id}/${verb}`, `${api}/cases/${id}/${verb}`, body);
    await act("acknowledge", {});
    await act("acknowledge", {});
    await act("decision", { determination: "expected", reason: "known" });
    await act("close", { nature: "change", seen: 1 });
    await act("close", { nature: "change" });
    await act("reopen", {});
    const place = `${api}/printers/{site}/{device}/{printer}`;
    const printer = `${api}/printers/site1/dev1/described`;
    await until("its history", () => model.printers.standing(address).standing);
    await hold("GET", place, printer);
    await hold("GET", place, `${printer}x`);
    await hold("POST", `${place}/acknowledge`, `${printer}/acknowledge`, { troubleId: id });
    const change = { site: "site1", minutes: 5, what: "new nozzle" };
    await hold("POST", `${api}/maintenance`, `${api}/maintenance`, change);
    await hold("POST", `${api}/maintenance`, `${api}/maintenance`, { ...change, minutes: 0 });
    await hold("GET", `${api}/maintenance`, `${api}/maintenance`);
    const [window] = model.printers.windowsAfter(0);
    const end = `${api}/maintenance/${window!.id}/end`;
    await hold("POST", `${api}/maintenance/{id}/end`, end, {});
    await hold("POST", `${api}/maintenance/{id}/end`, `${api}/maintenance/x/end`, {});
    await hold("GET", `${api}/cases`, `${api}/cases?state=all`);
    await hold("GET", `${api}/cases/{id}`, `${api}/cases/${id}`);
    assert.ok(held >= 25, `${held} answers were held against their schema`);
  });
}

tests.run();
