import * as assert from "uvu/assert";
import { faults, lookThrough, twoCases } from "./axe_fixture.ts";
import { browserSuite, DESK, PHONE } from "./browser_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";

const { tests, skipped } = await browserSuite("the pages that most eyes rest on");

/** No page runs more of our own script than this, bytes as they are sent. */
const SCRIPT_BYTES_MAX = 150_000;

if (!skipped) {
  tests("nothing serious by day, nor on a phone", async (context) => {
    const most = ["/", ...await twoCases(context), "/printers"];
    await lookThrough(context, DESK, most);
    await lookThrough(context, PHONE, most);
  });

  tests("the confirmation has no serious fault either", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "cold-block");
    const visit = await context.expertWith({ ...DESK, dark: true });
    const { page } = visit;
    await page.goto(`${aggregator.url}/cases/${id}`);
    await page.locator('[name="determination"][value="threat-confirmed"]').check();
    await page.locator('[name="response"][value="stop"]').check();
    await page.getByLabel("Why?").fill("x");
    await page.getByRole("button", { name: "Review and sign" }).click();
    await page.getByText("Sign this?").waitFor();
    assert.equal(await faults(page), []);
    await visit.close();
  });

  tests("no page runs much script of ours", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "void");
    const visit = await context.expertWith(DESK);
    let bytes = 0;
    visit.page.on("response", async (response) => {
      if (response.url().includes(".js")) bytes += (await response.body()).length;
    });
    for (const path of ["/", `/cases/${id}`, "/printers", "/account"]) {
      bytes = 0;
      await visit.page.goto(aggregator.url + path, { waitUntil: "load" });
      await visit.page.waitForTimeout(150);
      assert.ok(bytes > 0 && bytes < SCRIPT_BYTES_MAX, `${path}: ${bytes} bytes`);
    }
    await visit.close();
  });
}

tests.run();
