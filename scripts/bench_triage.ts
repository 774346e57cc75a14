import { valuesOf } from "./command_line.ts";
import type { Aggregator } from "../cloud/aggregator.ts";
import { type Page, startBrowser } from "./browser.ts";
import { deviationMessage, fabricateDeviation, type RecipeName, seeded } from "./fabricate.ts";
import { type ProvisionedSite, SITE, startProvisionedSite, until } from "./provisioned_site.ts";

const HELP = `Usage: deno task bench triage [--json]

Ten cases from 'new' to 'decided' in a real browser, once by keyboard and once by mouse: how many keys
or clicks, and how long the console makes a person wait. Thinking and typing take no time here; the
seconds are the console's own.
`;
const PASSWORD = "a quiet night at the farm";
/** A night's ten: two attacks, two that nobody can tell, six of what always happens. */
const NIGHT: RecipeName[] = [
  "external-fan",
  "external-fan",
  "tampered-set-point",
  "dead-fan",
  "external-fan",
  "external-fan",
  "void",
  "external-fan",
  "dead-fan",
  "external-fan",
];
const DEVICE = "dev1";

/** What one hand did: `clicks` counts keys pressed or clicks made, without the reasons' letters. */
interface Triage {
  clicks: number;
  seconds: number;
  /** How often a reason had to be written; the others were taken from an earlier decision. */
  reasonsWritten: number;
}

interface Hand {
  page: Page;
  count: number;
  reasons: number;
}

const byKey = async (hand: Hand, key: string) => {
  hand.count++;
  await hand.page.keyboard.press(key);
};
const byClick = async (hand: Hand, selector: string) => {
  hand.count++;
  await hand.page.locator(selector).first().click();
};

const isThreat = async ({ page }: Hand) =>
  await page.locator(".case-head.verdict-potential-cyberthreat").count() > 0;

/** Decides the case that is open by keyboard. */
async function decideByKeyboard(hand: Hand): Promise<void> {
  const { page } = hand;
  const threat = await isThreat(hand);
  if (!threat && await page.locator(".like").count() > 0) {
    await byKey(hand, "s");
    await page.waitForURL("**like=*");
    await page.locator("#decide button.primary:focus").waitFor();
  } else {
    await byKey(hand, "d");
    await page.locator("#decide :focus").waitFor();
    await byKey(hand, threat ? "1" : "2");
    await writeReason(hand, threat);
  }
  await byKey(hand, "Control+Enter");
  await page.locator(".confirm button.primary:focus").waitFor();
  await byKey(hand, "Enter");
  await page.locator(".decision-card").waitFor();
}

/** The same by mouse. */
async function decideByMouse(hand: Hand): Promise<void> {
  const threat = await isThreat(hand);
  if (!threat && await hand.page.locator(".like").count() > 0) {
    await byClick(hand, ".like");
    await hand.page.waitForURL("**like=*");
  } else {
    const value = threat ? "threat-confirmed" : "expected";
    await byClick(hand, `.choice:has([value="${value}"])`);
    await writeReason(hand, threat);
  }
  await byClick(hand, "#decide button.primary");
  await byClick(hand, ".confirm button.primary");
  await hand.page.locator(".decision-card").waitFor();
}

async function writeReason(hand: Hand, threat: boolean): Promise<void> {
  hand.reasons++;
  hand.count++;
  await hand.page.locator('#decide [name="reason"]').fill(
    threat ? "nobody of us sent this" : "seen at the printer: nothing to worry about",
  );
}

async function night(site: ProvisionedSite, aggregator: Aggregator, seed: number): Promise<void> {
  const random = seeded(seed);
  for (const [index, recipe] of NIGHT.entries()) {
    const printer = `p${seed}x${index}`;
    const wallTime = new Date(Date.now() - (index + 1) * 60_000).toISOString();
    const deviation = fabricateDeviation({ recipe, printer, random, wallTime });
    await site.send(DEVICE, deviationMessage({ site: SITE, device: DEVICE, printer }, deviation));
  }
  const filter = { state: "new", after: null, limit: 50 } as const;
  await until("ten new cases", () => {
    return aggregator.parts.model.cases.list(filter).length === NIGHT.length;
  });
}

async function triage(
  page: Page,
  url: string,
  decide: (hand: Hand) => Promise<void>,
  next: (hand: Hand, last: boolean) => Promise<void>,
): Promise<Triage> {
  const hand: Hand = { page, count: 0, reasons: 0 };
  await page.goto(url);
  await page.locator("html[data-live=yes]").waitFor({ state: "attached" });
  const startMs = performance.now();
  await next(hand, false);
  for (let index = 0; index < NIGHT.length; index++) {
    await decide(hand);
    if (index < NIGHT.length - 1) await next(hand, true);
  }
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  return { clicks: hand.count, seconds, reasonsWritten: hand.reasons };
}

/** Opens the first case of the list, or the next after a decision. */
async function nextByKeyboard(hand: Hand, decided: boolean): Promise<void> {
  const before = hand.page.url();
  if (!decided) await byKey(hand, "j");
  await byKey(hand, decided ? "n" : "Enter");
  await opened(hand.page, before);
}

async function nextByMouse(hand: Hand, decided: boolean): Promise<void> {
  const before = hand.page.url();
  await byClick(hand, decided ? ".next-case" : "a.case");
  await opened(hand.page, before);
}

async function opened(page: Page, before: string): Promise<void> {
  await page.waitForURL((url) => url.href !== before && url.pathname.startsWith("/cases/"));
  await page.locator("#decide button.primary").waitFor();
}

async function join(page: Page, setUpUrl: string): Promise<void> {
  await page.goto(setUpUrl);
  await page.fill("[name=name]", "Mira");
  const fold = page.locator("details:has([name=password])");
  if (await fold.count() > 0) await fold.locator("summary").click();
  await page.fill("[name=password]", PASSWORD);
  await page.fill("[name=again]", PASSWORD);
  await page.locator("form:has([name=again]) button[type=submit]").click();
  await page.getByText("All quiet").waitFor();
}

export async function benchTriage(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, { json: { type: "boolean", default: false } });
  if (values === null) return;
  const site = await startProvisionedSite([DEVICE]);
  const browser = await startBrowser();
  try {
    const aggregator = await site.aggregator();
    const { page } = await browser.visit({ width: 1366, height: 768 });
    await join(page, aggregator.setUpUrl!);
    await night(site, aggregator, 1);
    const keyboard = await triage(page, aggregator.url, decideByKeyboard, nextByKeyboard);
    await night(site, aggregator, 2);
    const mouse = await triage(page, aggregator.url, decideByMouse, nextByMouse);
    const result = { cases: NIGHT.length, keyboard, mouse, chromium: browser.version };
    if (values.json) return console.log(JSON.stringify(result));
    console.log(`ten cases by keyboard: ${said(keyboard, "keys")}`);
    console.log(`ten cases by mouse: ${said(mouse, "clicks")}`);
  } finally {
    await browser.close();
    await site.stop();
  }
}

function said({ clicks, seconds, reasonsWritten }: Triage, what: string): string {
  return `${clicks} ${what}, ${reasonsWritten} reasons written, ${seconds} s of the console's own`;
}
