import * as assert from "uvu/assert";
import { accounts, newInvitation } from "../../../cloud/auth/accounts.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { DEVICE, siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";
import { field, join, type Visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("what each person has reviewed");

async function badge(who: Visitor): Promise<number> {
  const html = await (await who.get("/printers")).text();
  return Number(/id="unreviewed-count"[^>]*>(\d+)/.exec(html)?.[1]);
}

const isUnreviewed = async (who: Visitor, id: string) =>
  (await (await who.get("/?unreviewed=yes&state=all")).text()).includes(`/cases/${id}`);

async function colleague(site: ProvisionedSite): Promise<Visitor> {
  const { aggregator } = await prepared(site);
  const { record, credential } = newInvitation("expert", new Date(), 60);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the invitation", () => aggregator.parts.signIn.invitationOf(credential));
  return await join(aggregator, credential, "Ada");
}

if (!skipped) {
  tests("what one person has seen is still news to another", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const ada = await colleague(site);
    const { id } = await newCase(site);
    assert.equal([await badge(expert), await badge(ada)], [1, 1]);
    const seen = String(aggregator.parts.model.cases.caseById(id)!.lastSequence);
    const marked = await expert.post("/cases/reviewed", { [`case-${id}`]: seen, back: "" });
    assert.is(marked.headers.get("Location"), "/?said=reviewed.1.0");
    assert.equal([await badge(expert), await badge(ada)], [0, 1]);
    assert.is(await isUnreviewed(expert, id), false);
    await expert.post("/cases/unreviewed", { [`case-${id}`]: seen, back: "" });
    assert.is(await badge(expert), 1);
    assert.is(await isUnreviewed(expert, id), true);
  });

  tests("whoever acts on a case has seen it", async ({ site }) => {
    const { expert } = await prepared(site);
    const before = await badge(expert);
    const { id } = await newCase(site, "void");
    assert.is(await badge(expert), before + 1);
    const html = await (await expert.get(`/cases/${id}`)).text();
    await expert.post(`/cases/${id}/acknowledge`, { seen: field(html, "seen") });
    assert.is(await badge(expert), before);
  });

  tests("a case that grew graver is news again, one that didn't isn't", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id, deviation, address } = await newCase(site, "dead-fan");
    const seen = () => String(aggregator.parts.model.cases.caseById(id)!.lastSequence);
    await expert.post("/cases/reviewed", { [`case-${id}`]: seen() });
    const surer = { ...deviation, revision: 2, probability: 0.6 };
    await site.send(DEVICE, deviationMessage(address, surer));
    const { cases } = aggregator.parts.model;
    await until("the revision", () => cases.caseById(id)!.about.probability === 0.6);
    assert.is(await isUnreviewed(expert, id), false);
    const graver = { ...surer, revision: 3, verdict: "potential-cyberthreat" as const };
    await site.send(DEVICE, deviationMessage(address, graver));
    await until("a threat", () => cases.caseById(id)!.about.verdict === "potential-cyberthreat");
    assert.is(await isUnreviewed(expert, id), true);
  });

  tests("all can be marked as reviewed, and what comes later is news", async ({ site }) => {
    const { expert } = await prepared(site);
    const html = await (await expert.get("/")).text();
    const marked = await expert.post("/cases/all-reviewed", {
      upTo: field(html, "upTo"),
      back: "state=all",
    });
    assert.is(marked.headers.get("Location"), "/?state=all");
    assert.is(await badge(expert), 0);
    assert.match(await (await expert.get("/?unreviewed=yes")).text(), /All reviewed/);
    await newCase(site);
    assert.is(await badge(expert), 1);
    assert.is((await expert.post("/cases/all-reviewed", { upTo: "x" })).status, 422);
  });
}

tests.run();
