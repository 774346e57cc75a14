import * as assert from "uvu/assert";
import { startBrowser } from "../../../scripts/browser.ts";
import { hasChromium } from "../../chromium.ts";
import { siteSuite } from "../site_fixture.ts";

const NAME = "passkeys in a real browser";
const there = await hasChromium(NAME);
const { tests, skipped } = await siteSuite(NAME);

if (!skipped && there) {
  tests("the set-up link, a passkey, out, and in again", async ({ site }) => {
    const aggregator = await site.aggregator();
    const browser = await startBrowser();
    try {
      const { page, complaints, withAuthenticator } = await browser.visit({
        width: 1280,
        height: 800,
      });
      await withAuthenticator();
      await page.goto(aggregator.setUpUrl!);
      await page.fill("[name=name]", "Mira");
      await page.click("[data-passkey=join] button");
      await page.getByText("All quiet").waitFor();
      assert.is(aggregator.parts.model.auth.personNamed("Mira")?.password, null);

      await page.goto(`${aggregator.url}/account`);
      await page.click(".sessions form[action='/account/end-session'] button");
      await page.waitForURL("**/sign-in*");
      await page.goto(`${aggregator.url}/sign-in?next=/printers`);
      await page.click("[data-passkey=sign-in] button");
      await page.waitForURL("**/printers");
      assert.equal(complaints, []);
    } finally {
      await browser.close();
    }
  });
}

tests.run();
