import * as assert from "uvu/assert";
import { faults } from "./axe_fixture.ts";
import { browserSuite, DESK, PHONE } from "./browser_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";
import { field } from "./http_fixture.ts";

const { tests, skipped } = await browserSuite("what axe finds on the console's pages");

/** No page runs more of our own script than this, bytes as they are sent. */
const SCRIPT_BYTES_MAX = 150_000;

if (!skipped) {
  tests("axe finds what is planted", async ({ browser }) => {
    const { page, close } = await browser.visit(DESK);
    await page.setContent('<html lang="en"><title>x</title><img src="data:,"><button></button>');
    assert.is((await faults(page)).length, 2);
    await close();
  });

  tests("nothing serious, by day and by night, at a desk and on a phone", async (context) => {
    const { aggregator, expert } = await prepared(context.site);
    const made = await newCase(context.site, "void");
    await newCase(context.site, "dead-fan");
    const decided = await newCase(context.site, "external-fan");
    const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
    await aggregator.parts.desk.decide(decided.id, actor, null, {
      decisionId: crypto.randomUUID(),
      determination: "expected",
      response: "none",
      learn: { mode: "yes" },
      reason: "a window was open",
    });
    await expert.post("/views/save", { name: "Night", query: "verdict=undetermined" });
    const paths = [
      "/",
      "/?state=closed",
      `/cases/${made.id}`,
      `/cases/${decided.id}`,
      "/printers",
      "/wall",
      "/alerts",
      "/alerts/new",
      "/account",
      "/refused",
      "/sign-in",
      "/nothing",
    ];
    // Each page once in the dark; by day and on a phone those that most eyes rest on.
    const most = ["/", `/cases/${made.id}`, `/cases/${decided.id}`, "/printers"];
    const looks = [[{ ...DESK, dark: true }, paths], [DESK, most], [PHONE, most]] as const;
    for (const [look, seen] of looks) {
      const visit = await context.expertWith(look);
      for (const path of seen) {
        await visit.page.goto(aggregator.url + path);
        const name = `${path}, ${look.width} px${look.dark ? ", dark" : ""}`;
        assert.equal(await faults(visit.page), [], name);
      }
      await visit.close();
    }
  });

  tests("the confirmation has no serious fault either", async (context) => {
    const { aggregator, expert } = await prepared(context.site);
    const { id } = await newCase(context.site, "cold-block");
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.ok(field(html, "decisionId"));
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
