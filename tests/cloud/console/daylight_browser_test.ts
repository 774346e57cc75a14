import * as assert from "uvu/assert";
import { faults, lookThrough, twoCases } from "./axe_fixture.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { type BrowserContext, browserSuite, DESK, followed, PHONE } from "./browser_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";
import { ACTOR, deviationOf, DEVICE } from "../site_fixture.ts";

const { tests, skipped } = await browserSuite("the pages that most eyes rest on");

/** No page runs more of our own script than this, bytes as they are sent. */
const SCRIPT_BYTES_MAX = 150_000;

/** Small laptops: a whole screen, and what a browser's own bars leave of a larger one. */
const LAPTOPS = [{ width: 1366, height: 768 }, { width: 1280, height: 800 }];
/** What a decision needs; what isn't there takes no room. */
const DECIDED_BY = [".judgement", "section.evidence", ".around", ".similar", ".next", "#panel"];

/** A case whose cause somebody has decided before, so that this stands there too. */
async function likeOneDecided(context: BrowserContext) {
  const { aggregator } = await prepared(context.site);
  const before = await newCase(context.site, "external-fan");
  await aggregator.parts.desk.decide(before.id, ACTOR, null, {
    decisionId: crypto.randomUUID(),
    determination: "expected",
    reason: "The lab's window was open; the dip ends when it is shut",
    response: "none",
    learn: { mode: "yes" },
  });
  return await newCase(context.site, "external-fan");
}

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

  tests(
    "on a laptop all that a decision needs is in view, by curve and by map",
    async (context) => {
      const { aggregator } = await prepared(context.site);
      const { lines, layerMap } = deviationOf("p1", "void").evidence;
      const cases = [
        await newCase(context.site, "cold-block"),
        await newCase(context.site, "void"),
        await newCase(context.site, "void", { evidence: { series: [], lines, layerMap } }),
        await likeOneDecided(context),
      ];
      for (const laptop of LAPTOPS) {
        const visit = await context.expertWith(laptop);
        for (const { id } of cases) {
          await visit.page.goto(`${aggregator.url}/cases/${id}`);
          await visit.page.locator(".judgement").waitFor();
          for (const part of DECIDED_BY) {
            for (const place of await visit.page.locator(part).all()) {
              const box = await place.boundingBox();
              const endPx = box === null ? Infinity : box.y + box.height;
              assert.ok(endPx <= laptop.height, `${part} ends at ${endPx} of ${laptop.height}`);
            }
          }
        }
        await visit.close();
      }
    },
  );

  tests("a thumb hits what it aims at", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "cold-block");
    const visit = await context.expertWith(PHONE);
    await visit.page.goto(`${aggregator.url}/cases/${id}`);
    const aims = visit.page.locator("button:visible, summary:visible, .trail a, .to-panel");
    const small: string[] = [];
    for (const aim of await aims.all()) {
      const box = await aim.boundingBox();
      if (box && box.height < 40) small.push(await aim.innerText());
    }
    assert.equal(small, []);
    await visit.close();
  });

  tests(
    "an open case follows its guard, and leaves what somebody does there alone",
    async (context) => {
      const { aggregator } = await prepared(context.site);
      const reasons = deviationOf("p1").reasons;
      const many = Array.from({ length: 7 }, (_, at) => ({ ...reasons[0]!, text: `reason ${at}` }));
      const { id, deviation, address } = await newCase(context.site, "cold-block", {
        reasons: many,
      });
      const visit = await context.expertWith(DESK);
      const { page } = visit;
      await page.goto(`${aggregator.url}/cases/${id}`);
      await followed(visit);
      await page.getByText("lighter reasons").click();
      await page.getByLabel("Why?").fill("half a sentence");
      const told = {
        ...deviation,
        revision: 2,
        cause: { ...deviation.cause, title: "still colder" },
      };
      await context.site.send(DEVICE, deviationMessage(address, told));
      await page.getByRole("paragraph").filter({ hasText: "still colder" }).waitFor();
      assert.ok(await page.getByText("reason 6").isVisible(), "what was unfolded stays so");
      assert.is(await page.getByLabel("Why?").inputValue(), "half a sentence");
      assert.not(await page.locator("#changed").isVisible(), "nothing to look at again");
      const otherwise = { ...told, revision: 3, cause: { id: "B06", title: "Heater cut" } };
      await context.site.send(DEVICE, deviationMessage(address, otherwise));
      await page.locator("#changed").waitFor();
      assert.is(await page.getByLabel("Why?").inputValue(), "half a sentence");
      await visit.close();
    },
  );

  tests("no page runs much script of ours", async (context) => {
    const { aggregator } = await prepared(context.site);
    const { id } = await newCase(context.site, "void");
    const visit = await context.expertWith(DESK);
    let scripts: Promise<number>[] = [];
    visit.page.on("response", (response) => {
      if (response.url().includes(".js")) {
        scripts.push(response.body().then(({ length }) => length));
      }
    });
    for (const path of ["/", `/cases/${id}`, "/printers", "/account"]) {
      scripts = [];
      await visit.page.goto(aggregator.url + path, { waitUntil: "networkidle" });
      const bytes = (await Promise.all(scripts)).reduce((sum, length) => sum + length, 0);
      assert.ok(bytes > 0 && bytes < SCRIPT_BYTES_MAX, `${path}: ${bytes} bytes`);
    }
    await visit.close();
  });
}

tests.run();
