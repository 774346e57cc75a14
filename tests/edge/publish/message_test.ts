import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../shared/codec.ts";
import { Evidence, EVIDENCE_BYTES_MAX } from "../../../shared/deviation.ts";
import { parseSubject } from "../../../shared/subjects.ts";
import { clip, trimEvidence } from "../../../edge/publish/evidence.ts";
import {
  type DeviationRecord,
  isSame,
  nextRecord,
} from "../../../edge/publish/deviation_record.ts";
import { encodeDeviation } from "../../../edge/publish/message.ts";
import { isDue, type Pace, paced } from "../../../edge/publish/pace.ts";
import { context, evidence, finding, series } from "./findings_fixture.ts";

const BOOT = "11111111-1111-4111-8111-111111111111";
const OTHER_BOOT = "22222222-2222-4222-8222-222222222222";
const ID = "33333333-3333-4333-8333-333333333333";
const at = (eventTimeS: number, wallMs = 1e12, bootId = BOOT) => ({ bootId, eventTimeS, wallMs });

function record(more: Partial<DeviationRecord> = {}): DeviationRecord {
  return { ...nextRecord(null, "p1", finding(), at(104), 600, () => ID), ...more };
}

const messages = suite("deviation messages");

messages("carry the finding in a form that the contract reads", () => {
  const message = encodeDeviation(finding(), record(), context());
  const decoded = decode("deviation", message.bytes);
  assert.ok(decoded.ok);
  assert.is(decoded.value.about.id, `${ID}.1`);
  assert.is(decoded.value.data.times.startedEventS, 100);
  assert.is(message.class, "threat");
  const subject = parseSubject(message.subject);
  assert.ok(subject.ok);
  assert.is(subject.value.kind, "hotend-heat");
});

messages("cut texts that are too long, whole characters only", () => {
  const long = finding({ summary: "🔥".repeat(300), cause: { id: "x", title: "t".repeat(500) } });
  const decoded = decode("deviation", encodeDeviation(long, record(), context()).bytes);
  assert.ok(decoded.ok);
  assert.ok(decoded.value.data.summary.length <= 300);
  assert.not.match(decoded.value.data.summary, "\uFFFD");
  assert.is(clip("short", 10), "short");
  assert.is(clip("0123456789", 5), "0123…");
});

messages("throw on a finding that breaks the contract, for the shell to count", () => {
  assert.throws(() => encodeDeviation(finding({ probability: NaN }), record(), context()));
  assert.throws(() => encodeDeviation(finding({ reasons: [] }), record(), context()));
});

messages("only threats are of the threats' class", () => {
  const message = encodeDeviation(finding({ verdict: "undetermined" }), record(), context());
  assert.is(message.class, "deviation");
});
messages.run();

const trimming = suite("evidence");
const switches = { lines: true, maps: true };
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

trimming("stays as it is within the bounds", () => {
  assert.equal(trimEvidence(evidence(), switches), evidence());
});

trimming("loses resolution, not duration, when it is too large", () => {
  const large = evidence({ series: Array.from({ length: 8 }, () => series(240)) });
  const trimmed = trimEvidence(large, switches);
  assert.ok(bytesOf(trimmed) <= EVIDENCE_BYTES_MAX);
  assert.is(trimmed.series.length, 8);
  for (const one of trimmed.series) {
    assert.ok(one.points.length * one.stepS >= 119, "two minutes are still covered");
  }
  assert.ok(Evidence.safeParse(trimmed).success);
});

trimming("keeps the newest points of a series that is too long", () => {
  const [one] = trimEvidence(evidence({ series: [series(300)] }), switches).series;
  assert.is(one?.points.length, 240);
  assert.is(one?.startS, 30);
});

trimming("leaves out what the site switched off", () => {
  const layerMap = {
    layer: 1,
    widthCells: 1,
    heightCells: 1,
    cellMm: 1,
    planned: [1],
    seen: [0],
  };
  const off = trimEvidence(evidence({ layerMap }), { lines: false, maps: false });
  assert.equal(off.lines, []);
  assert.is(off.layerMap, null);
  assert.equal(trimEvidence(evidence({ layerMap }), switches).layerMap, layerMap);
});

trimming("fits even when everything is as large as it can be", () => {
  const layerMap = {
    layer: 1,
    widthCells: 32,
    heightCells: 32,
    cellMm: 1.23456789,
    planned: new Array(1024).fill(255),
    seen: new Array(1024).fill(255),
  };
  const points = new Array(240).fill(-2_000_000);
  const huge = evidence({
    series: Array.from({ length: 12 }, () => series(0, { points })),
    lines: new Array(9).fill("\u{1F525}".repeat(100)),
    layerMap,
  });
  const trimmed = trimEvidence(huge, switches);
  assert.ok(Evidence.safeParse(trimmed).success);
  assert.ok(trimmed.series.length === 8);
});
trimming.run();

const identities = suite("deviation identities");

identities("go on with id and next revision for the same episode told again", () => {
  const first = record();
  const again = nextRecord(first, "p1", finding(), at(200), 600, () => "new");
  assert.is(again.id, ID);
  assert.is(again.revision, 2);
});

const SAME: [string, Partial<DeviationRecord>, { episode: number; startedS: number }, boolean][] = [
  ["a repeat within the quiet period", {}, { episode: 2, startedS: 700 }, true],
  ["a repeat after the quiet period", {}, { episode: 2, startedS: 705 }, false],
  ["an update long after its beginning", {}, { episode: 1, startedS: 100 }, true],
  ["the same number of another episode", {}, { episode: 1, startedS: 9000 }, false],
];
for (const [title, more, told, expected] of SAME) {
  identities(`${title} is ${expected ? "the same" : "another"} deviation`, () => {
    assert.is(isSame(record(more), told, at(9000), 600), expected);
  });
}

identities("after a reboot the wall clock tells the quiet period", () => {
  const told = { episode: 1, startedS: 5 };
  assert.ok(isSame(record(), told, at(5, 1e12 + 500_000, OTHER_BOOT), 600));
  assert.not.ok(isSame(record(), told, at(5, 1e12 + 700_000, OTHER_BOOT), 600));
  assert.not.ok(isSame(record(), told, at(5, 0, OTHER_BOOT), 600), "a clock that fell back");
});

identities("a new deviation gets a new id and begins at revision 1", () => {
  const next = nextRecord(record(), "p1", finding({ startedS: 5000 }), at(5000), 600, () => "new");
  assert.equal([next.id, next.revision], ["new", 1]);
});
identities.run();

const pace = suite("pace of revisions");
const told = { verdict: "undetermined", severity: "low", phase: "updated" } as const;

pace("lets plain updates through once an interval", () => {
  const state = paced(null, told, 0);
  assert.not.ok(isDue(state, told, 9.9, 10));
  assert.ok(isDue(state, told, 10, 10));
});

pace("lets a new verdict, a new severity and the end through at once", () => {
  const state = paced(null, told, 0);
  assert.ok(isDue(state, { ...told, verdict: "potential-cyberthreat" }, 0.1, 10));
  assert.ok(isDue(state, { ...told, severity: "high" }, 0.1, 10));
  assert.ok(isDue(state, { ...told, phase: "closed" }, 0.1, 10));
});

pace("holds back a deviation that flickers", () => {
  let state: Pace | null = null;
  let reports = 0;
  for (let second = 0; second < 600; second++) {
    const phase = second % 2 === 0 ? "updated" : "closed";
    if (!isDue(state, { ...told, phase }, second, 10)) continue;
    state = paced(state, { ...told, phase }, second);
    reports++;
  }
  assert.ok(reports < 120, `${reports} reports in 600 s`);
});

pace("starts again when the source's clock began anew", () => {
  assert.ok(isDue(paced(null, told, 5000), told, 3, 10));
});
pace.run();
