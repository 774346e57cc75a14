import { resolve } from "node:path";
import type { Aggregator } from "../cloud/aggregator.ts";
import { optionsOr, parsedArgs, runMain } from "./command_line.ts";
import { type Look, startBrowser, type Visit } from "./browser.ts";
import {
  deviationMessage,
  fabricateDeviation,
  presenceMessage,
  type Random,
  type RecipeName,
  seeded,
  seededId,
} from "./fabricate.ts";
import { reasonOf } from "../shared/reason.ts";
import type { PrintProgress } from "../shared/print_account.ts";
import { fabricateHistory, storeRecords } from "./fabricate_prints.ts";
import { type ProvisionedSite, SITE, startProvisionedSite, until } from "./provisioned_site.ts";

const HELP = `Usage: deno run -A scripts/screenshots.ts [--out DIR] [--all]

Makes the pictures of the console: a real aggregator on a real nats-server, fabricated deviations,
chromium without a window. With Debian's pngquant on the machine they are a third as large.

  --out DIR   where to (default cloud/console/pictures)
  --all       pictures for looking at, too: whole pages, and what a page is without a script
`;
const flags = optionsOr(HELP, (args) => {
  const { values } = parsedArgs({
    args,
    options: {
      out: { type: "string", default: "cloud/console/pictures" },
      all: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return values.help ? null : values;
});
const out = resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), flags.out);
const DESK: Look = { width: 1366, height: 768 };
const PHONE: Look = { width: 390, height: 844, phone: true, dark: true };
const WALL = { width: 1920, height: 1080, dark: true };
const PASSWORD = "a quiet night at the farm";
const PRINTERS = [
  { id: "k3v9", label: "Ender 3, shelf A", pace: 1.12, slicerOff: -0.2, heaterFade: 0.03 },
  { id: "m8qd", label: "Prusa MK3S, window", pace: 1.02, slicerOff: -0.05, fanFade: 0.06 },
  { id: "t2xa", label: "Voron 2.4, lab", pace: 0.95, slicerOff: 0.1 },
  { id: "z7rw", label: "Ender 5, shelf B", pace: 1.08, slicerOff: -0.12 },
] as const;
const HISTORY_DAYS = 45;

/** What the pictures show: which printer, what, how many minutes ago. */
const SCENE: [string, RecipeName, number][] = [
  ["z7rw", "external-fan", 190],
  ["t2xa", "dead-fan", 74],
  ["m8qd", "external-fan", 41],
  ["m8qd", "void", 22],
  ["k3v9", "external-fan", 16],
  ["k3v9", "cold-block", 3],
  ["t2xa", "tampered-set-point", 1],
];

async function tellStory(site: ProvisionedSite, aggregator: Aggregator): Promise<void> {
  const random = seeded(7);
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const broker = await site.broker();
  for (const { id, label, ...habits } of PRINTERS) {
    const state = id === "z7rw" ? "idle" : id === "t2xa" ? "attention" : "printing";
    const address = { site: SITE, device: "dev1", printer: id };
    const lines = Math.floor(4000 + random() * 30_000);
    const sinceMinutes = 20 + Math.floor(random() * 200);
    const sinceWallTime = minutesAgo(sinceMinutes);
    const usual = { heaterFade: 0, fanFade: 0, failing: 0.08, ...habits };
    const history = fabricateHistory(address, HISTORY_DAYS, Date.now(), usual, random);
    await storeRecords(broker, history.records);
    const current = state === "printing" ? underWay(sinceMinutes * 60, random) : null;
    const prints = { ...history.prints, current };
    const wish = { label, state, lines, sinceWallTime, prints, wallTime: minutesAgo(0) } as const;
    await site.send("dev1", presenceMessage(address, wish));
  }
  for (const [printer, recipe, minutes] of SCENE) {
    const wallTime = minutesAgo(minutes);
    const atS = 20_000 - minutes * 60;
    const deviation = fabricateDeviation({ recipe, printer, random, wallTime, atS });
    const address = { site: SITE, device: "dev1", printer };
    await site.send("dev1", deviationMessage(address, deviation));
  }
  await until("all cases", () => caseRows(aggregator).length === SCENE.length);
}

/** A print at work since some seconds: how much of it is done, and what twin and slicer foretell. */
function underWay(printingS: number, random: Random): PrintProgress {
  const part = Math.round((0.2 + random() * 0.6) * 1000) / 1000;
  const twinRemainingS = Math.round(printingS * (1 - part) / part);
  return {
    id: seededId(random),
    jobDigest: "c".repeat(64),
    startedWallTime: new Date(Date.now() - printingS * 1000).toISOString(),
    ...{ printingS, pausedS: 0, part, twinRemainingS },
    slicerRemainingS: Math.round(twinRemainingS * 0.88),
  };
}

function caseRows(aggregator: Aggregator) {
  const filter = { state: "all", verdict: null, printer: null, after: null, limit: 50 } as const;
  return aggregator.parts.model.cases.list(filter);
}

async function decideSome(aggregator: Aggregator): Promise<void> {
  const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
  const { desk } = aggregator.parts;
  const wish = { response: "none", learn: { mode: "yes" } } as const;
  for (const row of caseRows(aggregator).filter((one) => one.title.startsWith("Draught"))) {
    if (row.printer === "k3v9") continue;
    await desk.decide(row.id, actor, null, {
      ...wish,
      decisionId: crypto.randomUUID(),
      determination: "expected",
      reason: "The lab's window was open; the dip ends when it is shut",
    });
    if (row.printer === "z7rw") await desk.close(row.id, actor, null, "change", "");
  }
}

async function signedIn(aggregator: Aggregator): Promise<string> {
  const body = new URLSearchParams({
    credential: aggregator.setUpUrl!.split("/join/")[1]!,
    name: "Mira",
    password: PASSWORD,
    again: PASSWORD,
  });
  const headers = { Origin: aggregator.url, "User-Agent": "Firefox/140.0 (X11; Linux x86_64)" };
  const response = await fetch(`${aggregator.url}/join`, {
    method: "POST",
    body,
    headers,
    redirect: "manual",
  });
  await response.body?.cancel();
  return /pw-session=([^;]+)/.exec(response.headers.get("Set-Cookie") ?? "")?.[1] ?? "";
}

/** A guard that isn't heard of for a minute is silent: they all speak again. */
async function speakAgain(site: ProvisionedSite, aggregator: Aggregator): Promise<void> {
  const wallTime = new Date().toISOString();
  for (const { address, presence } of aggregator.parts.model.fleet.printers(10)) {
    const { label, state, sinceWallTime, prints } = presence;
    const wish = { label, state, sinceWallTime, wallTime, ...(prints ? { prints } : {}) };
    await site.send("dev1", presenceMessage(address, wish));
  }
  const spoken = () =>
    aggregator.parts.model.fleet.printers(10).every(({ presence }) =>
      presence.wallTime === wallTime
    );
  await until("all printers", spoken);
}

// Before anything is started that would have to be ended.
await runMain(async () => {
  try {
    await Deno.mkdir(out, { recursive: true });
  } catch (error) {
    throw new RangeError(
      `Cannot write pictures: a folder was required for --out, got '${out}': ${reasonOf(error)}`,
      { cause: error },
    );
  }
});
const site = await startProvisionedSite(["dev1"]);
const browser = await startBrowser();
try {
  const aggregator = await site.aggregator();
  if (flags.all) await pictures(DESK, null, [["welcome", aggregator.setUpUrl!]]);
  await tellStory(site, aggregator);
  await decideSome(aggregator);
  const cookie = {
    url: aggregator.url,
    name: "pw-session",
    value: await signedIn(aggregator),
  };
  const caseUrl = (title: string) => {
    const row = caseRows(aggregator).find((one) => one.title.startsWith(title))!;
    return `${aggregator.url}/cases/${row.id}`;
  };
  const list = `${aggregator.url}/`;
  const cold = caseUrl("Firmware");
  await pictures(DESK, cookie, [
    ["list", list],
    ["case", cold],
    ["case-void", caseUrl("Extrusion")],
    ["insights", `${aggregator.url}/insights`],
  ]);
  await pictures({ ...DESK, dark: true }, cookie, [["list-dark", list], ["case-dark", cold]]);
  await speakAgain(site, aggregator);
  await pictures(DESK, cookie, [["printers", `${aggregator.url}/printers`]]);
  await pictures(WALL, cookie, [["wall", `${aggregator.url}/wall`]]);
  await pictures(PHONE, cookie, [["list-phone", list], ["case-phone", cold]]);
  if (flags.all) await theOthers(aggregator.url, cold, caseUrl("Draught"), cookie);
} finally {
  await browser.close();
  await site.stop();
}

type Cookie = { url: string; name: string; value: string };

/** Pictures for looking at, not for the README: whole pages, and what a page is without a script. */
async function theOthers(
  url: string,
  coldCase: string,
  decidedCase: string,
  cookie: Cookie,
): Promise<void> {
  await pictures(PHONE, cookie, [["case-phone-whole", coldCase]], true);
  await pictures(DESK, cookie, [["decided", decidedCase], ["account", `${url}/account`]], true);
  await pictures({ ...DESK, noScript: true }, cookie, [["case-no-script", coldCase]], true);
}

/** Pictures of pages as one visitor sees them, one after the other. */
async function pictures(
  look: Look,
  cookie: Cookie | null,
  wanted: [name: string, url: string][],
  whole = false,
): Promise<void> {
  const visit = await browser.visit(look, cookie ?? undefined);
  for (const [name, url] of wanted) {
    await visit.page.goto(url);
    await visit.page.waitForTimeout(500);
    await shot(visit, name, whole);
  }
  for (const complaint of visit.complaints) console.error(complaint);
  await visit.close();
}

async function shot({ page }: Visit, name: string, whole: boolean): Promise<void> {
  const path = `${out}/${name}.png`;
  await page.screenshot({ path, fullPage: whole, scale: whole ? "css" : "device" });
  await shrink(path);
  console.log(`${name}.png ${Math.round((await Deno.stat(path)).size / 1024)} kB`);
}

/** 256 colours are enough for a console. */
async function shrink(path: string): Promise<void> {
  const args = ["--force", "--skip-if-larger", "--strip", "--ext", ".png", path];
  await new Deno.Command("pngquant", { args }).output().catch(() => {});
}
