import { suite } from "uvu";
import {
  type Look,
  startBrowser,
  type StartedBrowser,
  type Visit,
} from "../../../scripts/browser.ts";
import { hasChromium } from "../../chromium.ts";
import { type SiteContext, siteSuite } from "../site_fixture.ts";
import { prepared } from "./console_fixture.ts";

export const DESK: Look = { width: 1366, height: 768 };
export const PHONE: Look = { width: 390, height: 844, phone: true, dark: true };

export interface BrowserContext extends SiteContext {
  browser: StartedBrowser;
  /** A browser of its own that the console's first person is signed in with. */
  expertWith(look: Look): Promise<Visit>;
}

/** A suite with one real site and one real browser; without either it says that it was skipped. */
export async function browserSuite(name: string) {
  const there = await hasChromium(name);
  const { tests: plain, skipped } = there
    ? await siteSuite(name)
    : { tests: suite<SiteContext>(name), skipped: true };
  const tests = plain as ReturnType<typeof suite<BrowserContext>>;
  if (!skipped) {
    tests.before(async (context) => {
      const browser = await startBrowser();
      context.browser = browser;
      context.expertWith = async (look) => {
        const { aggregator, expert } = await prepared(context.site);
        const [name = "", value = ""] = expert.cookie.split("=");
        return await browser.visit(look, { url: aggregator.url, name, value });
      };
    });
    tests.after(async (context) => {
      await context.browser.close();
    });
  }
  return { tests, skipped };
}

/** Waits until the page follows what happens. */
export async function followed({ page }: Visit): Promise<void> {
  await page.locator("html[data-live=yes]").waitFor({ state: "attached" });
}
