import * as assert from "uvu/assert";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, allCases, DEVICE, SITE, siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";

const { tests, skipped } = await siteSuite("a case's page");

if (!skipped) {
  tests("a case shows its sentence, its reasons, its techniques and its plot", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id, deviation } = await newCase(site, "tampered-set-point");
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.match(html, /The hotend was told 195 °C/);
    assert.match(html, /Almost certainly a cyberthreat \(97\u00a0%\)/);
    for (const technique of deviation.techniques) {
      assert.ok(html.includes(`https://attack.mitre.org/techniques/${technique}/`));
    }
    assert.match(html, /heater|block followed the lowered target/);
    assert.match(html, /<figure class="plot" data-plot="/);
    assert.match(html, /class="curve measured" d="M/);
    assert.match(html, /class="band" d="M/);
    assert.match(html, /M104 S195/);
    assert.is((await expert.get(`/cases/${crypto.randomUUID()}`)).status, 404);
    assert.is((await expert.get("/cases/%3Cscript%3E")).status, 404);
  });

  tests("markup and hidden characters in evidence are shown, never obeyed", async ({ site }) => {
    const { expert } = await prepared(site);
    const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const { id, address } = await newCase(site, "cold-block", {
      summary: hostile,
      cause: { id: "B03", title: hostile },
      reasons: [{ signal: hostile.slice(0, 40), text: `${hostile}\u202egnp.exe`, weight: 1 }],
      evidence: { series: [], lines: [hostile, "M117 \u001b[31m\u0000"], layerMap: null },
    });
    const say = presenceMessage(address, { label: hostile, wallTime: new Date().toISOString() });
    await site.send(DEVICE, say);
    const { aggregator } = await prepared(site);
    await until(
      "the label",
      () =>
        aggregator.parts.model.fleet.printers(100).some((one) => one.presence.label === hostile),
    );
    for (const path of [`/cases/${id}`, "/", "/printers"]) {
      const html = await (await expert.get(path)).text();
      assert.not.match(html, /<script>alert|<img src=x/);
      assert.match(html, /&lt;script&gt;/);
      for (const char of ["\u202e", "\u001b", "\u0000"]) assert.not(html.includes(char));
    }
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.match(html, /⟨202E⟩gnp\.exe/);
    assert.match(html, /⟨001B⟩\[31m⟨0000⟩/);
  });

  tests("a decision that no printer took up in time is said to be void", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const { parts } = aggregator;
    const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
    await parts.desk.decide(id, actor, null, {
      decisionId: crypto.randomUUID(),
      determination: "threat-confirmed",
      response: "stop",
      learn: { mode: "no" },
      reason: "x",
    });
    const page = async () => await (await expert.get(`/cases/${id}`)).text();
    assert.not.match(await page(), /answer in time/);
    const { now } = parts;
    parts.now = () => new Date(Date.now() + 2 * 3_600_000);
    assert.match(await page(), /answer in time/);
    parts.now = now;
  });

  tests("a guard that changed says what changed and what to do about it", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const address = { ...ADDRESS, printer: "guarded" };
    const says = (config: string) =>
      site.send(
        DEVICE,
        presenceMessage(address, {
          label: "Guarded",
          state: "idle",
          wallTime: new Date().toISOString(),
          digests: { config: config.repeat(64) },
        }),
      );
    const { printers } = aggregator.parts.model;
    await says("a");
    await until("its make", () => printers.standing(address).standing?.guard);
    await says("b");
    const row = await until(
      "a case",
      () => allCases(aggregator).find(({ printer }) => printer === address.printer),
    );
    const html = await (await expert.get(`/cases/${row.id}`)).text();
    assert.match(html, /Changed without an announcement: configuration/);
    assert.match(html, /edge update check/);
    assert.not.match(html, /still on its way/);
    const printer = await (await expert.get(`/printers/${SITE}/${DEVICE}/guarded`)).text();
    assert.match(printer, /The guard was changed: configuration; nobody had announced it/);
  });
}

tests.run();
