import axe from "axe-core";
import type { Page } from "../../../scripts/browser.ts";

/** The faults that keep people out; axe's own words, with where it found them. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<unknown> } };
    return await axe.run();
  }) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
