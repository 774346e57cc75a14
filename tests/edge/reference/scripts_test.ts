import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import type { Mismatch } from "../../../edge/reference/mismatch.ts";
import { arcWelded } from "../../../scripts/printer/host/arc_welder.ts";
import { partLines, referenceOf, sentLines } from "./stream.ts";

const lines = partLines("gear-prusaslicer");
const reference = referenceOf(lines);
const sent = sentLines(lines);
const printing = sent.flatMap((line, at) => /^G1 X.*E/.test(line) ? [at] : []);
const middle = printing[printing.length >> 1]!;

/** Streams lines 50 ms apart, with a silence after one of them; what was told, and when. */
function told(stream: string[], silentAfter = -1): (Mismatch & { at: number })[] {
  const state = reference.init();
  const found: (Mismatch & { at: number })[] = [];
  let nowS = 0;
  stream.forEach((line, at) => {
    nowS += 0.05;
    const parsed = parseLine(line);
    if (!parsed.ok) throw new Error(parsed.issue);
    found.push(...reference.step(state, parsed.value, nowS).map((each) => ({ ...each, at })));
    if (at !== silentAfter) return;
    for (let second = 0; second < 120; second++) {
      nowS += 1;
      found.push(...reference.tick(state, nowS).map((each) => ({ ...each, at })));
    }
  });
  return found;
}

const put = (...script: string[]) => [
  ...sent.slice(0, middle),
  ...script,
  ...sent.slice(middle),
];
const PAUSE = ["G91", "G1 E-2 F1800", "G1 Z5 F600", "G90"];
const RESUME = ["G91", "G1 Z-5 F600", "G1 E2 F1800", "G90"];
const CANCEL = ["M104 S0", "M140 S0", "M106 S0", "G91", "G1 Z10 F600", "G90", "M84"];

const scripts = suite("scripts of hosts");

scripts("a pause that lasts is one while it lasts, and one when it is over", () => {
  const found = told(put(...PAUSE, ...RESUME), middle + PAUSE.length - 1);
  assert.ok(found.length >= 1);
  assert.equal([...new Set(found.map(({ detail }) => detail))], ["pause-like"]);
});

scripts("a filament change is a pause", () => {
  const found = told(put("M600"), middle);
  assert.equal([...new Set(found.map(({ detail }) => detail))], ["pause-like"]);
});

scripts("a pause that leaves the toolhead elsewhere is none when the job goes on", () => {
  const found = told(put("G91", "G1 Z0.2 F600", "G90"), middle + 2);
  assert.ok(found.some(({ kind, detail }) => kind !== "dropped" && detail !== "pause-like"));
});

scripts("a moment's script that pushes filament into the part is no pause", () => {
  const found = told(put("G91", "G1 E4 F300", "G90"));
  assert.ok(found.some(({ kind, detail }) => kind === "inserted" && detail !== "pause-like"));
});

scripts("waiting for the motion's end is harmless, wherever a time-lapse does it", () => {
  const heats = sent.findIndex((line) => line.startsWith("M109"));
  for (const at of [heats, heats + 1, middle]) {
    const found = told([...sent.slice(0, at), "M400", ...sent.slice(at)], at + 1);
    assert.ok(found.length >= 1);
    assert.equal([...new Set(found.map(({ detail }) => detail))], ["pause-like"]);
  }
});

scripts("what a host asks is no part of a job, in RepRapFirmware's words either", () => {
  assert.equal(told(put("M408 S0", 'M409 K"heat" F"v"')), []);
});

scripts("a foreign line before one that takes long doesn't make that one foreign", () => {
  const heats = sent.findIndex((line) => line.startsWith("M109"));
  const found = told([...sent.slice(0, heats), "M300 S440", ...sent.slice(heats)], heats + 1);
  assert.equal(found.map(({ kind, gotText }) => [kind, gotText]), [["inserted", "M300 S440"]]);
});

scripts("everything off and nothing after it is a cancelled job", () => {
  const stream = [...sent.slice(0, middle), ...CANCEL];
  const found = told(stream, stream.length - 1);
  assert.equal(found.map(({ kind, detail }) => [kind, detail]), [["dropped", "cancelled"]]);
  assert.is(found[0]!.count, reference.job.count - found[0]!.position);
});

scripts("heaters off while the job goes on are told as set points at its next lines", () => {
  const found = told(put("M104 S0"));
  assert.is(found[0]!.kind, "temperature");
  assert.ok(found[0]!.at <= middle + 2, `${found[0]!.at - middle}`);
});

scripts("a fan switched off is told at its own line", () => {
  const [first] = told(put("M106 S0"));
  assert.equal([first!.kind, first!.at], ["fan", middle]);
});

scripts("a pause whose resume purges and sets the extruder back is one", () => {
  const place = / X(\S+) Y(\S+).* E(\S+)/.exec(sent[middle - 1]!) ?? / X(\S+) Y(\S+)/.exec(
    sent.slice(0, middle).findLast((line) => / X\S+ Y/.test(line))!,
  )!;
  const z = / Z(\S+)/.exec(sent.slice(0, middle).findLast((line) => / Z/.test(line))!)![1];
  const e = / E(\S+)/.exec(sent.slice(0, middle).findLast((line) => / E/.test(line))!)![1];
  const found = told(put(
    ...["G91", "M83", "G1 Z5 E-5 F4500", "M82", "G90", "G1 X0 Y0 F6000"],
    ...["M83", "G1 E-5 F4500", "G1 E5 F4500", "G1 E5 F4500", "M82", `G92 E${e}`],
    ...["G90", `G1 X${place[1]} Y${place[2]} Z${z} F4500`],
  ));
  assert.equal(found.map(({ kind, detail }) => [kind, detail]), [["inserted", "pause-like"]]);
});

scripts("asking for what is set is none", () => {
  assert.equal(told(put("M220", "M221", "M851", "M92", "M211", "M123", "M114")), []);
  assert.equal(told(put("M220 S90")).map(({ kind }) => kind), ["speed"]);
});

scripts.run();

const welded = suite("arcs of a plug-in");

welded("are followed to the job's end, and told once", () => {
  const found = told(arcWelded(sent));
  assert.equal(found.map(({ detail }) => detail), ["rewritten"]);
});

welded("hide no other change", () => {
  const arcs = arcWelded(sent);
  const at = arcs.findLastIndex((line) => /^G1 X.*E/.test(line)) - 40;
  const found = told([...arcs.slice(0, at), "M104 S190", ...arcs.slice(at)]);
  assert.ok(found.some(({ kind, gotText }) => kind === "temperature" && gotText === "M104 S190"));
  const bent = arcs.map((line, i) => i > at ? line.replace(/^G([23]) X(\d+)/, "G$1 X9$2") : line);
  assert.ok(told(bent).length > 1);
});

welded.run();
