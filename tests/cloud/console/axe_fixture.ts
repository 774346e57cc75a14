import axe from "axe-core";
import * as assert from "uvu/assert";
import type { Look, Page } from "../../../scripts/browser.ts";
import type { BrowserContext } from "./browser_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";

/** The faults that keep people out; axe's own words, with where it found them. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(how: unknown): Promise<unknown> } };
    return await axe.run({ resultTypes: ["violations"] });
  }) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

/** Looks at each page with one pair of eyes, and expects no fault. */
export async function lookThrough(
  context: BrowserContext,
  look: Look,
  paths: readonly string[],
): Promise<void> {
  const { aggregator } = await prepared(context.site);
  const visit = await context.expertWith(look);
  for (const path of paths) {
    await visit.page.goto(aggregator.url + path);
    const name = `${path}, ${look.width} px${look.dark ? ", dark" : ""}`;
    assert.equal(await faults(visit.page), [], name);
  }
  await visit.close();
}

/** The addresses of a case that waits and of one that is decided, with a view kept beside. */
export async function twoCases({ site }: BrowserContext): Promise<[string, string]> {
  const { aggregator, expert } = await prepared(site);
  const waiting = await newCase(site, "void");
  const decided = await newCase(site, "external-fan");
  const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
  await aggregator.parts.desk.decide(decided.id, actor, null, {
    decisionId: crypto.randomUUID(),
    determination: "expected",
    response: "none",
    learn: { mode: "yes" },
    reason: "a window was open",
  });
  await expert.post("/views/save", { name: "Night", query: "verdict=undetermined" });
  return [`/cases/${waiting.id}`, `/cases/${decided.id}`];
}
