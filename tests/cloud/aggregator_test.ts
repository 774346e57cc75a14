import * as assert from "uvu/assert";
import type { Aggregator } from "../../cloud/aggregator.ts";
import { decode } from "../../shared/codec.ts";
import { SIGNATURE_HEADER, verifyDetached } from "../../shared/signing.ts";
import { appliedOutcome, deviationMessage, presenceMessage } from "../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../scripts/provisioned_site.ts";
import { ACTOR, ADDRESS, allCases, deviationOf, DEVICE, siteSuite, until } from "./site_fixture.ts";

const { tests, skipped } = await siteSuite("the aggregator between edge and people");
let running: Aggregator | null = null;

async function aggregatorOf(site: ProvisionedSite): Promise<Aggregator> {
  return running ??= await site.aggregator();
}

/** A printer of its own for each test, so that no bundling joins them. */
let printers = 0;
function freshAddress() {
  return { ...ADDRESS, printer: `printer${printers++}` };
}

async function caseOf(aggregator: Aggregator, deviationId: string) {
  return await until("the case", () => aggregator.parts.model.cases.caseOfDeviation(deviationId));
}

function wish(change: Record<string, unknown> = {}) {
  return {
    decisionId: crypto.randomUUID(),
    determination: "expected",
    response: "none",
    learn: { mode: "no" },
    reason: "a window was open",
    ...change,
  } as Parameters<Aggregator["parts"]["desk"]["decide"]>[3];
}

/** The printer's decision as a device gets it: through its own durable consumer. */
async function nextDecision(site: ProvisionedSite) {
  const device = await site.device(DEVICE);
  const consumer = await device.jetstream().consumers.get("PW_DECISIONS", DEVICE);
  const message = await consumer.next({ expires: 5_000 });
  message?.ack();
  return message;
}

if (!skipped) {
  tests("a deviation becomes a case, sent twice it stays one", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const address = freshAddress();
    const deviation = deviationOf(address.printer, "cold-block");
    const message = deviationMessage(address, deviation);
    assert.equal(await site.send(DEVICE, message), { duplicate: false });
    assert.equal(await site.send(DEVICE, message), { duplicate: true });
    // The same again under another message id: an outage outlasts the broker's memory of ids.
    await site.send(DEVICE, { ...message, id: `${message.id}.again` });
    const { about } = await caseOf(aggregator, deviation.id);
    assert.is(about.verdict, "potential-cyberthreat");
    assert.equal(about.address, address);
    await site.send(DEVICE, deviationMessage(address, deviationOf(address.printer, "void")));
    await until("a second case", () => ofPrinter(aggregator, address.printer).length === 2);
    assert.is(aggregator.parts.model.cases.view(about.id)?.events.length, 1);
  });

  tests("revisions that come out of order end at the highest", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const address = freshAddress();
    const first = deviationOf(address.printer);
    for (const [revision, probability] of [[1, 0.6], [3, 0.9], [2, 0.7]] as const) {
      const revised = { ...first, revision, probability };
      await site.send(DEVICE, deviationMessage(address, revised));
    }
    const later = deviationOf(address.printer, "void");
    await site.send(DEVICE, deviationMessage(address, later));
    await caseOf(aggregator, later.id);
    const { about } = await caseOf(aggregator, first.id);
    assert.is(about.probability, 0.9);
    assert.is(about.sightings.length, 1);
    assert.is(aggregator.parts.model.cases.deviationById(first.id)?.revision, 3);
  });

  tests("deviations of one cause are one case, of another cause another", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const address = freshAddress();
    const all = ["external-fan", "external-fan", "dead-fan"].map((recipe, index) =>
      deviationOf(address.printer, recipe as "dead-fan", {
        times: { ...deviationOf("x").times, detectedEventS: 1000 + index, startedEventS: 990 },
      })
    );
    for (const one of all) await site.send(DEVICE, deviationMessage(address, one));
    const cases = [];
    for (const one of all) cases.push((await caseOf(aggregator, one.id)).about.id);
    assert.is(cases[0], cases[1]);
    assert.is.not(cases[0], cases[2]);
    assert.is(ofPrinter(aggregator, address.printer).length, 2);
  });

  tests(
    "what breaks the contract or claims to come from elsewhere is kept, never applied",
    async ({ site }) => {
      const aggregator = await aggregatorOf(site);
      const address = freshAddress();
      const good = deviationOf(address.printer, "void");
      const { subject, bytes } = deviationMessage(address, good);
      const elsewhere = { ...address, printer: "elsewhere" };
      const text = (value: string) => new TextEncoder().encode(value);
      const json = JSON.parse(new TextDecoder().decode(bytes));
      const bad: [string, Uint8Array][] = [
        [subject, text("not json")],
        [subject, bytes.slice(0, 200)],
        [subject, text(JSON.stringify({ ...json, extra: 1 }))],
        [subject, text(JSON.stringify({ ...json, data: { ...json.data, probability: 7 } }))],
        [subject, deviationMessage(elsewhere, good).bytes],
        [subject.replace("potential-cyberthreat", "expected-anomaly"), bytes],
        [subject.replace("flow", "speed"), bytes],
        [subject.replace(".flow", ".nonsense"), bytes],
        [subject, deviationMessage(address, { ...good, printer: "other" }).bytes],
      ];
      const before = aggregator.parts.model.fleet.refusedCount();
      for (const [on, body] of bad) {
        await site.send(DEVICE, { subject: on, bytes: body, id: crypto.randomUUID() });
      }
      await until(
        "the refusals",
        () => aggregator.parts.model.fleet.refusedCount() === before + bad.length,
      );
      const rows = aggregator.parts.model.fleet.refused(bad.length);
      assert.equal(rows.map((row) => row.subject).toSorted(), bad.map(([on]) => on).toSorted());
      assert.is(aggregator.parts.model.cases.caseOfDeviation(good.id), null);
      assert.is(aggregator.parts.model.cases.deviationById(good.id), null);
      // They don't come again, and don't stand in the way.
      await site.send(DEVICE, deviationMessage(address, good));
      await caseOf(aggregator, good.id);
    },
  );

  tests("a deviation can't take over the id of another printer's", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const [mine, theirs] = [freshAddress(), freshAddress()];
    const deviation = deviationOf(mine.printer);
    await site.send(DEVICE, deviationMessage(mine, deviation));
    await caseOf(aggregator, deviation.id);
    const before = aggregator.parts.model.fleet.refusedCount();
    const stolen = { ...deviation, printer: theirs.printer, revision: 9, summary: "taken over" };
    await site.send(DEVICE, deviationMessage(theirs, stolen));
    await until("the refusal", () => aggregator.parts.model.fleet.refusedCount() > before);
    assert.is(aggregator.parts.model.cases.deviationById(deviation.id)?.revision, 1);
    assert.is(ofPrinter(aggregator, theirs.printer).length, 0);
  });

  tests("a decision reaches the device signed, and its outcome comes back", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const { desk, model } = aggregator.parts;
    const address = freshAddress();
    const deviation = deviationOf(address.printer, "tampered-set-point");
    await site.send(DEVICE, deviationMessage(address, deviation));
    const { about } = await caseOf(aggregator, deviation.id);
    const wanted = wish({ determination: "threat-confirmed", response: "pause" });
    const outcome = await desk.decide(about.id, ACTOR, null, wanted);
    assert.is(outcome.type, "done");

    const message = await nextDecision(site);
    assert.ok(message);
    const read = decode("decision", message!.data);
    assert.ok(read.ok);
    if (!read.ok) return;
    const decision = read.value.data;
    assert.is(decision.id, wanted.decisionId);
    assert.equal(decision.target, address);
    assert.equal(decision.deviationIds, [deviation.id]);
    assert.is(decision.response, "pause");
    const folder = site.provisioned.deviceFolders[DEVICE];
    const trust = JSON.parse(await Deno.readTextFile(`${folder}/trust.json`));
    const pinned = new Map(trust.keys.map((key: { kid: string }) => [key.kid, key]));
    const signature = message!.headers?.get(SIGNATURE_HEADER) ?? "";
    assert.ok((await verifyDetached(message!.data, signature, pinned as never)).ok);
    const altered = message!.data.slice();
    altered[300]! ^= 1;
    assert.not.ok((await verifyDetached(altered, signature, pinned as never)).ok);

    const wallTime = new Date().toISOString();
    const outcomes = [appliedOutcome(decision, wallTime)];
    const say = presenceMessage(address, { label: "P", wallTime, decisions: outcomes });
    await site.send(DEVICE, say);
    await until("the outcome", () => model.cases.caseById(about.id)?.about.decisions[0]?.outcome);
    const again = presenceMessage(address, {
      label: "P",
      wallTime: new Date().toISOString(),
      decisions: outcomes,
    });
    await site.send(DEVICE, again);
    await settled(aggregator, site);
    const view = model.cases.view(about.id)!;
    assert.equal(view.events.map((event) => event.act.type), [
      "opened",
      "decided",
      "decision-applied",
    ]);
    assert.equal(view.sentDecisions, [decision.id]);
  });

  tests("another printer can't answer for a decision that isn't its own", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const { desk, model } = aggregator.parts;
    const [mine, theirs] = [freshAddress(), freshAddress()];
    const deviation = deviationOf(mine.printer);
    await site.send(DEVICE, deviationMessage(mine, deviation));
    const { about } = await caseOf(aggregator, deviation.id);
    const wanted = wish();
    await desk.decide(about.id, ACTOR, null, wanted);
    const decision = decode("decision", (await nextDecision(site))!.data);
    assert.ok(decision.ok);
    if (!decision.ok) return;
    const wallTime = new Date().toISOString();
    const decisions = [appliedOutcome(decision.value.data, wallTime)];
    await site.send(DEVICE, presenceMessage(theirs, { label: "T", wallTime, decisions }));
    await settled(aggregator, site);
    assert.is(model.cases.caseById(about.id)?.about.decisions[0]?.outcome, null);
  });

  tests(
    "two people on one case: the second one's act is stale, nothing is lost",
    async ({ site }) => {
      const aggregator = await aggregatorOf(site);
      const { desk, model } = aggregator.parts;
      const address = freshAddress();
      const deviation = deviationOf(address.printer);
      await site.send(DEVICE, deviationMessage(address, deviation));
      const { about, lastSequence } = await caseOf(aggregator, deviation.id);
      const both = await Promise.all([
        desk.decide(about.id, ACTOR, lastSequence, wish({ determination: "benign-change" })),
        desk.decide(about.id, ACTOR, lastSequence, wish({ determination: "threat-confirmed" })),
      ]);
      assert.equal(both.map((one) => one.type).toSorted(), ["done", "stale"]);
      assert.is(model.cases.caseById(about.id)?.about.decisions.length, 1);
      await nextDecision(site);
    },
  );

  tests("two replicas on one case: the broker lets one of them win", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const state = await Deno.makeTempDir();
    await Deno.mkdir(`${state}/keys`);
    const signing = "keys/signing.json";
    await Deno.copyFile(`${site.state}/${signing}`, `${state}/${signing}`);
    const { startAggregator } = await import("../../cloud/aggregator.ts");
    const other = await startAggregator({ ...site.config, state }, await site.broker());
    const address = freshAddress();
    const deviation = deviationOf(address.printer);
    await site.send(DEVICE, deviationMessage(address, deviation));
    const { about, lastSequence } = await caseOf(aggregator, deviation.id);
    await caseOf(other, deviation.id);
    const both = await Promise.all([
      aggregator.parts.desk.acknowledge(about.id, ACTOR, lastSequence),
      other.parts.desk.acknowledge(about.id, ACTOR, lastSequence),
    ]);
    assert.equal(both.map((one) => one.type).toSorted(), ["done", "stale"]);
    await other.close();
    await Deno.remove(state, { recursive: true });
  });

  tests("a closed case is taken up again once, as another case", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const { desk, model } = aggregator.parts;
    const address = freshAddress();
    const deviation = deviationOf(address.printer);
    await site.send(DEVICE, deviationMessage(address, deviation));
    const { about } = await caseOf(aggregator, deviation.id);
    await desk.decide(about.id, ACTOR, null, wish());
    await desk.close(about.id, ACTOR, null, "change", "");
    const both = await Promise.all([desk.reopen(about.id, ACTOR), desk.reopen(about.id, ACTOR)]);
    assert.equal(both.map((one) => one.type).toSorted(), ["done", "refused"]);
    const done = both.find((one) => one.type === "done")!;
    const again = done.type === "done" ? done.caseId : "";
    assert.is(model.cases.caseById(again)?.about.reopens, about.id);
    assert.is(model.cases.view(about.id)?.reopenedAs, again);
    assert.is(model.cases.caseById(about.id)?.about.state, "closed");
    await nextDecision(site);
  });

  tests("the read model is rebuilt from the streams when its file is gone", async ({ site }) => {
    const before = await aggregatorOf(site);
    await settled(before, site);
    const ids = allCases(before).map((row) => row.id);
    const views = ids.map((id) => before.parts.model.cases.view(id));
    const refusals = before.parts.model.fleet.refused(200);
    const printersSeen = before.parts.model.fleet.printers(100);
    await before.close();
    for (const suffix of ["", "-wal", "-shm"]) {
      await Deno.remove(`${site.state}/read-model.sqlite${suffix}`).catch(() => {});
    }
    running = await site.aggregator();
    assert.equal(allCases(running).map((row) => row.id), ids);
    assert.equal(ids.map((id) => running!.parts.model.cases.view(id)), views);
    assert.equal(running.parts.model.fleet.refused(200), refusals);
    assert.equal(running.parts.model.fleet.printers(100), printersSeen);
  });

  tests("a file that isn't a database is replaced, not stumbled over", async ({ site }) => {
    const before = await aggregatorOf(site);
    const ids = allCases(before).map((row) => row.id);
    await before.close();
    await Deno.writeTextFile(`${site.state}/read-model.sqlite`, "garbage ".repeat(2000));
    running = await site.aggregator();
    assert.equal(allCases(running).map((row) => row.id), ids);
  });

  tests("work goes on after nats-server was killed", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    await site.killNats();
    await until("the loss", () => !aggregator.parts.brokerConnected());
    await site.startNats();
    const address = freshAddress();
    const deviation = deviationOf(address.printer);
    await until("the device", async () => {
      try {
        return await site.send(DEVICE, deviationMessage(address, deviation));
      } catch {
        return null;
      }
    });
    await caseOf(aggregator, deviation.id);
  });

  tests("a decision recorded but not sent before a crash is sent after it", async ({ site }) => {
    const aggregator = await aggregatorOf(site);
    const address = freshAddress();
    const deviation = deviationOf(address.printer);
    await site.send(DEVICE, deviationMessage(address, deviation));
    const { about, lastSequence } = await caseOf(aggregator, deviation.id);
    await aggregator.close();
    const { decide } = await import("../../cloud/cases/transition.ts");
    const wanted = wish();
    const act = decide(about, wanted, Date.now(), 60);
    assert.ok(act.ok);
    if (!act.ok) return;
    const event = {
      contractVersion: 1,
      id: crypto.randomUUID(),
      caseId: about.id,
      at: new Date().toISOString(),
      actor: ACTOR,
      act: act.value,
    };
    const broker = await site.broker();
    await broker.append(
      `printwarden-cloud.v1.case.${about.id}`,
      new TextEncoder().encode(JSON.stringify(event)),
      { id: event.id, lastSubjectSequence: lastSequence },
    );
    running = await site.aggregator();
    const message = await nextDecision(site);
    assert.is(message?.headers?.get("Nats-Msg-Id"), wanted.decisionId);
  });
}

function ofPrinter(aggregator: Aggregator, printer: string) {
  return allCases(aggregator).filter((row) => row.printer === printer);
}

/** Everything that was sent so far has been worked on: a further deviation has its case. */
async function settled(aggregator: Aggregator, site: ProvisionedSite): Promise<void> {
  const address = freshAddress();
  const wallTime = new Date().toISOString();
  await site.send(DEVICE, presenceMessage(address, { label: "marker", wallTime }));
  const marker = deviationOf(address.printer);
  await site.send(DEVICE, deviationMessage(address, marker));
  await caseOf(aggregator, marker.id);
  await new Promise((resolve) => setTimeout(resolve, 200));
}

tests.run();
