import * as assert from "uvu/assert";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import { DEVICE, siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";

const { tests, skipped } = await siteSuite("the printers' page");

if (!skipped) {
  tests("printers stand with state, counters and their open cases", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { address } = await newCase(site);
    const wallTime = new Date().toISOString();
    const wish = { label: "Shelf <A>", state: "paused", wallTime, lines: 12_345 } as const;
    await site.send(DEVICE, presenceMessage(address, wish));
    const named = () =>
      aggregator.parts.model.fleet.printers(200).some((one) => one.presence.label === wish.label);
    await until("the printer", named);
    const html = await (await expert.get("/printers")).text();
    assert.match(html, /Shelf &lt;A&gt;/);
    assert.match(html, /Paused/);
    assert.match(html, /12,345 to the printer/);
    assert.match(html, /1 case to look at/);
  });
}

tests.run();
