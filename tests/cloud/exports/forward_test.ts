import * as assert from "uvu/assert";
import { connect } from "nats";
import { type Aggregator, startAggregator } from "../../../cloud/aggregator.ts";
import { accounts, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import { caseSubject } from "../../../cloud/broker/streams.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import { parseConfig } from "../../../cloud/config.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { BASE } from "../console/http_fixture.ts";
import { startNatsServer } from "../../nats_server.ts";
import { ACTOR, ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { httpReceiver, syslogReceiver } from "./receivers.ts";

const { tests, skipped } = await siteSuite("forwarding");

let printers = 0;
async function newCase(
  site: ProvisionedSite,
  aggregator: Aggregator,
  recipe = "cold-block" as const,
) {
  const address = { ...ADDRESS, printer: `forward${printers++}` };
  const deviation = deviationOf(address.printer, recipe);
  await site.send(DEVICE, deviationMessage(address, deviation));
  const { cases } = aggregator.parts.model;
  return (await until("the case", () => cases.caseOfDeviation(deviation.id))).about;
}

async function start(site: ProvisionedSite, toml: string): Promise<Aggregator> {
  const parsed = parseConfig(toml);
  if (!parsed.ok) throw new Error(parsed.issue);
  const { forward } = parsed.value;
  return await startAggregator({ ...site.config, forward }, await site.broker());
}

if (!skipped) {
  tests("every event of a case goes to each receiver, in order and once", async ({ site }) => {
    const receiver = syslogReceiver(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
    const web = httpReceiver();
    const aggregator = await start(
      site,
      `[[forward]]
name = "siem"
format = "syslog"
to = { type = "syslog", transport = "tcp", host = "127.0.0.1", port = ${receiver.port} }
[[forward]]
name = "lake"
format = "ocsf"
to = { type = "http", url = "${web.url}" }
[[forward]]
name = "threats"
format = "stix"
to = { type = "http", url = "${web.url}" }`,
    );
    const { id } = await newCase(site, aggregator);
    const { desk } = aggregator.parts;
    await desk.acknowledge(id, ACTOR, null);
    await desk.decide(id, ACTOR, null, {
      decisionId: crypto.randomUUID(),
      determination: "threat-confirmed",
      response: "none",
      learn: { mode: "no" },
      reason: "seen",
    });
    await until("three lines", () => receiver.messages.length >= 3);
    const words = receiver.messages.map((line) => line.split(" ")[5]);
    assert.equal(words, ["opened", "acknowledged", "decided"]);
    await until("three findings and a bundle", () => web.requests.length >= 4);
    const bodies = web.requests.map(({ body }) => JSON.parse(body));
    const findings = bodies.filter((body) => body.class_uid === 2004);
    assert.equal(findings.map((finding) => finding.activity_id), [1, 2, 2]);
    assert.is(bodies.filter((body) => body.type === "bundle").length, 1);
    const told = () => aggregator.parts.forwards.map(({ sent, issue }) => `${sent} ${issue}`);
    await until("the counts", () => told().join() === "3 null,3 null,1 null");
    await aggregator.close();
    receiver.close();
    await web.close();
  });

  tests("what an ended leader wrote is forwarded to nobody", async ({ site }) => {
    const receiver = syslogReceiver(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
    const aggregator = await start(
      site,
      `[[forward]]
name = "fenced"
format = "syslog"
to = { type = "syslog", transport = "tcp", host = "127.0.0.1", port = ${receiver.port} }`,
    );
    const { id } = await newCase(site, aggregator);
    const { cases } = aggregator.parts.model;
    const { about, lastSequence } = cases.caseById(id)!;
    const late = { ...about.sightings[0]!, deviationId: crypto.randomUUID() };
    const event = {
      ...{ contractVersion: 1, id: crypto.randomUUID(), caseId: id, at: new Date().toISOString() },
      actor: AGGREGATOR,
      act: { type: "joined", sighting: late },
      lead: cases.currentLead() + 1_000_000,
    };
    const broker = await site.broker();
    const bytes = new TextEncoder().encode(JSON.stringify(event));
    const how = { id: event.id, lastSubjectSequence: lastSequence };
    assert.is((await broker.append(caseSubject(id), bytes, how)).type, "stored");
    await until("its place", () => cases.caseById(id)!.lastSequence > lastSequence);
    await aggregator.parts.desk.acknowledge(id, ACTOR, null);
    await until("two lines", () => receiver.messages.length >= 2);
    const words = receiver.messages.map((line) => line.split(" ")[5]);
    assert.equal(words, ["opened", "acknowledged"]);
    const fenced = aggregator.parts.forwards.find(({ name }) => name === "fenced");
    assert.is(fenced?.skipped, 1);
    await aggregator.close();
    receiver.close();
  });

  tests("nothing is lost while the receiver or the aggregator is away", async ({ site }) => {
    const web = httpReceiver();
    web.status = 503;
    const toml = `[[forward]]
name = "patient"
format = "ecs"
from = "start"
to = { type = "http", url = "${web.url}" }`;
    const first = await start(site, toml);
    const { id } = await newCase(site, first);
    const [status] = first.parts.forwards;
    await until("a failure that is told", () => status!.failures > 0);
    assert.match(status!.issue!, "an answer 2xx was required, got 503");
    await first.close();
    web.status = 202;
    const second = await start(site, toml);
    await until(
      "the case",
      () => web.requests.some(({ body }) => JSON.parse(body).labels.case_id === id),
      // What failed before waits up to a minute for its next turn.
      90,
    );
    const keys = web.requests.map(({ headers }) => headers.get("Idempotency-Key"));
    assert.is(new Set(keys).size, keys.length, "no event twice");
    await second.close();
    const before = web.requests.length;
    const third = await start(site, toml);
    const { id: next } = await newCase(site, third);
    // What was on its way to the one that ended comes again after half a minute.
    await until("the next case", () => web.requests.length > before, 90);
    const last = web.requests.slice(before).map(({ body }) => JSON.parse(body).labels.case_id);
    assert.equal(last, [next], "it goes on where it was");
    await third.close();
    await web.close();
  });

  tests("only the verdicts and severities asked for are sent", async ({ site }) => {
    const web = httpReceiver();
    const aggregator = await start(
      site,
      `[[forward]]
name = "picky"
format = "ocsf"
verdicts = ["expected-anomaly"]
to = { type = "http", url = "${web.url}" }`,
    );
    await newCase(site, aggregator);
    const [status] = aggregator.parts.forwards;
    await until("it is passed over", () => status!.skipped === 1);
    assert.is(web.requests.length, 0);
    await aggregator.close();
    await web.close();
  });

  tests(
    "a NATS server elsewhere keeps each event once, in a stream of its own",
    async ({ site }) => {
      const elsewhere = await startNatsServer();
      const connection = await connect({ servers: elsewhere.url });
      const manager = await connection.jetstreamManager();
      await manager.streams.add({ name: "SIEM", subjects: ["siem.>"] });
      const aggregator = await start(
        site,
        `[[forward]]
name = "bus"
format = "ocsf"
to = { type = "nats", url = "${elsewhere.url}", subject = "siem.printers" }
[[forward]]
name = "nobody"
format = "ocsf"
to = { type = "nats", url = "${elsewhere.url}", subject = "not.kept" }`,
      );
      const { id } = await newCase(site, aggregator);
      const [bus, nobody] = aggregator.parts.forwards;
      await until("it is kept", () => bus!.sent === 1);
      const kept = await manager.streams.getMessage("SIEM", { last_by_subj: "siem.printers" });
      assert.is(kept.json<{ finding_info: { uid: string } }>().finding_info.uid, id);
      await until("the other's failure", () => nobody!.issue !== null);
      assert.match(nobody!.issue!, "Cannot publish on 'not.kept'");
      await aggregator.close();
      await connection.close();
      await elsewhere.stop();
    },
  );

  tests(
    "who may see another site alone sees no forward, case or print of this one",
    async ({ site }) => {
      const web = httpReceiver();
      const aggregator = await start(
        site,
        `[[forward]]\nname = "seen"\nformat = "ocsf"\nto = { type = "http", url = "${web.url}" }`,
      );
      const { id } = await newCase(site, aggregator);
      const ask = async (path: string, sites: string[] | null) => {
        const { record, credential } = newToken("x", ["read"], AGGREGATOR, new Date(), 60, sites);
        await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
        await until("the token", () => aggregator.parts.model.auth.token(record.id));
        const headers = { Authorization: `Bearer ${TOKEN_PREFIX}${credential}` };
        return await aggregator.request(`${BASE}/api/v1${path}`, { headers });
      };
      for (const [sites, forwards, status] of [[null, 1, 200], [["elsewhere"], 0, 404]] as const) {
        const mine = sites && [...sites];
        assert.is((await (await ask("/forwards", mine)).json()).forwards.length, forwards);
        assert.is((await ask(`/cases/${id}/export/ocsf`, mine)).status, status);
        const lines = await (await ask("/export/ocsf?state=all", mine)).text();
        assert.is(lines.includes(id), status === 200);
        assert.is((await (await ask("/insights", mine)).json()).prints.length, 0);
      }
      await aggregator.close();
      await web.close();
    },
  );

  tests("a file that isn't there is told at the start", async ({ site }) => {
    try {
      await start(
        site,
        `[[forward]]
name = "siem"
format = "syslog"
to = { type = "syslog", host = "localhost", caFile = "nowhere.pem" }`,
      );
      assert.unreachable("a refusal was expected");
    } catch (error) {
      assert.match(String(error), "Cannot forward to 'siem': a readable file was required");
    }
  });
}

tests.run();
