import * as assert from "uvu/assert";
import { accounts, newInvitation } from "../../../cloud/auth/accounts.ts";
import { segmentsOf } from "../../../cloud/console/printer_history.ts";
import type { PrinterEvent, SeenState } from "../../../cloud/printers/printer_event.ts";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import type { Address } from "../../../shared/ids.ts";
import { ADDRESS, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";
import { BASE, field, join } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("the fleet's pages");

type State = "printing" | "idle" | "paused" | "offline";

/** Lets a printer say how it is, and waits until that is recorded. */
async function say(site: ProvisionedSite, address: Address, label: string, state: State) {
  const { model } = (await prepared(site)).aggregator.parts;
  const wallTime = new Date().toISOString();
  await site.send(DEVICE, presenceMessage(address, { label, state, wallTime, lines: 12_345 }));
  await until("its state", () => model.printers.standing(address).standing?.state === state);
}

if (!skipped) {
  tests("printers stand in their bucket with state and open cases", async ({ site }) => {
    const { expert } = await prepared(site);
    const { address } = await newCase(site);
    await say(site, address, "Shelf <A>", "paused");
    await say(site, { ...ADDRESS, printer: "calm" }, "Calm", "idle");
    const html = await (await expert.get("/printers")).text();
    assert.match(html, /Shelf &lt;A&gt;/);
    assert.match(html, /1 case to look at/);
    assert.match(html, /Need attention \(1\)[\s\S]*Shelf[\s\S]*Paused[\s\S]*Idle \(1\)[\s\S]*Calm/);
    const page = await (await expert.get(`/printers/site1/dev1/${address.printer}`)).text();
    assert.match(page, /12,345 to the printer/);
    assert.match(page, /href="\/cases\/[0-9a-f-]{36}"/);
  });

  tests("the wall names every printer and how many need somebody", async ({ site }) => {
    const { expert } = await prepared(site);
    await say(site, { ...ADDRESS, printer: "walled" }, "Wall-E", "printing");
    const response = await expert.get("/wall");
    const html = await response.text();
    assert.is(response.status, 200);
    assert.match(html, /class="wall"/);
    assert.match(html, /<h2[^>]*>Wall-E<\/h2>[\s\S]*Printing/);
    assert.match(html, /<b>\d+<\/b> printing/);
  });

  tests("a lost printer's trouble is acknowledged on its page, once", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const address = { ...ADDRESS, printer: "lost" };
    const path = "/printers/site1/dev1/lost";
    await say(site, address, "Lost", "printing");
    await say(site, address, "Lost", "offline");
    const html = await (await expert.get(path)).text();
    assert.match(html, /It was printing when it was lost/);
    const troubleId = field(html, "troubleId");
    const wrong = await expert.post(`${path}/acknowledge`, { troubleId: crypto.randomUUID() });
    assert.is(wrong.status, 422);
    assert.is((await expert.post(`${path}/acknowledge`, { troubleId })).status, 303);
    assert.is((await expert.post(`${path}/acknowledge`, { troubleId })).status, 303);
    const { standing } = aggregator.parts.model.printers.standing(address);
    assert.is(standing?.trouble?.acknowledgedBy, "Mira");
    const after = await (await expert.get(path)).text();
    assert.match(after, /Mira knows/);
    assert.not.match(after, /tell nobody again/);
  });

  tests("a change is announced on a printer's page, shown and ended there", async ({ site }) => {
    const { expert } = await prepared(site);
    const address = { ...ADDRESS, printer: "planned" };
    const path = "/printers/site1/dev1/planned";
    await say(site, address, "Planned", "idle");
    const made = await expert.post(`${path}/maintenance`, { what: "new <nozzle>", minutes: "30" });
    assert.is(made.status, 303);
    assert.is(made.headers.get("Location"), path);
    const html = await (await expert.get(path)).text();
    assert.match(html, /new &lt;nozzle&gt;/);
    assert.match(html, /1 guard didn(&#39;|')t take it/);
    const fleet = await (await expert.get("/printers")).text();
    assert.match(fleet, /In maintenance \(1\)[\s\S]*Planned/);
    const [, id = ""] = /\/maintenance\/([0-9a-f-]{36})\/end/.exec(html) ?? [];
    assert.is((await expert.post(`/maintenance/${id}/end`, {})).status, 303);
    assert.not.match(await (await expert.get(path)).text(), /End it now/);
    assert.match(await (await expert.get(path)).text(), /Taken back: new &lt;nozzle&gt;/);
    const all = await expert.post("/maintenance", { site: "site1", what: "move", minutes: "15" });
    assert.is(all.status, 303);
    assert.match(await (await expert.get("/printers")).text(), /all of site1/);
  });

  tests("refuses hostile forms clearly, and a viewer's altogether", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const path = "/printers/site1/dev1/hostile";
    await say(site, { ...ADDRESS, printer: "hostile" }, "Hostile", "idle");
    const windows = () => aggregator.parts.model.printers.windowsAfter(0).length;
    const before = windows();
    const bad: [string, Record<string, string>, number, RegExp][] = [
      [`${path}/maintenance`, {}, 422, /Please say in 1 to 120 characters/],
      [`${path}/maintenance`, { what: "x".repeat(121), minutes: "30" }, 422, /1 to 120/],
      [`${path}/maintenance`, { what: "x", minutes: "0" }, 422, /1 to 1440 minutes/],
      [`${path}/maintenance`, { what: "x", minutes: "9999" }, 422, /1 to 1440 minutes/],
      [`${path}/maintenance`, { what: "x", minutes: "-1" }, 422, /Please say/],
      [`${path}/maintenance`, { what: "x", minutes: "30", more: "1" }, 422, /Please say/],
      ["/printers/site1/dev1/unknown/maintenance", { what: "x", minutes: "30" }, 404, /No such/],
      ["/printers/a%2Fb/x/y/maintenance", { what: "x", minutes: "30" }, 404, /No such/],
      ["/maintenance", { site: "elsewhere", what: "x", minutes: "30" }, 422, /No printer is known/],
      ["/maintenance/nonsense/end", {}, 422, /No such announcement/],
      [`${path}/acknowledge`, { troubleId: "x" }, 422, /load it again/],
    ];
    for (const [address, form, status, said] of bad) {
      const response = await expert.post(address, form);
      assert.is(response.status, status, `${address} ${JSON.stringify(form)}`);
      assert.match(await response.text(), said);
    }
    const foreign = { what: "x", minutes: "30" };
    const elsewhere = { Origin: "https://evil.example" };
    assert.is((await expert.post(`${path}/maintenance`, foreign, elsewhere)).status, 403);
    const { record, credential } = newInvitation("viewer", new Date(), 60);
    await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
    await until("the invitation", () => aggregator.parts.model.auth.invitation(record.id));
    const viewer = await join(aggregator, credential, "A viewer");
    assert.is((await viewer.post(`${path}/maintenance`, foreign)).status, 403);
    assert.not.match(await (await viewer.get(path)).text(), /Announce it/);
    assert.is((await aggregator.request(`${BASE}/wall`)).status, 303);
    assert.is(windows(), before);
  });

  tests("a printer that nobody knows has no page", async ({ site }) => {
    const { expert } = await prepared(site);
    assert.is((await expert.get("/printers/site1/dev1/never")).status, 404);
    assert.is((await expert.get("/printers/site1/dev1/a%20b")).status, 404);
  });
}

tests("the band of states begins where something is known and ends now", () => {
  const event = (atMs: number, to: SeenState, from: SeenState | null = null): PrinterEvent => ({
    contractVersion: 1,
    id: crypto.randomUUID(),
    address: ADDRESS,
    at: new Date(atMs).toISOString(),
    act: { type: "state", from, to },
  });
  const events = [
    event(900, "idle", "printing"),
    event(400, "printing", "idle"),
    event(100, "idle"),
  ];
  assert.equal(segmentsOf(events, 0, 1000), [
    { state: "idle", fromMs: 100, toMs: 400 },
    { state: "printing", fromMs: 400, toMs: 900 },
    { state: "idle", fromMs: 900, toMs: 1000 },
  ]);
  assert.equal(segmentsOf(events, 500, 1000)[0], { state: "printing", fromMs: 500, toMs: 900 });
  assert.equal(segmentsOf([], 0, 1000), []);
});

tests.run();
