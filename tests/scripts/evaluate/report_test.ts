import { suite } from "uvu";
import * as assert from "uvu/assert";
import { aimsOf } from "../../../scripts/evaluate/judge/aims.ts";
import { judge, summarise } from "../../../scripts/evaluate/judge/summary.ts";
import type { Figures } from "../../../scripts/evaluate/report/about.ts";
import { headlineTable, withHeadline } from "../../../scripts/evaluate/report/headline_table.ts";
import { reportMarkdown } from "../../../scripts/evaluate/report/markdown.ts";
import { reportPage } from "../../../scripts/evaluate/report/page.tsx";
import { writeReadme } from "../../../scripts/evaluate/report/write_report.ts";
import { readCompanions } from "../../../scripts/evaluate/report/companions.ts";
import { CELLS } from "../../../scripts/evaluate/run/cells.ts";
import { finding, print } from "./records.ts";

const report = suite("report");

function figures(full = true): Figures {
  const cell = CELLS.find(({ scenario }) => scenario === "B03")!;
  const prints = [print({ told: [finding()], startS: 500, endS: 600, over: { cell: cell.id } })];
  const judged = judge([{ unit: 0, tookS: 2, prints }], CELLS, ["S0"]);
  const summary = summarise(judged, 1);
  const about = {
    command: "deno task evaluate --seed 1 <b>",
    set: "evaluate",
    seed: 1,
    digest: "d".repeat(64),
    printers: 1,
    prints: 1,
    hours: 0.25,
    coreS: 2,
    full,
  };
  return { about, summary: { ...summary, aims: aimsOf(judged, summary) }, companions: [] };
}

report("the page needs nothing else, and escapes what it is given", () => {
  const html = reportPage(figures());
  assert.match(html, /^<!doctype html>/);
  assert.not.match(html, /<script|<link|src=/);
  assert.match(html, /--seed 1 &lt;b&gt;/);
  assert.match(html, /prefers-color-scheme: dark/);
});

report("every share stands with its interval and its number", () => {
  const text = reportMarkdown(figures());
  assert.match(text, /100\.0 % \(20\.7–100\.0, n 1\)/);
});

report("a run that is not full says so", () => {
  assert.match(reportPage(figures(false)), /not a full run/);
  assert.match(reportMarkdown(figures(false)), /not a full run/);
});

report("the README's table stands between its markers, and is replaced", () => {
  const readme = "before\n<!-- evaluate:begin -->\nstale words\n<!-- evaluate:end -->\nafter\n";
  const written = withHeadline(readme, headlineTable(figures()));
  assert.match(written, /before[^]*threats detected[^]*after/);
  assert.not.match(written, /stale words/);
  assert.is(withHeadline(written, headlineTable(figures())), written);
  assert.throws(() => withHeadline("none", "table"), /evaluate:begin/);
});

report("only a full run's figures get into the README", async () => {
  const folder = await Deno.makeTempDir();
  const readme = `${folder}/README.md`;
  await Deno.writeTextFile(readme, "<!-- evaluate:begin --><!-- evaluate:end -->");
  const fails = async (says: RegExp) => {
    try {
      await writeReadme(folder, readme);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, says);
    }
  };
  await fails(/finished evaluation/);
  await Deno.writeTextFile(`${folder}/figures.json`, JSON.stringify(figures(false)));
  await fails(/full run/);
  await Deno.writeTextFile(`${folder}/figures.json`, JSON.stringify(figures()));
  await writeReadme(folder, readme);
  assert.match(await Deno.readTextFile(readme), /threats detected/);
  await Deno.remove(folder, { recursive: true });
});

report("what lies beside a run is told with it, what is broken isn't", async () => {
  const folder = await Deno.makeTempDir();
  const rows = [{ transient: "heat-up", n: 8, medianDelayS: null, more: {} }];
  await Deno.writeTextFile(`${folder}/transients.json`, JSON.stringify({ rows }));
  await Deno.writeTextFile(`${folder}/adaptive.json`, "{");
  const companions = await readCompanions(folder);
  assert.is(companions.length, 1);
  assert.equal(companions[0]!.head, ["transient", "n", "median delay, s"]);
  assert.equal(companions[0]!.rows, [["heat-up", 8, "never"]]);
  assert.match(reportPage({ ...figures(), companions }), /heat-up/);
  assert.match(reportMarkdown({ ...figures(), companions }), /controlled transients/);
  await Deno.remove(folder, { recursive: true });
});

report.run();
