import * as assert from "uvu/assert";
import { browserSuite, DESK, followed, PHONE } from "./browser_fixture.ts";
import { newCase, prepared, stateOf } from "./console_fixture.ts";

const { tests, skipped } = await browserSuite("the console on a phone, and without a script");

/** The least that a thumb hits, CSS pixels (WCAG 2.2, 2.5.8 asks for 24; a thumb at night for more). */
const THUMB_PX = 40;

if (!skipped) {
  tests("no page is wider than a phone, and a thumb hits what it aims at", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "void");
    const visit = await context.expertWith(PHONE);
    const { page, complaints } = visit;
    const paths = ["/", `/cases/${id}`, "/printers", "/alerts", "/insights", "/account", "/people"];
    paths.push("/tokens", "/audit", "/refused");
    for (const path of paths) {
      await page.goto(aggregator.url + path);
      await followed(visit);
      const wide = await page.evaluate<number>(
        `document.documentElement.scrollWidth - ${PHONE.width}`,
      );
      assert.ok(wide <= 0, `${path} is ${wide} px wider than the phone`);
      const low = await page.evaluate(
        `[...document.querySelectorAll("nav a, .primary, .choice, .to-panel, a.case")]
          .filter((one) => one.offsetParent !== null && one.offsetHeight < ${THUMB_PX})
          .map((one) => one.textContent)`,
      );
      assert.equal(low, [], path);
      assert.ok(await page.locator("nav.sections").isVisible());
    }
    assert.equal(complaints, []);
    await visit.close();
  });

  tests("at night the page is dark, and its picture too", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "cold-block");
    const visit = await context.expertWith(PHONE);
    const { page } = visit;
    await page.goto(`${aggregator.url}/cases/${id}`);
    await page.locator(".live-plot canvas").first().waitFor();
    const colour = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const [r = 255, g = 255, b = 255] = colour.match(/\d+/g)!.map(Number);
    const lightness = (r + g + b) / 3;
    assert.ok(lightness < 40, `the paper's lightness is ${lightness} of 255`);
    await visit.close();
  });

  tests("a case is decided with a thumb", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "external-fan");
    const visit = await context.expertWith(PHONE);
    const { page, complaints } = visit;
    await page.goto(`${aggregator.url}/cases/${id}`);
    await page.locator(".to-panel").tap();
    await page.locator(".choice", { hasText: "Expected" }).tap();
    await page.locator(".choice", { hasText: "keep reporting it" }).tap();
    await page.getByLabel("Why?").fill("the window was open");
    await page.getByRole("button", { name: "Review and sign" }).tap();
    await page.getByRole("button", { name: "Sign and send" }).tap();
    await page.locator(".decision-card").getByText("Expected").waitFor();
    assert.is(stateOf(aggregator, id), "decided");
    assert.equal(complaints, []);
    await visit.close();
  });

  tests("without any script everything is there and every act works", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id, deviation } = await newCase(context.site, "cold-block");
    const { page, close } = await context.expertWith({ ...DESK, noScript: true });
    await page.goto(`${aggregator.url}/?q=block+colder`);
    await page.locator(`a[href="/cases/${id}"]`).click();
    await page.getByRole("heading", { name: deviation.summary }).waitFor();
    assert.is(await page.locator("figure.plot svg[role=img]").count() >= 2, true);
    await page.getByRole("button", { name: "I'm looking at it" }).click();
    assert.is(stateOf(aggregator, id), "acknowledged");
    await page.getByLabel("Comment").fill("looked at from the train");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("looked at from the train").waitFor();
    await page.locator('[name="determination"][value="needs-more"]').check();
    await page.getByLabel("Why?").fill("somebody must hold a thermometer to it");
    await page.getByRole("button", { name: "Review and sign" }).click();
    await page.getByRole("button", { name: "Sign and send" }).click();
    await page.locator(".decision-card").getByText("Needs more").waitFor();
    assert.is(stateOf(aggregator, id), "decided");
    await page.goto(`${aggregator.url}/#keys`);
    assert.ok(await page.getByText("next, previous case").isVisible());
    await close();
  });
}

tests.run();
