import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import type { Finding } from "../../../edge/finding.ts";
import { deviationLine } from "../../../edge/replay/deviation_line.ts";
import { noDeviations } from "../../../edge/replay/outcome.ts";
import { Gathering, SHOWN_MAX } from "../../../edge/replay/report/gathering.ts";
import { COLUMNS_MAX, HeaterOverview } from "../../../edge/replay/report/overview.ts";
import type { Report } from "../../../edge/replay/report/page.tsx";
import { reportHtml } from "../../../edge/replay/report/report_file.ts";
import { finding, series } from "./findings.ts";

const test = suite("the report");
const CLOCK = { ownTimeS: (timeS: number) => timeS, clockText: () => null };

async function report(findings: Finding[], wish: Partial<Report> = {}): Promise<string> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const seen = new Gathering();
  for (let timeS = 0; timeS < 300; timeS++) {
    const line = ` T:${(200 + timeS % 3).toFixed(2)} /200.00 B:60.00 /60.00 @:60 B@:20`;
    seen.observed({ type: "received", eventTimeS: timeS, line });
  }
  findings.forEach((one, line) => seen.settled(deviationLine({ finding: one, line }, CLOCK), one));
  const byVerdict = noDeviations();
  for (const { verdict } of findings) byVerdict[verdict]++;
  const counts = { bytes: 1, lines: 300, rows: 300, broken: 0, firstBroken: null, cutOff: false };
  return reportHtml({
    fileName: "print.jsonl",
    jobName: null,
    outcome: { path: "p", format: "transcript", counts, coveredS: 299, byVerdict, notes: [] },
    doubt: null,
    seen,
    issues: known.value.issues,
    writtenWallTime: "2026-01-01 00:00 UTC",
    ...wish,
  });
}

const EVIDENCE: Finding["evidence"] = {
  series: [
    series("measured", Array.from({ length: 60 }, (_, i) => 205 - i / 20)),
    series("twin", Array.from({ length: 60 }, () => 205)),
    series("low", Array.from({ length: 60 }, () => 203)),
    series("high", Array.from({ length: 60 }, (_, i) => i === 30 ? null : 207)),
    series("target", Array.from({ length: 60 }, () => 205)),
  ],
  lines: ["M104 S195"],
  layerMap: {
    layer: 4,
    widthCells: 2,
    heightCells: 1,
    cellMm: 2,
    planned: [255, 128],
    seen: [255, 0],
  },
};

test("a deviation stands with sentence, reasons, times, verdict in words and plots", async () => {
  const html = await report([finding({ evidence: EVIDENCE, endedS: 140 })]);
  for (
    const part of [
      "Moving air cools the hotend",
      "the hotend lost 30 % more heat",
      "speaks against it",
      "Expected anomaly",
      "97 % probable",
      "1 min 50 s into the log",
      "10 s before",
      "M104 S195",
      "Look for an open window",
      'class="curve twin"',
      'class="band"',
      "Extrusion in layer 4",
    ]
  ) assert.ok(html.includes(part), `'${part}' was required`);
});

test("a layer's map says what it shows, and crosses what isn't as planned", async () => {
  const drawn = { ...EVIDENCE.layerMap!, extent: "part" as const };
  const reportOf = (layerMap: typeof EVIDENCE.layerMap) =>
    report([finding({ evidence: { ...EVIDENCE, layerMap } })]);
  const part = await reportOf(drawn);
  assert.match(part, "the part of the layer that differs; crossed: differs from the plan");
  assert.is(part.split('class="off"').length - 1, 1);
  const unknown = await reportOf({ ...drawn, extent: "layer", planned: [] });
  assert.match(unknown, "the whole layer; no registered job says what was planned");
  assert.not.match(unknown, 'class="off"');
  const early = await reportOf({ ...drawn, extent: "so-far" });
  assert.match(early, "as much as was printed by then");
  assert.not.match(early, 'class="off"');
});

test("a log without deviations gets a calm page", async () => {
  const html = await report([]);
  assert.match(html, "No deviation");
  assert.match(html, "Nothing in this log departs");
});

test("whatever a log holds can't become markup or script", async () => {
  const evil = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>';
  const html = await report(
    [finding({
      summary: evil,
      reasons: [{ signal: "x", text: evil, weight: 1 }],
      cause: { id: "x", title: evil },
      evidence: {
        ...EVIDENCE,
        lines: [evil],
        series: EVIDENCE.series.map((one) => ({ ...one, signal: evil, unit: evil })),
      },
    })],
    { fileName: evil, jobName: evil, doubt: evil },
  );
  assert.not.ok(html.includes("<img"));
  assert.is(html.match(/<script/g)?.length, 1);
  assert.is(html.match(/<\/script>/g)?.length, 1);
});

test("the page asks nobody for anything, and only its own script may run", async () => {
  const html = await report([finding({ evidence: EVIDENCE })]);
  assert.not.match(html, /(?:src|href)="(?!#)/);
  assert.not.match(html, /url\(|@import|https?:/);
  const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!;
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!.replaceAll(
    "&#39;",
    "'",
  );
  assert.match(policy, "default-src 'none'");
  assert.ok(policy.includes(`'sha256-${hash}'`), policy);
});

test("plots survive series of one point, of no reading and of one value", async () => {
  for (const values of [[205], [null, null], [205, 205], []]) {
    const evidence = { ...EVIDENCE, series: [series("measured", values)] };
    assert.not.match(await report([finding({ evidence })]), /NaN|Infinity/);
  }
});

test("a report of very many deviations stays bounded and says so", async () => {
  const many = Array.from({ length: SHOWN_MAX + 50 }, (_, i) => finding({ episode: i + 1 }));
  const html = await report(many);
  assert.match(html, "50 more deviations");
  assert.is(html.match(/<article/g)?.length, SHOWN_MAX);
});

test("days between two sessions are drawn as a short gap, and deviations where they belong", () => {
  const seen = new Gathering();
  const row = (eventTimeS: number) =>
    seen.observed({
      type: "heater",
      eventTimeS,
      heater: "hotend",
      measuredC: 200,
      targetC: 200,
      duty: 0.4,
    });
  for (let timeS = 1000; timeS <= 1100; timeS++) row(timeS);
  const before = finding({ startedS: 1020, detectedS: 1030, endedS: 1040 });
  seen.settled(deviationLine({ finding: before, line: 1 }, CLOCK), before);
  const laterS = 1100 + 3 * 86_400;
  const gap = {
    type: "gap",
    sinceS: 1100,
    eventTimeS: laterS,
    missedFrames: 0,
    reason: "",
  } as const;
  seen.observed(gap);
  for (let timeS = laterS; timeS <= laterS + 100; timeS++) row(timeS);
  const after = finding({ startedS: laterS + 20, detectedS: laterS + 30 });
  seen.settled(deviationLine({ finding: after, line: 2 }, CLOCK), after);
  assert.is(seen.lengthS, 100 + 60 + 100);
  assert.equal(seen.deviations.map(({ drawn }) => [drawn.startedS, drawn.detectedS]), [
    [20, 30],
    [180, 190],
  ]);
  assert.is(seen.overviews.hotend?.columnS, 1);
});

test("an overview of any length keeps its extremes in bounded columns", () => {
  const overview = new HeaterOverview("hotend");
  for (let timeS = 0; timeS < 100_000; timeS++) {
    overview.note(1000 + timeS, timeS === 77_777 ? 260 : 200, 200);
  }
  assert.ok(overview.columns.length <= COLUMNS_MAX);
  assert.ok(overview.columns.length > COLUMNS_MAX / 2 - 1);
  assert.is(Math.max(...overview.columns.map((column) => column?.highC ?? 0)), 260);
  const count = overview.columns.reduce((sum, column) => sum + (column?.count ?? 0), 0);
  assert.is(count, 100_000);
});

test("an overview bears silence and jumps of a year", () => {
  const overview = new HeaterOverview("bed", 0);
  for (const timeS of [0, 1, 2, 3.2e7, 3.2e7 + 1]) overview.note(timeS, 60, null);
  assert.ok(overview.columns.length <= COLUMNS_MAX);
  assert.is(overview.columns.filter((column) => column !== null).length, 2);
});

test.run();
