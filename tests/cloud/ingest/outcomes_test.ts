/** What a case comes to know of the decisions that its printer answers. */
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { encode } from "../../../shared/codec.ts";
import type { Decision } from "../../../shared/decision.ts";
import { decisionSubject } from "../../../shared/subjects.ts";
import { ACTOR, ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the outcome of a decision");
const now = () => new Date().toISOString();

/** Sends a decision that no case has a record of, as after a broker lost it. */
async function sendUnrecorded(site: ProvisionedSite, caseId: string, deviationId: string) {
  const decision: Decision = {
    contractVersion: 1,
    id: crypto.randomUUID(),
    caseId,
    deviationIds: [deviationId],
    target: ADDRESS,
    determination: "threat-confirmed",
    response: "none",
    learn: { mode: "no" },
    reason: "It was me who saw it",
    decidedBy: crypto.randomUUID(),
    decidedWallTime: now(),
    expiresWallTime: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const about = { id: decision.id, source: "printwarden-cloud", time: now() };
  const broker = await site.broker();
  const bytes = encode("decision", about, decision);
  await broker.append(decisionSubject(ADDRESS), bytes, { id: decision.id });
  return decision;
}

async function answer(site: ProvisionedSite, { id: decisionId }: Decision) {
  const outcome = { decisionId, result: "applied", detail: "taken", wallTime: now() } as const;
  const presence = { label: "Left", wallTime: now(), decisions: [outcome] };
  await site.send(DEVICE, presenceMessage(ADDRESS, presence));
}

async function newCase({ parts: { model } }: Aggregator, site: ProvisionedSite) {
  const deviation = deviationOf("p1", "void");
  await site.send(DEVICE, deviationMessage(ADDRESS, deviation));
  const found = () => model.cases.caseOfDeviation(deviation.id);
  await until("its case", () => found() !== null);
  return { deviation, found: () => found()! };
}

if (!skipped) {
  tests(
    "of which its case lost the record is noted there once, for everybody",
    async ({ site }) => {
      const aggregator = await site.aggregator();
      const { cases } = aggregator.parts.model;
      const { deviation, found } = await newCase(aggregator, site);
      const { id } = found().about;
      const decision = await sendUnrecorded(site, id, deviation.id);
      await until("it to be known", () => cases.sentDecision(decision.id)?.caseId === id);
      await aggregator.parts.personal.reviewAll(ACTOR.id, found().lastSequence);
      assert.not(cases.isUnreviewed(id, ACTOR.id));
      await answer(site, decision);
      await until("the note", () => found().about.comments.length > 0);
      assert.ok(cases.isUnreviewed(id, ACTOR.id), "and whoever had seen the case looks again");
      const [note] = found().about.comments;
      assert.is(note!.by.kind, "aggregator");
      assert.match(note!.text, "The decision 'threat-confirmed' of");
      assert.match(note!.text, "was applied at the printer (taken), and isn't recorded here");
      await answer(site, decision);
      await answer(site, { ...decision, id: crypto.randomUUID() });
      const other = await newCase(aggregator, site);
      assert.ok(other.found().about.id);
      assert.is(found().about.comments.length, 1);
      await aggregator.close();
    },
  );
}

tests.run();
