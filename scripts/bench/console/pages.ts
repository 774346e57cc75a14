import type { Aggregator } from "../../../cloud/aggregator.ts";
import { quantile } from "./quantile.ts";

export interface PageFigures {
  cases: number;
  pagesN: number;
  listP95Ms: number;
  caseP95Ms: number;
  /** The slowest of the lists' addresses, so that no slow one hides among quick ones. */
  slowestListP95Ms: number;
}

/** What people ask the list for; `AFTER` stands for where its first page ended. */
const LISTS = [
  "/",
  "/?state=all",
  "/?state=closed",
  "/?state=decided&verdict=expected-anomaly",
  "/?verdict=potential-cyberthreat",
  "/?kind=fan-airflow&severity=medium",
  "/?printer=dev3-p7&state=all",
  "/?q=fan",
  "/?q=block+still&state=all",
  "/?unreviewed=yes",
  "/?AFTER",
];
const WARM_UP = 3;

/** The time of whole pages over HTTP, one request after the other, by one person. */
export async function measurePages(
  aggregator: Aggregator,
  cookie: { name: string; value: string },
  rounds: number,
): Promise<PageFigures> {
  const { cases } = aggregator.parts.model;
  const tookMs = async (path: string) => {
    const startMs = performance.now();
    const headers = { Cookie: `${cookie.name}=${cookie.value}`, "User-Agent": "Bench" };
    const response = await fetch(aggregator.url + path, { headers, redirect: "manual" });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`Cannot open ${path}: ${response.status} ${text}`);
    return performance.now() - startMs;
  };
  const after = cases.list({ state: "open", after: null, limit: 50 }).at(-1)!;
  const cursor = `after=${after.attention}_${after.openedAt}_${after.id}`;
  const lists = LISTS.map((path) => path.replace("AFTER", cursor));
  const times = new Map<string, number[]>(lists.map((path) => [path, []]));
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const path of lists) {
      const ms = await tookMs(path);
      if (round >= 0) times.get(path)!.push(ms);
    }
  }
  const ids = someCases(aggregator, rounds * LISTS.length);
  const caseMs: number[] = [];
  for (const [at, id] of ids.entries()) {
    const ms = await tookMs(`/cases/${id}`);
    if (at >= WARM_UP) caseMs.push(ms);
  }
  const counts = Object.values(cases.counts());
  return {
    cases: counts.reduce((sum, number) => sum + number, 0),
    pagesN: rounds * LISTS.length,
    listP95Ms: quantile([...times.values()].flat(), 0.95),
    caseP95Ms: quantile(caseMs, 0.95),
    slowestListP95Ms: Math.max(...[...times.values()].map((ms) => quantile(ms, 0.95))),
  };
}

/** Cases of every state, from all over the list. */
function someCases(aggregator: Aggregator, count: number): string[] {
  const { cases } = aggregator.parts.model;
  return (["new", "decided", "closed"] as const).flatMap((state) =>
    cases.list({ state, after: null, limit: 2000 })
      .filter((_, at, all) => at % Math.max(1, Math.floor(all.length / (count / 3))) === 0)
      .map(({ id }) => id)
  ).slice(0, count);
}
