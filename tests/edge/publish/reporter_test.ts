import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../shared/codec.ts";
import type { Deviation } from "../../../shared/deviation.ts";
import { DeviationRecords, RECORDS_MAX } from "../../../edge/publish/deviation_record.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Reporter } from "../../../edge/publish/reporter.ts";
import { Store } from "../../../edge/publish/store.ts";
import { context, finding } from "./findings_fixture.ts";
import { silent } from "./site_fixture.ts";

const reporter = suite("reporter");
const BOOT = "11111111-1111-4111-8111-111111111111";
const at = (eventTimeS: number) => ({ bootId: BOOT, eventTimeS });

let folder = "";
reporter.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "reporter-" });
});
reporter.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

function open() {
  const broken: string[] = [];
  const store = new Store(`${folder}/edge.db`, 10_000_000, () => {});
  const outbox = new Outbox(store, 1e6);
  const records = new DeviationRecords(store);
  const made = new Reporter(outbox, records, silent, {
    printer: "p1",
    quietPeriodS: 600,
    revisionIntervalS: 10,
    context: () => context(),
    onBroken: (issue) => broken.push(issue),
  });
  const sent = (): Deviation[] =>
    outbox.next(0, 100).map(({ bytes }) => {
      const decoded = decode("deviation", bytes);
      if (!decoded.ok) throw new Error(decoded.issue);
      return decoded.value.data;
    });
  return { store, outbox, records, reporter: made, sent, broken };
}

reporter("gives one deviation one id, and each report the next revision", () => {
  const edge = open();
  edge.reporter.take(finding(), at(104));
  edge.reporter.take(finding({ phase: "closed", endedS: 110 }), at(110));
  const [first, second] = edge.sent();
  assert.is(first?.id, second?.id);
  assert.equal([first?.revision, second?.revision], [1, 2]);
  assert.is(second?.times.endedEventS, 110);
  edge.store.close();
});

reporter("goes on with the same id and the next revision after a restart", () => {
  const before = open();
  before.reporter.take(finding(), at(104));
  const id = before.sent()[0]?.id;
  before.store.close();
  const after = open();
  after.reporter.take(finding({ phase: "updated", detectedS: 120 }), at(120));
  assert.equal(after.sent().map((one) => [one.id, one.revision]), [[id, 1], [id, 2]]);
  assert.is(after.records.byId("p1", id!)?.identity, "hotend-heat/gain");
  assert.is(after.records.byId("p2", id!), null, "another printer's deviation is unknown");
  after.store.close();
});

reporter("says nothing anew of what it told before it was killed", () => {
  const told = [
    { more: finding(), atS: 104 },
    { more: finding({ phase: "updated", severity: "critical" }), atS: 116 },
    { more: finding({ phase: "closed", endedS: 130 }), atS: 130 },
    { more: finding({ episode: 2, startedS: 200, detectedS: 205 }), atS: 205 },
  ];
  const before = open();
  for (const { more, atS } of told) before.reporter.take(more, at(atS));
  const sent = before.sent();
  assert.is(sent.length, 4);
  before.store.close();
  const after = open();
  for (const { more, atS } of told) after.reporter.take(more, at(atS));
  assert.equal(after.sent(), sent, "the same lines read again add nothing");
  after.reporter.take(
    finding({ episode: 2, startedS: 200, phase: "closed", endedS: 220 }),
    at(220),
  );
  assert.is(after.sent().length, 5, "what is new is told");
  after.store.close();
});

reporter("tells at once what became graver within one moment, and that only once", () => {
  const graver = finding({ phase: "updated", severity: "critical" });
  const before = open();
  before.reporter.take(finding(), at(104));
  before.reporter.take(graver, at(104));
  assert.equal(before.sent().map(({ severity }) => severity), ["high", "critical"]);
  before.store.close();
  const after = open();
  for (const again of [finding(), graver]) after.reporter.take(again, at(104));
  assert.is(after.sent().length, 2, "killed and read again, it says nothing anew");
  after.store.close();
});

reporter("tells what became graver in the moment of the kill itself", () => {
  const before = open();
  before.reporter.take(finding(), at(104));
  before.store.close();
  const after = open();
  after.reporter.take(finding(), at(104));
  after.reporter.take(finding({ phase: "updated", severity: "critical" }), at(104));
  assert.equal(after.sent().map(({ severity }) => severity), ["high", "critical"]);
  after.store.close();
});

/** The record's fields, as a release of before reads them strictly. */
const FIELDS = "bootId causeId closed episode id identity kind lastEventS lastWallMs printer " +
  "revision startedS verdict";

reporter("a release of before can read its records, and what that tells is gone on with", () => {
  const before = open();
  before.reporter.take(finding(), at(104));
  const [id] = before.sent().map((one) => one.id);
  before.store.run((db) => {
    const record = JSON.parse(String(db.prepare("SELECT record FROM deviation").get()?.record));
    assert.is(Object.keys(record).sort().join(" "), FIELDS);
    // The release of before tells the next revision, and knows no table besides.
    db.prepare("UPDATE deviation SET record = ?").run(JSON.stringify({ ...record, revision: 2 }));
  });
  before.store.close();
  const after = open();
  const known = after.records.byId("p1", id!);
  assert.equal([known?.revision, known?.severity], [2, undefined]);
  after.reporter.take(finding({ phase: "updated", severity: "critical" }), at(120));
  assert.is(after.records.byId("p1", id!)?.severity, "critical");
  after.store.run((db) => db.exec("DELETE FROM deviation"));
  assert.is(after.store.read((db) => db.prepare("SELECT COUNT(*) AS n FROM told").get())?.n, 0);
  after.store.close();
});

reporter("tells what it had not yet told when it was killed", () => {
  const before = open();
  before.reporter.take(finding(), at(104));
  before.reporter.take(finding({ phase: "updated", score: 20 }), at(106));
  before.store.close();
  const after = open();
  after.reporter.take(finding(), at(104));
  after.reporter.take(finding({ phase: "updated", score: 20 }), at(106));
  after.reporter.tick(at(114));
  assert.equal(after.sent().map((one) => one.score), [12.5, 20]);
  after.store.close();
});

reporter("after a reboot the clock of before says nothing about what was told", () => {
  const before = open();
  before.reporter.take(finding(), at(1000));
  before.store.close();
  const after = open();
  after.reporter.take(finding({ startedS: 10, detectedS: 14 }), {
    bootId: "22222222-2222-4222-8222-222222222222",
    eventTimeS: 14,
  });
  assert.is(after.sent().length, 2);
  after.store.close();
});

reporter("holds plain updates back, and tells the latest of them when it is time", () => {
  const edge = open();
  edge.reporter.take(finding(), at(104));
  edge.reporter.take(finding({ phase: "updated", score: 20 }), at(106));
  edge.reporter.take(finding({ phase: "updated", score: 30 }), at(108));
  assert.is(edge.sent().length, 1);
  edge.reporter.tick(at(113));
  assert.is(edge.sent().length, 1);
  edge.reporter.tick(at(114));
  assert.equal(edge.sent().map((one) => one.score), [12.5, 30]);
  edge.reporter.tick(at(200));
  assert.is(edge.sent().length, 2);
  edge.store.close();
});

reporter("tells what waits when it is asked to end", () => {
  const edge = open();
  edge.reporter.take(finding(), at(104));
  edge.reporter.take(finding({ phase: "updated", score: 20 }), at(106));
  edge.reporter.flush(at(107));
  assert.is(edge.sent().length, 2);
  edge.store.close();
});

reporter("hands on the issue of a finding that breaks the contract, and goes on", () => {
  const edge = open();
  edge.reporter.take(finding({ identity: "x", probability: NaN }), at(104));
  edge.reporter.take(finding(), at(105));
  assert.is(edge.broken.length, 1);
  assert.is(edge.sent().length, 1);
  edge.store.close();
});

reporter("keeps different irregularities apart", () => {
  const edge = open();
  edge.reporter.take(finding(), at(104));
  edge.reporter.take(finding({ identity: "fan/late", kind: "fan" }), at(104));
  assert.is(new Set(edge.sent().map((one) => one.id)).size, 2);
  edge.store.close();
});

reporter("remembers a bounded number of deviations", () => {
  const edge = open();
  edge.store.run((db) => {
    for (let index = 0; index < RECORDS_MAX + 50; index++) {
      const made = { ...finding(), identity: `i${index}` };
      edge.records.remember({
        id: crypto.randomUUID(),
        printer: "p1",
        identity: made.identity,
        bootId: BOOT,
        episode: 1,
        startedS: 1,
        lastEventS: 1,
        lastWallMs: 1,
        revision: 1,
        verdict: made.verdict,
        closed: false,
        causeId: "c",
        kind: made.kind,
      })(db);
    }
  });
  const row = edge.store.run((db) => db.prepare("SELECT COUNT(*) AS n FROM deviation").get());
  assert.is(row?.n, RECORDS_MAX);
  edge.store.close();
});

reporter.run();
