import * as assert from "uvu/assert";
import { startBrowser } from "../../../scripts/browser.ts";
import { siteSuite, until } from "../site_fixture.ts";

const hasChromium = await new Deno.Command("chromium", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
if (!hasChromium) console.log("SKIPPED passkeys in a browser: chromium was required, got none");
const { tests, skipped } = await siteSuite("passkeys in a real browser");

if (!skipped && hasChromium) {
  tests("the set-up link, a passkey, out, and in again", async ({ site }) => {
    const aggregator = await site.aggregator();
    const browser = await startBrowser();
    const inPage = (what: string, expression: string) =>
      until(what, () => browser.evaluate(expression).then(Boolean, () => false));
    const click = (selector: string) =>
      inPage(selector, `(document.querySelector(${JSON.stringify(selector)}).click(), true)`);
    try {
      await browser.withAuthenticator();
      await browser.open(aggregator.setUpUrl!);
      await inPage("the button", "!document.querySelector('[data-passkey=join]').hidden");
      await browser.evaluate("document.querySelector('[name=name]').value = 'Mira'");
      await click("[data-passkey=join] button");
      await inPage("the list", "document.body.textContent.includes('All quiet')");
      assert.is(aggregator.parts.model.auth.personNamed("Mira")?.password, null);

      await browser.open(`${aggregator.url}/account`);
      await click(".sessions form[action='/account/end-session'] button");
      await inPage("the way in", "location.pathname === '/sign-in'");
      await browser.open(`${aggregator.url}/sign-in?next=/printers`);
      await inPage("the button", "!document.querySelector('[data-passkey=sign-in]').hidden");
      await click("[data-passkey=sign-in] button");
      await inPage("the printers", "location.pathname === '/printers'");
      assert.equal(browser.complaints, []);
    } finally {
      await browser.close();
    }
  });
}

tests.run();
