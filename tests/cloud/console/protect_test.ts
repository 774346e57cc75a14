import * as assert from "uvu/assert";
import { createApp } from "../../../cloud/console/app.tsx";
import { siteSuite } from "../site_fixture.ts";
import { newCase, prepared, stateOf } from "./console_fixture.ts";
import { BASE, field, visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("what protects the console's pages");

if (!skipped) {
  tests("every page answers with headers that let nothing foreign in", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id } = await newCase(site);
    const nonces = new Set<string>();
    for (const path of ["/", `/cases/${id}`, "/printers", "/account", "/refused"]) {
      const response = await expert.get(path);
      assert.is(response.status, 200, path);
      const policy = response.headers.get("Content-Security-Policy") ?? "";
      const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      assert.match(policy, /default-src 'none'/);
      assert.not.match(policy, /unsafe/);
      assert.is(response.headers.get("X-Frame-Options"), "DENY");
      assert.is(response.headers.get("Cache-Control"), "no-store");
      const html = await response.text();
      assert.match(html, /^<!doctype html><html lang="en"[ >]/);
      const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      assert.ok(scripts.length > 0);
      for (const tag of scripts) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
      assert.not.match(html, / style="/);
      assert.not.match(html, / on[a-z]+="/);
      nonces.add(nonce);
    }
    assert.is(nonces.size, 5, "a nonce serves one answer");
  });

  tests("static files are served under names that change with their content", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const html = await (await expert.get(`/cases/${id}`)).text();
    const paths = [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, path]) => path!);
    assert.ok(paths.length >= 6);
    let scriptBytes = 0;
    for (const path of paths) {
      const response = await visitor(aggregator).get(path);
      assert.is(response.status, 200, path);
      assert.match(response.headers.get("Cache-Control") ?? "", /immutable/);
      const { length } = await response.arrayBuffer().then((buffer) => new Uint8Array(buffer));
      if (path.endsWith(".js")) scriptBytes += length;
    }
    assert.ok(scriptBytes < 150_000);
    assert.is((await expert.get("/static/style.000000000000.css")).status, 404);
    assert.is((await expert.get("/static/..%2f..%2fmain.ts")).status, 404);
  });

  tests("a form that another site sends is refused", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const seen = field(await (await expert.get(`/cases/${id}`)).text(), "seen");
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1:81"]) {
      const response = await expert.post(`/cases/${id}/acknowledge`, { seen }, { Origin: origin });
      assert.is(response.status, 403, origin);
    }
    const bare = await aggregator.request(`${BASE}/cases/${id}/acknowledge`, {
      method: "POST",
      headers: { Cookie: expert.cookie },
      body: new URLSearchParams({ seen }),
    });
    assert.is(bare.status, 403);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests("a name that was pointed here from elsewhere isn't answered", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const headers = { Cookie: expert.cookie };
    const rebound = await aggregator.request("http://rebound.example/", { headers });
    assert.is(rebound.status, 421);
    assert.is((await aggregator.request("http://localhost/", { headers })).status, 200);
  });

  tests("the health check tells whether the broker answers", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const response = await visitor(aggregator).get("/healthz");
    assert.is(response.status, 200);
    assert.equal(await response.json(), { ok: true, broker: true });
  });

  tests("an unknown address says so in plain words", async ({ site }) => {
    const { expert } = await prepared(site);
    const response = await expert.get("/nothing/here");
    assert.is(response.status, 404);
    assert.match(await response.text(), /There is nothing at this address/);
  });

  tests("a fault within is told without what it was", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const position = () => {
      throw new Error("no such column: password_hash");
    };
    const app = createApp({ ...aggregator.parts, position });
    const response = await app.request(`${BASE}/printers`, { headers: { Cookie: expert.cookie } });
    assert.is(response.status, 500);
    const page = await response.text();
    assert.match(page, /^<!doctype html>/);
    assert.not.match(page, /password_hash|\.tsx?:|at /);
  });
}

tests.run();
