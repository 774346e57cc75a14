/**
 * Makes the pictures of the console: `deno run -A scripts/screenshots.ts [--out DIR] [--all]`. A
 * real aggregator on a real nats-server, fabricated deviations, chromium without a window.
 */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import type { Aggregator } from "../cloud/aggregator.ts";
import { startBrowser } from "./browser.ts";
import {
  deviationMessage,
  fabricateDeviation,
  presenceMessage,
  type RecipeName,
  seeded,
} from "./fabricate.ts";
import { type ProvisionedSite, SITE, startProvisionedSite, until } from "./provisioned_site.ts";

const { values: flags } = parseArgs({
  options: {
    out: { type: "string", default: "cloud/console/pictures" },
    all: { type: "boolean", default: false },
  },
});
const out = resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), flags.out);
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844, phone: true, dark: true };
const PASSWORD = "a quiet night at the farm";
const PRINTERS = [
  { id: "k3v9", label: "Ender 3, shelf A" },
  { id: "m8qd", label: "Prusa MK3S, window" },
  { id: "t2xa", label: "Voron 2.4, lab" },
  { id: "z7rw", label: "Ender 5, shelf B" },
] as const;

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
  for (const { id, label } of PRINTERS) {
    const state = id === "z7rw" ? "idle" : id === "t2xa" ? "attention" : "printing";
    const address = { site: SITE, device: "dev1", printer: id };
    const lines = Math.floor(4000 + random() * 30_000);
    const sinceWallTime = minutesAgo(20 + Math.floor(random() * 200));
    const wish = { label, state, lines, sinceWallTime, wallTime: minutesAgo(0) } as const;
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

const site = await startProvisionedSite(["dev1"]);
const browser = await startBrowser();
try {
  const aggregator = await site.aggregator();
  await Deno.mkdir(out, { recursive: true });
  if (flags.all) {
    await browser.look(DESK);
    await picture("welcome", aggregator.setUpUrl!, false);
  }
  await tellStory(site, aggregator);
  await decideSome(aggregator);
  await browser.setCookie(aggregator.url, "pw-session", await signedIn(aggregator));
  const idOf = (title: string) =>
    caseRows(aggregator).find((row) => row.title.startsWith(title))!.id;
  const list = `${aggregator.url}/`;
  const cold = `${aggregator.url}/cases/${idOf("Firmware")}`;
  await browser.look(DESK);
  await picture("list", list, false);
  await picture("case", cold, false);
  await picture("case-void", `${aggregator.url}/cases/${idOf("Extrusion")}`, true);
  await picture("printers", `${aggregator.url}/printers`, false);
  await browser.look({ ...DESK, dark: true });
  await picture("list-dark", list, false);
  await picture("case-dark", cold, false);
  await browser.look(PHONE);
  await picture("list-phone", list, false);
  await picture("case-phone", cold, false);
  if (flags.all) await theOthers(aggregator.url, cold, idOf("Draught"));
  for (const complaint of browser.complaints) console.error(complaint);
} finally {
  await browser.close();
  await site.stop();
}

/** Pictures for looking at, not for the README: whole pages, and what a page is without a script. */
async function theOthers(url: string, coldCase: string, decidedCase: string): Promise<void> {
  await picture("case-phone-whole", coldCase, true);
  await browser.look(DESK);
  await picture("decided", `${url}/cases/${decidedCase}`, true);
  await picture("account", `${url}/account`, false);
  await browser.look({ ...DESK, noScript: true });
  await picture("case-no-script", coldCase, true);
}

async function picture(name: string, url: string, whole: boolean): Promise<void> {
  await browser.open(url);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await shot(name, whole);
}

async function shot(name: string, whole: boolean): Promise<void> {
  const png = await browser.picture(whole);
  await Deno.writeFile(`${out}/${name}.png`, png);
  console.log(`${name}.png ${Math.round(png.length / 1024)} kB`);
}
