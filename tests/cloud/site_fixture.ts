import { suite } from "uvu";
import type { Aggregator } from "../../cloud/aggregator.ts";
import type { CaseRow } from "../../cloud/read_model/case_list_queries.ts";
import type { Address } from "../../shared/ids.ts";
import { fabricateDeviation, type RecipeName, seeded } from "../../scripts/fabricate.ts";
import {
  type ProvisionedSite,
  SITE,
  startProvisionedSite,
} from "../../scripts/provisioned_site.ts";
import { hasNatsServer } from "../nats_server.ts";

export { SITE, until } from "../../scripts/provisioned_site.ts";
export const DEVICE = "dev1";
export const OTHER_DEVICE = "dev2";
export const ADDRESS: Address = { site: SITE, device: DEVICE, printer: "p1" };
export const ACTOR = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;

export interface SiteContext {
  site: ProvisionedSite;
}

/** A suite with one real site for all its tests; without nats-server it says that it was skipped. */
export async function siteSuite(name: string) {
  const tests = suite<SiteContext>(name);
  if (!await hasNatsServer()) {
    console.log(`SKIPPED '${name}': nats-server was required, got none`);
    tests.before(() => {});
    return { tests, skipped: true };
  }
  tests.before(async (context) => {
    context.site = await startProvisionedSite([DEVICE, OTHER_DEVICE]);
  });
  tests.after(async (context) => {
    await context.site.stop();
  });
  return { tests, skipped: false };
}

export function allCases(aggregator: Aggregator): CaseRow[] {
  const filter = { state: "all", verdict: null, printer: null, after: null, limit: 200 } as const;
  return aggregator.parts.model.cases.list(filter);
}

const random = seeded(2026);

/** A deviation of a printer, with its detection `agoS` before now. */
export function deviationOf(
  printer: string,
  recipe: RecipeName = "external-fan",
  change: Parameters<typeof fabricateDeviation>[0]["change"] = {},
) {
  return fabricateDeviation({
    recipe,
    printer,
    random,
    wallTime: new Date().toISOString(),
    change,
  });
}
