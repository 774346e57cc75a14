import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import type { TokenScope } from "../../../cloud/auth/records.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import { createApp } from "../../../cloud/console/app.tsx";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { PRESENCE } from "../../shared/payloads.ts";
import { BASE } from "../console/http_fixture.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("metrics");
let running: Promise<Aggregator> | null = null;
const aggregatorOf = (site: ProvisionedSite) => running ??= site.aggregator();

async function tokenFor(site: ProvisionedSite, scopes: TokenScope[]): Promise<string> {
  const aggregator = await aggregatorOf(site);
  const { record, credential } = newToken("prometheus", scopes, AGGREGATOR, new Date(), 60);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the token", () => aggregator.parts.model.auth.token(record.id));
  return TOKEN_PREFIX + credential;
}

/** Every sample of Prometheus' text format; a line that is none is a fault. */
function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# HELP ") || line.startsWith("# TYPE ")) continue;
    const match = /^([a-z_]+(?:\{(?:[a-z_]+="[^"]*",?)*\})?) ([-+0-9.e]+|NaN|\+Inf)$/.exec(line);
    if (!match) throw new Error(`no sample: '${line}'`);
    samples.set(match[1]!, Number(match[2]));
  }
  return samples;
}

if (!skipped) {
  tests("a token that may measure reads numbers, and nothing else", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const Authorization = `Bearer ${await tokenFor(site, ["metrics"])}`;
    const answer = await aggregator.request(`${BASE}/metrics`, { headers: { Authorization } });
    assert.is(answer.status, 200);
    assert.match(answer.headers.get("Content-Type")!, "text/plain; version=0.0.4");
    const cases = await aggregator.request(`${BASE}/api/v1/cases`, { headers: { Authorization } });
    assert.is(cases.status, 403);
    await answer.text();
  });

  tests("strangers, and tokens for something else, get nothing", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const job = `Bearer ${await tokenFor(site, ["job"])}`;
    for (const Authorization of [job, "Bearer x", ""]) {
      const headers = Authorization ? { Authorization } : undefined;
      const answer = await aggregator.request(`${BASE}/metrics`, { headers });
      assert.is(answer.status, 401, Authorization);
    }
  });

  tests("loopback may measure, but not where a proxy stands in front", async ({ site }) => {
    const { parts } = await aggregatorOf(site);
    const from = (hostname: string) => ({ remoteAddr: { hostname } });
    const ask = (
      change: Partial<typeof parts>,
      hostname: string,
      headers: Record<string, string> = {},
      base = BASE,
    ) => createApp({ ...parts, ...change }).request(`${base}/metrics`, { headers }, from(hostname));
    assert.is((await ask({}, "127.0.0.1")).status, 200);
    assert.is((await ask({}, "::1")).status, 200);
    assert.is((await ask({}, "192.0.2.7")).status, 401);
    assert.is((await ask({}, "127.0.0.1", { "X-Forwarded-For": "192.0.2.7" })).status, 401);
    const publicUrl = "https://guard.example";
    assert.is((await ask({ publicUrl }, "127.0.0.1")).status, 401);
  });

  tests("cases, printers, refusals and requests are counted", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const { model } = aggregator.parts;
    const address = { ...ADDRESS, printer: "measured" };
    const deviation = deviationOf(address.printer, "cold-block");
    await site.send(DEVICE, deviationMessage(address, deviation));
    const wallTime = new Date().toISOString();
    const { prints } = PRESENCE;
    await site.send(DEVICE, presenceMessage(address, { label: "x", wallTime, prints }));
    const good = deviationMessage(address, deviationOf(address.printer));
    await site.send(DEVICE, { ...good, bytes: new TextEncoder().encode("{}"), id: "bad.1" });
    await until("the case", () => model.cases.caseOfDeviation(deviation.id));
    await until("the printer", () => model.fleet.printers(10).length > 0);
    await until("the refusal", () => model.fleet.refusedCount() > 0);
    const Authorization = `Bearer ${await tokenFor(site, ["metrics"])}`;
    const scrape = async () =>
      samplesOf(
        await (await aggregator.request(`${BASE}/metrics`, { headers: { Authorization } })).text(),
      );
    await scrape();
    const samples = await scrape();
    const at = (name: string) => samples.get(name);
    assert.is(at('printwarden_cases{state="new"}'), 1);
    assert.is(
      at('printwarden_open_cases{state="new",verdict="potential-cyberthreat"}'),
      1,
    );
    assert.is(at('printwarden_printers{state="printing"}'), 1);
    assert.is(at("printwarden_deviations_total"), 1);
    assert.is(at('printwarden_refused_messages_total{stream="PW_DEVIATIONS"}'), 1);
    assert.is(at('printwarden_ingest_pending_messages{stream="PW_CASES"}'), 0);
    assert.is(at("printwarden_broker_connected"), 1);
    const place = 'site="site1",device="dev1",printer="measured"';
    assert.is(at(`printwarden_printer_remaining_seconds{${place}}`), 900);
    assert.is(at(`printwarden_printer_prints_total{${place},result="completed"}`), 1);
    const served = at(
      'printwarden_http_request_duration_seconds_count{method="GET",route="/metrics",status="200"}',
    );
    assert.ok(served! > 0, "requests by route");
  });

  tests("a stranger's address is no label", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    await aggregator.request(`${BASE}/no/such/${"x".repeat(50)}`);
    const Authorization = `Bearer ${await tokenFor(site, ["metrics"])}`;
    const answer = await aggregator.request(`${BASE}/metrics`, { headers: { Authorization } });
    assert.not.match(await answer.text(), "xxxxx");
  });
}

tests.run();
