import { startProvisionedSite } from "../../provisioned_site.ts";
import { DEVICES } from "./fleet.ts";
import { fillHistory } from "./history.ts";

export interface RebuildFigures {
  rebuildN: number;
  /** From an aggregator's start without a read model until it serves, s. */
  rebuildS: number;
}

const PER_CASE = 4;
const DECIDED_SHARE = 0.8;

/** How long a read model takes from nothing, when all deviations were verified and bundled before. */
export async function measureRebuild(count: number, seed: number): Promise<RebuildFigures> {
  const site = await startProvisionedSite(DEVICES);
  try {
    await site.broker();
    const decidedShare = DECIDED_SHARE;
    await fillHistory(site, { count, perCase: PER_CASE, seed, decidedShare });
    const startMs = performance.now();
    const { parts } = await site.aggregator();
    const rebuildS = (performance.now() - startMs) / 1000;
    const counts = Object.values(parts.model.cases.counts());
    const cases = counts.reduce((sum, number) => sum + number, 0);
    if (cases < count / PER_CASE || parts.model.fleet.refusedCount() > 0) {
      throw new Error(`Cannot count on it: ${count / PER_CASE} cases were required, got ${cases}`);
    }
    return { rebuildN: count, rebuildS: Number(rebuildS.toFixed(1)) };
  } finally {
    await site.stop();
  }
}
