import * as assert from "uvu/assert";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, deviationOf, DEVICE } from "../site_fixture.ts";
import { browserSuite, DESK, followed } from "./browser_fixture.ts";
import { PASSWORD } from "./http_fixture.ts";

const { tests, skipped } = await browserSuite("the first visit in a real browser");

if (!skipped) {
  tests("a person joins by the set-up link and sees a case appear by itself", async (context) => {
    const aggregator = await context.site.aggregator();
    const visit = await context.browser.visit(DESK);
    const { page, complaints } = visit;
    await page.goto(aggregator.setUpUrl!);
    await page.fill("[name=name]", "Ada");
    const fold = page.locator("details:has([name=password])");
    if (await fold.count() > 0) await fold.locator("summary").click();
    await page.fill("[name=password]", PASSWORD);
    await page.fill("[name=again]", PASSWORD);
    await page.locator("form:has([name=again]) button[type=submit]").click();
    await page.getByText("All quiet").waitFor();
    await followed(visit);
    const deviation = deviationOf("p1", "cold-block");
    await context.site.send(DEVICE, deviationMessage(ADDRESS, deviation));
    await page.getByRole("link", { name: deviation.summary }).waitFor();
    await page.locator("#unreviewed-count", { hasText: "1 unreviewed" }).waitFor();
    assert.equal(complaints, []);
    await visit.close();
  });
}

tests.run();
