import type { Aggregator } from "../../../cloud/aggregator.ts";
import { deviationMessage, type RecipeName } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import type { Deviation } from "../../../shared/deviation.ts";
import { ADDRESS, deviationOf, DEVICE, until } from "../site_fixture.ts";
import { field, join, type Visitor } from "./http_fixture.ts";

/** A running console with its first person signed in. */
export interface Prepared {
  aggregator: Aggregator;
  expert: Visitor;
  /** The credential of the set-up link, which is used up. */
  setUp: string;
}

const running = new WeakMap<ProvisionedSite, Promise<Prepared>>();

/** The one console of a suite's site. */
export function prepared(site: ProvisionedSite): Promise<Prepared> {
  const known = running.get(site);
  if (known) return known;
  const made = (async () => {
    const aggregator = await site.aggregator();
    const setUp = aggregator.setUpUrl!.split("/join/")[1]!;
    return { aggregator, expert: await join(aggregator, setUp, "Mira"), setUp };
  })();
  running.set(site, made);
  return made;
}

let printers = 0;

/** A case of one deviation, on a printer of its own unless one is named. */
export async function newCase(
  site: ProvisionedSite,
  recipe: RecipeName = "cold-block",
  change: Partial<Deviation> = {},
  printer = `printer${printers++}`,
) {
  const { aggregator } = await prepared(site);
  const address = { ...ADDRESS, printer };
  const deviation = deviationOf(printer, recipe, change);
  await site.send(DEVICE, deviationMessage(address, deviation));
  const { cases } = aggregator.parts.model;
  await until("the deviation", () => cases.deviationById(deviation.id));
  const { about } = await until("the case", () => cases.caseOfDeviation(deviation.id));
  return { id: about.id, deviation, address };
}

export const stateOf = (aggregator: Aggregator, id: string) =>
  aggregator.parts.model.cases.caseById(id)?.about.state;

/** A decision form as it is sent with this page of its case, and what else is filled in. */
export function decisionForm(
  html: string,
  change: Record<string, string> = {},
): Record<string, string> & { seen: string } {
  return {
    seen: field(html, "seen"),
    decisionId: field(html, "decisionId"),
    determination: "expected",
    response: "none",
    learn: "no",
    untilDate: "",
    reason: "the window was open",
    ...change,
  };
}
