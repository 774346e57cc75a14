import * as assert from "uvu/assert";
import { startAggregator } from "../../../cloud/aggregator.ts";
import { newInvitation } from "../../../cloud/auth/accounts.ts";
import { startBrowser } from "../../../scripts/browser.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { hasChromium } from "../../chromium.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";

const NAME = "signing a decision in a real browser";
const there = await hasChromium(NAME);
const { tests, skipped } = await siteSuite(NAME);

if (!skipped && there) {
  tests(
    "one decides with a passkey, another agrees on a phone, then it is sent",
    async ({ site }) => {
      const decisions = { ...site.config.decisions, twoPeople: "responses" as const };
      const aggregator = await startAggregator({ ...site.config, decisions }, await site.broker());
      const { model, accounts } = aggregator.parts;
      const browser = await startBrowser();
      try {
        const desk = await browser.visit({ width: 1100, height: 800 });
        const phone = await browser.visit({ width: 390, height: 844, phone: true });
        const invitation = newInvitation("expert", new Date(), 600);
        await accounts.write(invitation.record, 0);
        const join = async (
          { page, withAuthenticator }: typeof desk,
          link: string,
          name: string,
        ) => {
          await withAuthenticator();
          await page.goto(link);
          await page.fill("[name=name]", name);
          await page.click("[data-passkey=join] button");
          await page.locator("nav").first().waitFor();
        };
        await join(desk, aggregator.setUpUrl!, "Mira");
        await join(phone, `${aggregator.url}/join/${invitation.credential}`, "Lou");
        const deviation = deviationOf("p1", "cold-block");
        await site.send(DEVICE, deviationMessage(ADDRESS, deviation));
        const { about } = await until("the case", () => model.cases.caseOfDeviation(deviation.id));
        const url = `${aggregator.url}/cases/${about.id}`;

        await desk.page.goto(url);
        await desk.page.click("label:has([name=determination][value=threat-confirmed])");
        await desk.page.click("label:has([name=response][value=pause])");
        await desk.page.fill("[name=reason]", "the block is cold");
        await desk.page.click("text=Review and sign");
        await desk.page.click("text=Sign with your passkey and send");
        await desk.page.waitForURL(url);
        await desk.page.getByText("Confirmed with Mira's own passkey").waitFor();
        assert.equal(model.cases.view(about.id)!.sentDecisions, []);

        await phone.page.goto(url);
        await phone.page.click("text=Review and agree");
        await phone.page.click("text=Sign with your passkey and send");
        await phone.page.waitForURL(url);
        await until("the sending", () => model.cases.view(about.id)!.sentDecisions.length === 1);
        const [decision] = model.cases.caseById(about.id)!.about.decisions;
        assert.equal(decision?.agreements.map(({ by }) => by.name), ["Mira", "Lou"]);
        assert.ok(decision?.agreements.every(({ confirmation }) => confirmation !== null));
        assert.equal([...desk.complaints, ...phone.complaints], []);
      } finally {
        await browser.close();
        await aggregator.close();
      }
    },
  );
}

tests.run();
