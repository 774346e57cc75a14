import * as assert from "uvu/assert";
import { boundsOf } from "../../../cloud/console/insights/trend.ts";
import { presenceMessage, seeded } from "../../../scripts/fabricate.ts";
import { fabricateHistory, storeRecords } from "../../../scripts/fabricate_prints.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import type { CaseAct } from "../../../cloud/cases/case_event.ts";
import { newCase, prepared } from "../console/console_fixture.ts";
import { ADDRESS, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { account } from "./insight_fixture.ts";

const { tests, skipped } = await siteSuite("the page of insights");
const HABITS = { pace: 1.1, slicerOff: -0.2, heaterFade: 0.03, fanFade: 0, failing: 0.1 };

async function tell(site: ProvisionedSite, printer: string, label: string) {
  const address = { ...ADDRESS, printer };
  const { model } = (await prepared(site)).aggregator.parts;
  const { records, prints } = fabricateHistory(address, 20, Date.now(), HABITS, seeded(5));
  await storeRecords(await site.broker(), records);
  const wallTime = new Date().toISOString();
  const current = {
    id: crypto.randomUUID(),
    jobDigest: null,
    startedWallTime: wallTime,
    printingS: 600,
    pausedS: 0,
    part: 0.4,
    twinRemainingS: 5400,
    slicerRemainingS: null,
  };
  const wish = { label, wallTime, prints: { ...prints, current } };
  await site.send(DEVICE, presenceMessage(address, wish));
  const last = prints.ended.at(-1)!.id;
  await until("the history", () => model.insights.has("print", address, last));
  await until(
    "the printer",
    () => model.fleet.printers(99).some((one) => one.presence.label === label),
  );
  return address;
}

if (!skipped) {
  tests("shows effectiveness, guesses and wear, complete without a script", async ({ site }) => {
    const { expert } = await prepared(site);
    await tell(site, "p1", "Shelf <A>");
    const html = await (await expert.get("/insights")).text();
    assert.match(html, "Shelf &lt;A&gt;");
    assert.not.match(html, "Shelf <A>");
    assert.match(html, /OEE[\s\S]*Availability[\s\S]*Performance[\s\S]*Quality/);
    assert.match(html, /Left by the twin[\s\S]*40 %[\s\S]*1 h 30 min[\s\S]*–/);
    assert.match(html, /<figure class="plot trend"[\s\S]*<svg/);
    assert.match(html, /at the start[\s\S]*at half time/);
    assert.match(html, /Hotend heater[\s\S]*in 30 days/);
    assert.match(html, 'href="/api/v1/insights/prints?days=30"');
    const csv = await (await expert.get("/api/v1/insights/effectiveness?days=30")).text();
    assert.match(csv, /site1,dev1,p1,Shelf <A>,0\.\d+/);
  });

  tests("a printer's card tells how far its print is, and what is left of it", async ({ site }) => {
    const { expert } = await prepared(site);
    await tell(site, "carded", "Carded");
    for (const path of ["/printers", "/printers/site1/dev1/carded"]) {
      const html = await (await expert.get(path)).text();
      assert.match(html, /Carded[\s\S]*40 % done, 1 h 30 min left by the twin/);
    }
  });

  tests("counts what a confirmed threat's stop saved, and links its case", async ({ site }) => {
    const { aggregator, expert } = await prepared(site);
    const { id, address } = await newCase(site);
    const { desk } = aggregator.parts;
    const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
    const decisionId = crypto.randomUUID();
    const response = "stop" as const;
    const learn = { mode: "no" } as const;
    const determination = "threat-confirmed" as const;
    await desk.decide(id, actor, null, { decisionId, response, learn, determination, reason: "x" });
    const wallTime = new Date().toISOString();
    const stopped = account({
      startedWallTime: new Date(Date.now() - 3_600_000).toISOString(),
      endedWallTime: wallTime,
      result: "unfinished",
      part: 0.5,
      leftS: 7500,
      leftFilamentMm: 4200,
    });
    const { prints: { stateS } } = fabricateHistory(address, 1, Date.now(), HABITS, seeded(1));
    const counts = { begun: 1, completed: 0, unfinished: 1, unknown: 0 };
    await site.send(
      DEVICE,
      presenceMessage(address, {
        label: "stopped",
        wallTime,
        prints: { ...counts, stateS, current: null, ended: [stopped] },
        decisions: [{ decisionId, result: "applied", detail: "stopped", wallTime }],
      }),
    );
    const { model } = aggregator.parts;
    await until("the print", () => model.insights.has("print", address, stopped.id));
    const applied: CaseAct["type"] = "decision-applied";
    await until(
      "the outcome",
      () => model.cases.view(id)!.events.some(({ act }) => act.type === applied),
    );
    const html = await (await expert.get("/insights?days=7")).text();
    assert.match(html, `<a href="/cases/${id}">stop</a>`);
    assert.match(html, /2 h 05 min/);
    assert.match(html, /4\.2 m/);
  });

  tests("a period or a site that isn't one is refused, strangers see nothing", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    for (const query of ["days=0", "days=abc", "site=%2e%2e", "x=1"]) {
      assert.is((await expert.get(`/insights?${query}`)).status, 400, query);
    }
    const stranger = await aggregator.request("http://127.0.0.1/insights");
    assert.is(stranger.status, 303);
    await stranger.body?.cancel();
  });
}

tests("noise doesn't look like news", () => {
  const points = [{ at: 0, y: 19 }, { at: 1, y: 19.1 }];
  const trend = {
    title: "",
    unit: "%",
    kind: "lines" as const,
    spanMin: 4,
    series: [{ label: "", points }],
  };
  const { y } = boundsOf(trend)!;
  assert.ok(Math.abs(y.max - y.min - 4) < 1e-9);
  assert.is(boundsOf({ ...trend, series: [] }), null);
});

tests.run();
