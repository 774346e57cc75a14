/** A guard that is changed: from its presence to a case that a person settles. */
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import type { Address } from "../../../shared/ids.ts";
import type { Presence } from "../../../shared/presence.ts";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ACTOR, ADDRESS, allCases, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("a changed guard");
let running: Promise<Aggregator> | null = null;
const aggregatorOf = (site: ProvisionedSite) => running ??= site.aggregator();
let printers = 0;

async function says(
  site: ProvisionedSite,
  address: Address,
  digests: Partial<Presence["digests"]> = {},
): Promise<void> {
  const wallTime = new Date().toISOString();
  const wish = { label: "Left", wallTime, state: "idle" as const, digests };
  await site.send(DEVICE, presenceMessage(address, wish));
}

/** A printer whose guard has been heard of. */
async function guarded(site: ProvisionedSite): Promise<Address> {
  const address = { ...ADDRESS, printer: `guarded${printers++}` };
  const aggregator = await aggregatorOf(site);
  await says(site, address);
  await until("its make", () => aggregator.parts.model.printers.standing(address).standing?.guard);
  return address;
}

const changed = { config: "9".repeat(64) };

async function casesOf(site: ProvisionedSite, { printer }: Address) {
  const aggregator = await aggregatorOf(site);
  return allCases(aggregator).filter((row) => row.printer === printer);
}

if (!skipped) {
  tests(
    "a configuration that nobody announced is one case, also after a restart",
    async ({ site }) => {
      const address = await guarded(site);
      await says(site, address, changed);
      const row = await until("a case", async () => (await casesOf(site, address))[0]);
      assert.is(row.summary, "Changed without an announcement: configuration");
      await (await aggregatorOf(site)).close();
      running = null;
      await says(site, address, changed);
      await aggregatorOf(site);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      assert.is((await casesOf(site, address)).length, 1);
    },
  );

  tests("one that was announced is recorded, and no case", async ({ site }) => {
    const address = await guarded(site);
    const aggregator = await aggregatorOf(site);
    const target = { site: address.site, printer: address };
    assert.ok(
      (await aggregator.parts.maintenance.announce(ACTOR, target, 60, "new thresholds")).ok,
    );
    await says(site, address, changed);
    const last = () =>
      aggregator.parts.model.printers.history(address, 5).find(({ act }) =>
        act.type === "guard" && act.changed.length > 0
      );
    const { act } = await until("the record", last);
    assert.match(act.type === "guard" ? act.announcedBy ?? "" : "", /new thresholds/);
    assert.is((await casesOf(site, address)).length, 0);
  });

  tests("a decision on it is settled here, and no printer is told", async ({ site }) => {
    const address = await guarded(site);
    await says(site, address, { trust: "8".repeat(64) });
    const { printers } = (await aggregatorOf(site)).parts.model;
    await until("the keys", () => printers.standing(address).standing?.guard?.trust);
    await says(site, address, { trust: "7".repeat(64) });
    const row = await until("a case", async () => (await casesOf(site, address))[0]);
    assert.is(row.verdict, "potential-cyberthreat");
    const { desk, model } = (await aggregatorOf(site)).parts;
    const decided = await desk.decide(row.id, ACTOR, null, {
      decisionId: crypto.randomUUID(),
      determination: "benign-change",
      response: "none",
      learn: { mode: "no" },
      reason: "a second site was enrolled",
    } as never);
    assert.is(decided.type, "done", JSON.stringify(decided));
    const outcome = () => model.cases.caseById(row.id)?.about.decisions[0]?.outcome;
    assert.match((await until("its outcome", outcome)).detail, /settled here/);
  });
}

tests.run();
