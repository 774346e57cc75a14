import type { Page } from "playwright-core";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { derivedId } from "../../../cloud/cases/derived_id.ts";
import { FLEET_DEVIATIONS } from "../../../shared/subjects.ts";
import { wait } from "../../../shared/wait.ts";
import { startBrowser } from "../../browser.ts";
import { deviationMessage, fabricateDeviation, seeded } from "../../fabricate.ts";
import { type ProvisionedSite, SITE } from "../../provisioned_site.ts";
import { quantile } from "./quantile.ts";

export interface LiveFigures {
  liveN: number;
  /** From a deviation's publishing until its case stands in an open list in a browser. */
  publishToConsoleP95Ms: number;
  publishToConsoleP50Ms: number;
  /** From the same publishing until a plain NATS subscriber has the same message. */
  bareNatsP95Ms: number;
}

const WARM_UP = 3;
const GAP_MS = 250;
const WAIT_MS = 15_000;
const ASK_MS = 20;

/** Publishes threats one after the other, each on a printer of its own, and looks at the list. */
export async function measureLive(
  site: ProvisionedSite,
  aggregator: Aggregator,
  cookie: { name: string; value: string },
  count: number,
): Promise<LiveFigures> {
  const bare = await bareSubscriber(site);
  const browser = await startBrowser();
  try {
    const { page } = await browser.visit(
      { width: 1366, height: 768 },
      { url: aggregator.url, ...cookie },
    );
    await page.goto(`${aggregator.url}/?verdict=potential-cyberthreat`);
    await page.locator("html[data-live=yes]").waitFor();
    await noteCases(page);
    const [shownMs, heardMs]: [number[], number[]] = [[], []];
    const random = seeded(11);
    for (let at = -WARM_UP; at < count; at++) {
      const printer = `live${at + WARM_UP}`;
      const wallTime = new Date().toISOString();
      const deviation = fabricateDeviation({ recipe: "void", printer, random, wallTime });
      const message = deviationMessage({ site: SITE, device: "dev0", printer }, deviation);
      const sentMs = now();
      await site.send("dev0", message);
      const shown = await seenAt(page, derivedId("case", deviation.id, deviation.revision));
      if (at < 0) continue;
      shownMs.push(shown - sentMs);
      heardMs.push(bare.get(message.subject)! - sentMs);
      await wait(GAP_MS);
    }
    return {
      liveN: count,
      publishToConsoleP95Ms: quantile(shownMs, 0.95),
      publishToConsoleP50Ms: quantile(shownMs, 0.5),
      bareNatsP95Ms: quantile(heardMs, 0.95),
    };
  } finally {
    await browser.close();
  }
}

/** The same clock in this program and in the browser: UTC in ms, with fractions. */
const now = () => performance.timeOrigin + performance.now();

/** When each subject was heard first. */
async function bareSubscriber(site: ProvisionedSite): Promise<Map<string, number>> {
  const heard = new Map<string, number>();
  const connection = await site.user("admin");
  connection.subscribe(FLEET_DEVIATIONS, {
    callback: (_, { subject }) => void (heard.has(subject) || heard.set(subject, now())),
  });
  await connection.flush();
  return heard;
}

/** Lets the page note by itself when a link to a case appears. */
async function noteCases(page: Page): Promise<void> {
  await page.evaluate(`{
    window.casesSeen = {};
    const note = () => {
      for (const link of document.querySelectorAll("a[href^='/cases/']")) {
        const id = link.getAttribute("href").slice(7, 43);
        window.casesSeen[id] ??= performance.timeOrigin + performance.now();
      }
    };
    note();
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
  }`);
}

/** When the page noted the case; the asking takes no part in that time. */
async function seenAt(page: Page, caseId: string): Promise<number> {
  const endMs = now() + WAIT_MS;
  while (now() < endMs) {
    const at = await page.evaluate(`window.casesSeen["${caseId}"] ?? 0`) as number;
    if (at > 0) return at;
    await wait(ASK_MS);
  }
  throw new Error(`Cannot see case ${caseId}: it was required in the list within ${WAIT_MS} ms`);
}
