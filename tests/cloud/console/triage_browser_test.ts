import * as assert from "uvu/assert";
import { until } from "../site_fixture.ts";
import { applyNextDecision } from "../virtual_edge.ts";
import { browserSuite, DESK, followed } from "./browser_fixture.ts";
import { newCase, prepared, stateOf } from "./console_fixture.ts";

const { tests, skipped } = await browserSuite("triage by keyboard in a real browser");

if (!skipped) {
  tests("found, acknowledged, decided, sent, applied: without a mouse", async (context) => {
    const { site } = context;
    const { aggregator } = await prepared(site);
    const visit = await context.expertWith(DESK);
    const { page, complaints } = visit;
    await page.goto(aggregator.url);
    await followed(visit);
    const draught = await newCase(site, "external-fan");
    const threat = await newCase(site, "cold-block");
    await page.locator(`a[href="/cases/${threat.id}"]`).waitFor();
    await page.locator("#unreviewed-count", { hasText: "2 unreviewed" }).waitFor();

    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("next, previous case").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    const focused = () =>
      page.evaluate("document.activeElement?.closest('[data-case]')?.dataset.case");
    assert.is(await focused(), threat.id, "the threat stands first");
    await page.keyboard.press("j");
    assert.is(await focused(), draught.id);
    await page.keyboard.press("u");
    await page.locator(`.case-row:not(.unreviewed)[data-case="${draught.id}"]`).waitFor();
    await page.keyboard.press("k");
    await page.keyboard.press("a");
    await until("the acknowledgement", () => stateOf(aggregator, threat.id) === "acknowledged");

    await page.locator("[data-state=acknowledged] a:focus").waitFor();
    await page.keyboard.press("d");
    await page.waitForURL(`**/cases/${threat.id}#to-decide`);
    await page.locator(".live-plot canvas").first().waitFor();
    await page.locator("#decide :focus").waitFor();
    await page.keyboard.press("1");
    await page.locator('[name="determination"][value="threat-confirmed"]:checked').waitFor();
    assert.is(await page.locator(".learn").isVisible(), false, "nobody learns from a threat");
    await page.locator('[name="response"][value="pause"]').focus();
    await page.keyboard.press("Space");
    await page.getByLabel("Why?").focus();
    await page.keyboard.type("the heater draws too little");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Sign this?").waitFor();
    await page.locator(".said").getByText("the heater draws too little").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".decision-card").getByText("Threat confirmed").waitFor();

    const decision = await applyNextDecision(site);
    assert.is(decision.response, "pause");
    assert.is(decision.determination, "threat-confirmed");
    await page.getByText("Applied at the printer").first().waitFor();
    await page.keyboard.press("n");
    await page.waitForURL(`**/cases/${draught.id}`);
    assert.equal(complaints, []);
    await visit.close();
  });

  tests("after an acknowledgement the next key goes on where the case stood", async (context) => {
    const { site } = context;
    const made: Awaited<ReturnType<typeof newCase>>[] = [];
    for (let n = 0; n < 3; n++) made.unshift(await newCase(site, "dead-fan"));
    const visit = await context.expertWith(DESK);
    const { page } = visit;
    await page.goto(`${(await prepared(site)).aggregator.url}/?kind=${made[0]!.deviation.kind}`);
    await followed(visit);
    const focused = (at: number) =>
      page.locator(`[data-case="${made[at]!.id}"] a.case:focus`).waitFor();
    await page.keyboard.press("j");
    await focused(0);
    await page.keyboard.press("a");
    await page.locator(`[data-case="${made[0]!.id}"][data-state=acknowledged]`).waitFor();
    await page.keyboard.press("j");
    await focused(1);
    await page.keyboard.press("j");
    await focused(2);
    await page.keyboard.press("a");
    await page.locator(`[data-case="${made[2]!.id}"][data-state=acknowledged]`).waitFor();
    await page.keyboard.press("k");
    await focused(1);
    await visit.close();
  });

  tests("ticked by keyboard, many are acknowledged at once", async (context) => {
    const { site } = context;
    const { aggregator } = await prepared(site);
    const made = [await newCase(site, "void"), await newCase(site, "void")];
    const visit = await context.expertWith(DESK);
    const { page, complaints } = visit;
    await page.goto(`${aggregator.url}/?kind=${made[0]!.deviation.kind}&state=new`);
    await followed(visit);
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByText("1 case ticked").waitFor();
    await page.keyboard.press("Shift+X");
    await page.getByText("2 cases ticked").waitFor();
    await page.keyboard.press("a");
    for (const { id } of made) {
      await until("the acknowledgement", () => stateOf(aggregator, id) === "acknowledged");
    }
    await page.getByText("No case fits").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("region");
    await page.keyboard.press("Enter");
    await page.waitForURL("**q=region*");
    assert.equal(complaints, []);
    await visit.close();
  });

  tests("what somebody is typing is left alone when the case changes", async (context) => {
    const { site } = context;
    const { aggregator } = await prepared(site);
    const { id } = await newCase(site, "dead-fan");
    const visit = await context.expertWith(DESK);
    const { page } = visit;
    await page.goto(`${aggregator.url}/cases/${id}`);
    await followed(visit);
    await page.getByLabel("Why?").fill("half a thought");
    const actor = { kind: "person", id: crypto.randomUUID(), name: "Ada" } as const;
    await aggregator.parts.desk.comment(
      id,
      actor,
      crypto.randomUUID(),
      "the fan was <replaced> yesterday",
    );
    await page.locator("#changed").waitFor();
    await page.getByText("the fan was <replaced> yesterday").waitFor();
    assert.is(await page.getByLabel("Why?").inputValue(), "half a thought");
    await visit.close();
  });
}

tests.run();
