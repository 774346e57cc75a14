import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { type Browser, startBrowser } from "../../../scripts/browser.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { PASSWORD } from "./http_fixture.ts";

const hasChromium = await new Deno.Command("chromium", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
if (!hasChromium) console.log("SKIPPED the console in a browser: chromium was required, got none");
const { tests, skipped } = await siteSuite("the console in a real browser");
let running: Promise<Aggregator> | null = null;

/** Waits for something to be true in the page itself. */
const inPage = (browser: Browser, what: string, expression: string) =>
  until(what, () => browser.evaluate(expression).then(Boolean, () => false));
const fill = (browser: Browser, name: string, value: string) =>
  browser.evaluate(
    `{ const e = document.querySelector('[name="${name}"]'); e.value = ${JSON.stringify(value)};
       e.dispatchEvent(new Event("input", { bubbles: true })); }`,
  );
const click = (browser: Browser, selector: string) =>
  browser.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);

async function newCase(aggregator: Aggregator, send: () => Promise<unknown>, id: string) {
  await send();
  const { cases } = aggregator.parts.model;
  return (await until("the case", () => cases.caseOfDeviation(id))).about.id;
}

if (!skipped && hasChromium) {
  tests(
    "a person joins, sees a case appear by itself, decides, and sees it sent",
    async ({ site }) => {
      const aggregator = await (running ??= site.aggregator());
      const browser = await startBrowser();
      try {
        await browser.look({ width: 1280, height: 860 });
        await browser.open(aggregator.setUpUrl!);
        await fill(browser, "name", "Mira");
        await fill(browser, "password", PASSWORD);
        await fill(browser, "again", PASSWORD);
        await click(browser, "button[type=submit]");
        await inPage(browser, "the empty list", "document.body.textContent.includes('All quiet')");
        await inPage(browser, "the live stream", "document.documentElement.dataset.live === 'yes'");

        const deviation = deviationOf("p1", "cold-block");
        const send = () => site.send(DEVICE, deviationMessage(ADDRESS, deviation));
        const id = await newCase(aggregator, send, deviation.id);
        await inPage(
          browser,
          "the case in the list",
          `!!document.querySelector('a[href="/cases/${id}"]')`,
        );
        assert.is(
          await browser.evaluate("document.getElementById('unreviewed-count').textContent.trim()"),
          "1 unreviewed",
        );

        await browser.open(`${aggregator.url}/cases/${id}`);
        await inPage(
          browser,
          "uPlot",
          "document.querySelectorAll('figure .live-plot canvas').length === 2",
        );
        const learnShown = "getComputedStyle(document.querySelector('.learn')).display !== 'none'";
        await click(browser, '[name="determination"][value="expected"]');
        assert.is(await browser.evaluate(learnShown), true);
        await click(browser, '[name="determination"][value="threat-confirmed"]');
        assert.is(await browser.evaluate(learnShown), false, "nobody learns from a threat");
        await click(browser, '[name="response"][value="pause"]');
        await fill(browser, "reason", "the heater draws too little");
        await click(browser, ".decide button.primary");
        await inPage(browser, "the confirmation", "!!document.querySelector('.confirm .acts')");
        await click(browser, ".confirm button.primary");
        await inPage(
          browser,
          "the decision",
          "!!document.querySelector('.decision-card .progress')",
        );
        await inPage(
          browser,
          "the sending",
          "document.querySelectorAll('.progress .done').length === 2",
        );
        const { about } = aggregator.parts.model.cases.caseById(id)!;
        assert.is(about.decisions[0]?.determination, "threat-confirmed");
        assert.is(about.decisions[0]?.response, "pause");
        assert.equal(browser.complaints, []);
      } finally {
        await browser.close();
      }
    },
  );

  tests("what somebody is typing is left alone when the case changes", async ({ site }) => {
    const aggregator = await (running ??= site.aggregator());
    const deviation = deviationOf("p2", "dead-fan");
    const address = { ...ADDRESS, printer: "p2" };
    const send = () => site.send(DEVICE, deviationMessage(address, deviation));
    const id = await newCase(aggregator, send, deviation.id);
    const browser = await startBrowser();
    try {
      await browser.look({ width: 390, height: 844, phone: true });
      await browser.open(`${aggregator.url}/sign-in?next=/cases/${id}`);
      await fill(browser, "name", "Mira");
      await fill(browser, "password", PASSWORD);
      await click(browser, "button[type=submit]");
      await inPage(browser, "the live stream", "document.documentElement.dataset.live === 'yes'");
      const wide = "document.documentElement.scrollWidth <= innerWidth";
      assert.is(await browser.evaluate(wide), true, "nothing is wider than the phone");
      await fill(browser, "reason", "half a thought");
      const later = { ...deviation, revision: 2, probability: 0.71 };
      await site.send(DEVICE, deviationMessage(address, later));
      await inPage(browser, "the notice", "!!document.getElementById('changed')");
      await inPage(browser, "the new figure", "document.body.textContent.includes('71 %')");
      const typed = await browser.evaluate(`document.querySelector('[name="reason"]').value`);
      assert.is(typed, "half a thought");
      assert.equal(browser.complaints, []);
    } finally {
      await browser.close();
    }
  });
}

tests.run();
