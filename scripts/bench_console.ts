import { valuesOf, wholeNumber } from "./command_line.ts";
import { DEVICES } from "./bench/console/fleet.ts";
import { fillHistory } from "./bench/console/history.ts";
import { type IngestFigures, measureIngest } from "./bench/console/ingest.ts";
import { type LiveFigures, measureLive } from "./bench/console/live.ts";
import { measurePages, type PageFigures } from "./bench/console/pages.ts";
import { measureRebuild, type RebuildFigures } from "./bench/console/rebuild.ts";
import { joinFirst } from "./bench/console/session.ts";
import { startProvisionedSite } from "./provisioned_site.ts";

const HELP = `Usage: deno task bench console [options]

The cloud side on a real nats-server, in a folder of its own.

  ingest     signed deviations wait in JetStream; verified, in cases and in the read model per second,
             beside a consumer that only acknowledges the same messages
  pages      95 % of the lists and of the case pages at so many cases, over HTTP; and from a
             deviation's publishing until it stands in a list open in a browser, beside a NATS
             subscriber
  rebuild    how long an aggregator takes that has lost its read model, until it serves

  --only PART     ingest, pages or rebuild (default all)
  --quick         a tenth of each or less
  --ingest N      deviations that wait (default 60000)
  --cases N       cases, of which --rounds N lists and pages are asked for (100000, 40)
  --live N        deviations that are published to an open list (default 60)
  --rebuild N     deviations of the read model that is built anew (default 1000000)
  --seed N        which deviations (default 1)
  --json          one JSON object on standard output
`;
const FULL = { ingest: 60_000, cases: 100_000, rounds: 40, live: 60, rebuild: 1_000_000 };
const QUICK = { ingest: 6_000, cases: 5_000, rounds: 8, live: 15, rebuild: 20_000 };
const PARTS = ["ingest", "pages", "rebuild"] as const;
const DECIDED_SHARE = 0.9;

type Sizes = typeof FULL;
type Figures = Partial<IngestFigures & PageFigures & LiveFigures & RebuildFigures>;

/** Measures the cloud side; prints sentences or JSON. */
export async function benchConsole(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    ...Object.fromEntries(Object.keys(FULL).map((name) => [name, { type: "string" }] as const)),
  });
  if (values === null) return;
  const given = values as Record<string, string | boolean | undefined>;
  const base = values.quick ? QUICK : FULL;
  const count = (name: string, text: unknown) =>
    wholeNumber(name, String(text), 1, Number.MAX_SAFE_INTEGER);
  const sizes = Object.fromEntries(
    Object.entries(base).map(([name, usual]) => [name, count(name, given[name] ?? usual)]),
  ) as Sizes;
  const seed = count("seed", values.seed);
  const parts = partsOf(values.only);
  const figures: Figures = {};
  if (parts.includes("ingest")) Object.assign(figures, await measureIngest(sizes.ingest, seed));
  if (parts.includes("pages")) Object.assign(figures, await measureConsole(sizes, seed));
  if (parts.includes("rebuild")) Object.assign(figures, await measureRebuild(sizes.rebuild, seed));
  const all = { ...withRatios(figures), seed };
  console.log(values.json ? JSON.stringify(all) : inWords(all));
}

function partsOf(only: string | undefined): readonly string[] {
  if (only === undefined) return PARTS;
  if (PARTS.some((part) => part === only)) return [only];
  throw new RangeError(
    `Cannot read --only: one of ${PARTS.join(", ")} was required, got '${only}'`,
  );
}

async function measureConsole(sizes: Sizes, seed: number): Promise<PageFigures & LiveFigures> {
  const site = await startProvisionedSite(DEVICES);
  try {
    await site.broker();
    const history = { count: sizes.cases, perCase: 1, seed, decidedShare: DECIDED_SHARE };
    await fillHistory(site, history);
    const aggregator = await site.aggregator();
    const cookie = await joinFirst(aggregator);
    const pages = await measurePages(aggregator, cookie, sizes.rounds);
    return { ...pages, ...await measureLive(site, aggregator, cookie, sizes.live) };
  } finally {
    await site.stop();
  }
}

function withRatios(figures: Figures): Figures & { ingestToBare?: number; consoleToBare?: number } {
  const { ingestPerS, bareConsumePerS, publishToConsoleP95Ms, bareNatsP95Ms } = figures;
  const ratio = (a?: number, b?: number) => a && b ? Number((a / b).toFixed(3)) : undefined;
  return {
    ...figures,
    ingestToBare: ratio(ingestPerS, bareConsumePerS),
    consoleToBare: ratio(publishToConsoleP95Ms, bareNatsP95Ms),
  };
}

function inWords(figures: object): string {
  return Object.entries(figures).filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`).join("\n");
}
