import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { newInvitation } from "../../../cloud/auth/accounts.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, deviationOf, DEVICE } from "../site_fixture.ts";
import { applyNextDecision } from "../virtual_edge.ts";
import { browserSuite, DESK, followed } from "./browser_fixture.ts";
import { PASSWORD } from "./http_fixture.ts";

const { tests, skipped } = await browserSuite("the first visit in a real browser");

let running: Promise<Aggregator> | null = null;

if (!skipped) {
  tests("a person joins by the set-up link and sees a case appear by itself", async (context) => {
    const aggregator = await (running ??= context.site.aggregator());
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

  tests("a decision is confirmed with the passkey of whoever joined with one", async (context) => {
    const { site } = context;
    const aggregator = await (running ??= site.aggregator());
    const { record, credential } = newInvitation("expert", new Date(), 60);
    await aggregator.parts.accounts.write(record, 0);
    const visit = await context.browser.visit(DESK);
    const { page, complaints } = visit;
    await visit.withAuthenticator();
    await page.goto(`${aggregator.url.replace("127.0.0.1", "localhost")}/join/${credential}`);
    await page.fill("[name=name]", "Ines");
    await page.click("[data-passkey=join] button");
    const deviation = deviationOf("p2", "void");
    await site.send(DEVICE, deviationMessage({ ...ADDRESS, printer: "p2" }, deviation));
    await page.getByRole("link", { name: deviation.summary }).click();
    await page.locator('[name="determination"][value="threat-confirmed"]').check();
    await page.getByLabel("Why?").fill("the file on the host isn't the one that was sliced");
    await page.getByRole("button", { name: "Review and sign" }).click();
    await page.getByRole("button", { name: "Sign with your passkey and send" }).click();
    await page.getByText("Confirmed with Ines's own passkey").waitFor();
    assert.is((await applyNextDecision(site)).determination, "threat-confirmed");
    await page.locator(".way").getByText("Applied at the printer").waitFor();
    assert.equal(complaints, []);
    await visit.close();
  });
}

tests.run();
