import * as assert from "uvu/assert";
import { presenceMessage, seeded } from "../../../scripts/fabricate.ts";
import { fabricateHistory, storeRecords } from "../../../scripts/fabricate_prints.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { faults } from "../console/axe_fixture.ts";
import { browserSuite, DESK, PHONE } from "../console/browser_fixture.ts";
import { prepared } from "../console/console_fixture.ts";
import { ADDRESS, DEVICE, until } from "../site_fixture.ts";

const { tests, skipped } = await browserSuite("insights in a real browser");
const HABITS = { pace: 1.1, slicerOff: -0.2, heaterFade: 0.03, fanFade: 0.02, failing: 0.1 };

async function tell(site: ProvisionedSite): Promise<void> {
  const { aggregator } = await prepared(site);
  const { records, prints } = fabricateHistory(ADDRESS, 25, Date.now(), HABITS, seeded(8));
  await storeRecords(await site.broker(), records);
  const wallTime = new Date().toISOString();
  await site.send(DEVICE, presenceMessage(ADDRESS, { label: "The left one", wallTime, prints }));
  const { insights } = aggregator.parts.model;
  await until("the history", () => insights.has("print", ADDRESS, prints.ended.at(-1)!.id));
}

if (!skipped) {
  tests(
    "pictures are drawn, nothing serious is found, nothing is complained of",
    async (context) => {
      await tell(context.site);
      const { aggregator } = await prepared(context.site);
      for (const look of [DESK, { ...DESK, dark: true }, PHONE]) {
        const visit = await context.expertWith(look);
        const { page } = visit;
        await page.goto(`${aggregator.url}/insights`);
        await page.waitForFunction("document.querySelectorAll('.live-plot canvas').length === 4");
        const name = `${look.width} px${look.dark ? ", dark" : ""}`;
        assert.equal(await faults(page), [], name);
        const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        assert.ok(Number(wide) <= 0, `${name}: the page is ${wide} px too wide`);
        assert.equal(visit.complaints, [], name);
        await visit.close();
      }
    },
  );

  tests("a table is taken away as a file", async (context) => {
    const { aggregator } = await prepared(context.site);
    const visit = await context.expertWith(DESK);
    await visit.page.goto(`${aggregator.url}/insights?days=90`);
    const [download] = await Promise.all([
      visit.page.waitForEvent("download"),
      visit.page.getByRole("link", { name: "prints" }).last().click(),
    ]);
    assert.match(download.suggestedFilename(), /^prints-\d{4}-\d\d-\d\d-90d\.csv$/);
    await visit.close();
  });

  tests("without a script the same figures stand there, drawn", async (context) => {
    const { aggregator } = await prepared(context.site);
    const visit = await context.expertWith({ ...DESK, noScript: true });
    await visit.page.goto(`${aggregator.url}/insights`);
    assert.is(await visit.page.locator("figure.trend svg[role=img]").count(), 4);
    assert.ok(await visit.page.getByText("The left one").first().isVisible());
    await visit.close();
  });
}

tests.run();
