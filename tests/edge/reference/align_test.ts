import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import {
  kindsOf,
  numbered,
  partLines,
  printingMoves,
  referenceOf,
  scaleE,
  sentLines,
  shifted,
  stream,
} from "./stream.ts";

const align = suite("alignment");

const PARTS = ["bracket-prusaslicer", "bracket-cura", "gear-prusaslicer", "gear-cura"];
const file = partLines("bracket-prusaslicer");
const reference = referenceOf(file);
const sent = sentLines(file);
const moves = printingMoves(sent);
const middle = moves[Math.floor(moves.length / 2)]!;
const travel = sent.findIndex((line, at) => at > middle && /^G1 X[\d.]+ Y[\d.]+ F\d+$/.test(line));

const replaced = (at: number, line: string) =>
  sent.map((each, index) => index === at ? line : each);
const inserted = (at: number, ...lines: string[]) => [
  ...sent.slice(0, at),
  ...lines,
  ...sent.slice(at),
];
const without = (at: number, count: number) => [...sent.slice(0, at), ...sent.slice(at + count)];
for (const part of PARTS) {
  align(`says nothing of ${part} as a host sends it`, () => {
    const lines = partLines(part);
    const clean = referenceOf(lines);
    for (const form of [sentLines(lines), numbered(sentLines(lines)), lines]) {
      const { seen, state } = stream(clean, form);
      assert.equal(seen, []);
      assert.is(state.phase, "after");
    }
  });
}

align("forgives what hosts do", () => {
  const lower = sent.map((line) => line.toLowerCase().replace(/ /g, ""));
  const zeros = sent.map((line) => line.replace(/([XYE]\d+\.\d+)/g, "$10"));
  const polled = sent.flatMap((line, at) => at % 3 ? [line] : [line, "M105", "M73 P4", "M117 x"]);
  const waits = sent.flatMap((line) =>
    line.startsWith("M109") ? [line.replace("M109", "M104"), "M105", "M105", line] : [line]
  );
  const scripts = ["M115", "G28", "G1 Z5 F3000", "M220 S100", "M221 S100", ...sent]
    .concat("M104 S0", "G28 X", "M18");
  for (const form of [lower, zeros, polled, waits, scripts]) {
    assert.equal(stream(reference, form).seen, []);
  }
});

align("forgives a factor that is set already, and tells of one that isn't", () => {
  const again = inserted(middle, "M220 S100", "M221 S100");
  assert.equal(stream(reference, again).seen, []);
  const there = sent.toSpliced(middle + 50, 0, "M221 S100").toSpliced(middle, 0, "M221 S97");
  assert.equal(kindsOf(stream(reference, there).seen), ["flow", "flow"]);
});

align("forgives M110 and numbers that start anew", () => {
  const lines = ["N-1 M110*15", ...numbered(sent.slice(0, 300)), "N0 M110 N0*125"]
    .concat(numbered(sent.slice(300), 1));
  assert.equal(stream(reference, lines).seen, []);
});

align("forgives resends, lost lines and lines that noise has damaged", () => {
  const all = numbered(sent);
  const resent = all.flatMap((line, at) => at % 25 === 7 ? [line, line] : [line]);
  const burst = [...all.slice(0, 200), ...all.slice(195, 200), ...all.slice(200)];
  const lost = [...all.slice(0, 300), all[301]!, ...all.slice(300)];
  const noisy = all.flatMap((line, at) => at % 40 === 9 ? [line.replace("1", "7"), line] : [line]);
  for (const form of [resent, burst, lost, noisy]) assert.equal(stream(reference, form).seen, []);
});

align("reports an altered filament at its very line, and only it", () => {
  const line = sent[middle]!;
  const other = line.replace(/E[\d.]+/, (e) => `E${(Number(e.slice(1)) + 0.5).toFixed(5)}`);
  const { seen } = stream(reference, replaced(middle, other));
  assert.equal(kindsOf(seen), ["flow"]);
  assert.is(seen[0]!.line, middle);
  assert.is(seen[0]!.gotText, other);
});

align("reports scaled extrusion on every line of its band", () => {
  const from = moves[200]!, to = moves[260]!;
  const { seen } = stream(reference, scaleE(sent, from, to, 0.9));
  assert.ok(seen.length >= 58 && seen.length <= 60, `${seen.length}`);
  assert.ok(seen.every((each) => each.kind === "flow"));
  assert.is(seen[0]!.line, from);
});

align("reports set points, fans and factors that were altered, inserted or left out", () => {
  const fan = sent.findIndex((line, at) => at > 50 && line.startsWith("M106"));
  const table: [string[], string, number][] = [
    [inserted(middle, "M104 S195"), "temperature", middle],
    [inserted(middle, "M140 S40"), "temperature", middle],
    [inserted(middle, "M106 S40"), "fan", middle],
    [inserted(middle, "M107"), "fan", middle],
    [inserted(middle, "M221 S93"), "flow", middle],
    [inserted(middle, "M220 S110"), "speed", middle],
    [inserted(middle, "M290 Z0.1"), "z-offset", middle],
    [inserted(middle, "M207 S2"), "retraction", middle],
    [inserted(middle, "G92 Z1.05"), "z-offset", middle],
    [replaced(fan, "M106 S10"), "fan", fan],
  ];
  for (const [lines, kind, line] of table) {
    const { seen } = stream(reference, lines);
    assert.equal(kindsOf(seen), [kind], lines[line]);
    assert.is(seen[0]!.line, line, lines[line]);
  }
  const dropped = stream(reference, without(fan, 1)).seen;
  assert.equal(kindsOf(dropped), ["fan"]);
  assert.is(dropped[0]!.expectedText, sent[fan]!.replace(/(\.\d*?)0+$/, "$1"));
});

align("finds a set point tampered with at the job's very start", () => {
  const heat = sent.findIndex((line) => line.startsWith("M104"));
  const { seen } = stream(reference, replaced(heat, "M104 S190"));
  assert.ok(kindsOf(seen).includes("temperature"), JSON.stringify(kindsOf(seen)));
});

align("reports geometry: scale, shift and single moves", () => {
  const scaled = sent.map((line, at) =>
    at < middle
      ? line
      : line.replace(/([XY])([\d.]+)/g, (_, axis, value) =>
        axis + Number((100 + (Number(value) - 100) * 0.97).toFixed(3)))
  );
  const shift = sent.map((line, at) => at < middle ? line : shifted(line, "X", 0.5));
  for (const lines of [scaled, shift]) {
    const { seen, state } = stream(reference, lines);
    assert.ok(seen.length > 300, `${seen.length}`);
    assert.is(state.phase, "after");
    const others = seen.filter((each) => each.kind !== "geometry");
    assert.equal(others, []);
    assert.ok(seen[0]!.line <= middle + 2);
  }
  const one = stream(reference, replaced(middle, shifted(sent[middle]!, "Y", -3))).seen;
  assert.equal(kindsOf(one), ["geometry"]);
  assert.is(one[0]!.line, middle);
});

align("reports an altered travel one line later", () => {
  const { seen } = stream(reference, replaced(travel, shifted(sent[travel]!, "X", 4)));
  assert.equal(kindsOf(seen), ["geometry"]);
  assert.ok(seen[0]!.line <= travel + 1);
});

align("reports speed by F", () => {
  const slow = sent.map((line, at) =>
    at > middle && at < middle + 200
      ? line.replace(/F(\d+)/, (_, f) => `F${Math.round(Number(f) * 0.9)}`)
      : line
  );
  const { seen } = stream(reference, slow);
  assert.ok(seen.length > 3);
  assert.ok(seen.every((each) => each.kind === "speed"), JSON.stringify(kindsOf(seen)));
});

align("reports layer height", () => {
  const rise = sent.findIndex((line, at) => at > 400 && /^G1 Z[\d.]+/.test(line));
  const { seen } = stream(reference, replaced(rise, shifted(sent[rise]!, "Z", 0.1)));
  assert.equal(kindsOf(seen), ["z-offset"]);
});

align("reports lost lines as dropped, with their number", () => {
  for (const count of [1, 2, 5, 30, 80]) {
    const { seen } = stream(reference, without(middle, count));
    const lost = seen.filter((each) => each.kind === "dropped");
    const total = lost.reduce((sum, each) => sum + each.count, 0);
    assert.ok(total >= count - 4 && total <= count + 1, `${total} of ${count}`);
    assert.ok(seen.length <= 6, JSON.stringify(seen));
    assert.ok(seen[0]!.line <= middle + 6);
  }
});

align("reports foreign moves as inserted", () => {
  const foreign = ["G1 X50 Y50 E9 F900", "G1 X60 Y60 E9.5"];
  const { seen } = stream(reference, inserted(middle, ...foreign));
  assert.equal(kindsOf(seen), ["inserted"]);
  assert.is(seen[0]!.count, 2);
  assert.ok(seen[0]!.line <= middle + 3);
});

align("reports swapped lines as another order", () => {
  const lines = [...sent];
  [lines[middle], lines[middle + 1]] = [lines[middle + 1]!, lines[middle]!];
  const kinds = kindsOf(stream(reference, lines).seen);
  assert.ok(kinds.includes("order"), JSON.stringify(kinds));
});

align("calls a script that comes back to where it left a pause", () => {
  const before = [...sent.slice(0, middle)].reverse();
  const x = before.map((line) => /X([\d.]+)/.exec(line)).find((found) => found)![1];
  const y = before.map((line) => /Y([\d.]+)/.exec(line)).find((found) => found)![1];
  const z = before.map((line) => /Z([\d.]+)/.exec(line)).find((found) => found)![1];
  const script = ["M400", "G91", "G1 Z10 F3000", "G90", "G1 X0 Y0 F6000"]
    .concat(`G1 X${x} Y${y} F6000`, `G1 Z${z} F3000`);
  const { seen } = stream(reference, inserted(middle, ...script));
  assert.equal(seen.map((each) => [each.kind, each.detail]), [["inserted", "pause-like"]]);
  // The host waits after the park: what came so far is told after a second.
  const state = reference.init();
  const told: [number, string | null][] = [];
  inserted(middle, ...script.slice(0, 5), "M105", ...script.slice(5)).forEach((line, at) => {
    const parsed = parseLine(line);
    const t = at * 0.05 + (at > middle + 4 ? 60 : 0);
    if (!parsed.ok) return;
    for (const each of reference.step(state, parsed.value, t)) told.push([at, each.detail]);
  });
  assert.equal(told[0], [middle + 5, "pause-like"]);
  assert.is(told.at(-1)![1], "pause-like");
});

align("tells another job from the announced one, once", () => {
  const other = sentLines(partLines("gear-cura"));
  const { seen, state } = stream(reference, other);
  // Both jobs begin alike: the first differences come before the certainty.
  const swapped = seen.filter((each) => each.kind === "swapped-job");
  assert.is(swapped.length, 1);
  assert.ok(seen.length <= 5, `${seen.length}`);
  assert.is(state.phase, "lost");
  assert.ok(swapped[0]!.line < 120, `${swapped[0]!.line}`);
});

align("tells a job that becomes another one midway", () => {
  const other = sentLines(partLines("gear-prusaslicer"));
  const { seen } = stream(reference, [...sent.slice(0, middle), ...other.slice(600)]);
  assert.ok(kindsOf(seen).includes("swapped-job"));
  assert.ok(seen.length <= 80, `${seen.length}`);
});

align("reports emergency commands at once", () => {
  for (const line of ["M112", "M108", "M410"]) {
    const { seen } = stream(reference, inserted(middle, line));
    assert.equal(seen.map((each) => [each.kind, each.line]), [["inserted", middle]]);
  }
});

align("notices a job that is cut short", () => {
  const { seen, state } = stream(reference, sent.slice(0, middle));
  assert.equal(seen, []);
  const end = reference.finish(state);
  assert.equal(end.map((each) => [each.kind, each.detail]), [["dropped", "truncated"]]);
  assert.ok(end[0]!.count > 500);
});

align("takes a park in the middle for no early end, though the job ends with the same", () => {
  const park = sent.slice(-6).filter((line) => !/^M(84|107)/.test(line));
  const { seen, state } = stream(reference, inserted(middle, ...park));
  assert.not(seen.some((each) => each.detail === "truncated"));
  assert.is(state.phase, "after");
});

align("keeps blocks out of it where E is only written otherwise", () => {
  const shiftedE = scaleE(sent, middle, middle + 1, 0.5);
  assert.equal(kindsOf(stream(reference, shiftedE).seen), ["flow"]);
});

align("tells what waits when time passes without a line", () => {
  const state = reference.init();
  [...sent.slice(0, middle), "G91", "G1 Z10 F3000"].forEach((line, at) => {
    const parsed = parseLine(line);
    if (parsed.ok) assert.equal(reference.step(state, parsed.value, at * 0.01), []);
  });
  const t = (middle + 2) * 0.01;
  assert.equal(reference.tick(state, t + 0.5), []);
  assert.equal(reference.tick(state, t + 1.1).map((each) => each.kind), ["inserted"]);
  assert.equal(reference.tick(state, t + 5), []);
});

align("notices a job that starts anew before its end", () => {
  const { seen, state } = stream(reference, [...sent.slice(0, middle), ...sent]);
  assert.ok(seen.some((each) => each.detail === "truncated"), JSON.stringify(kindsOf(seen)));
  assert.is(state.phase, "after");
});

align("follows the same job twice", () => {
  const { seen, state } = stream(reference, [...sent, "M104 S0", "G28", ...sent]);
  assert.equal(seen, []);
  assert.is(state.phase, "after");
});

align("joins a print that already runs", () => {
  const { seen, state } = stream(reference, numbered(sent.slice(middle), middle));
  assert.equal(seen, []);
  assert.is(state.phase, "after");
  const tampered = sent.slice(middle);
  tampered.splice(100, 0, "M104 S180");
  assert.equal(kindsOf(stream(reference, tampered).seen), ["temperature"]);
});

align("knows factors that a start script has left behind", () => {
  const { seen } = stream(reference, ["M221 S92", "G28", ...sent]);
  assert.equal(seen.map((each) => [each.kind, each.detail]), [["flow", "start-script"]]);
});

align("notices other words under a number sent before", () => {
  const all = numbered(sent);
  const [forged] = numbered(["M104 S180"], 299);
  const lines = [...all.slice(0, 300), forged!, ...all.slice(300)];
  const { seen } = stream(reference, lines);
  assert.equal(seen.map((each) => [each.kind, each.detail]), [["temperature", "resent"]]);
});

align("goes on from a snapshot through JSON", () => {
  const state = reference.init();
  let restored = state;
  sent.forEach((line, at) => {
    const parsed = parseLine(line);
    if (parsed.ok) assert.equal(reference.step(restored, parsed.value, at), []);
    if (at % 97 === 0) {
      const back = reference.restore(JSON.parse(JSON.stringify(restored)));
      if (!back.ok) throw new Error(back.issue);
      restored = back.value;
    }
  });
  assert.is(restored.phase, "after");
  assert.not(reference.restore({ version: 1 }).ok);
  assert.not(reference.restore(null).ok);
});

align("keeps its memory small whatever comes", () => {
  const state = reference.init();
  let seed = 3;
  const next = (bound: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % bound;
  let reports = 0;
  for (let at = 0; at < 20_000; at++) {
    const random = next(4) === 0
      ? `G${next(4)} X${next(200)} Y${next(200)} E${next(50)}`
      : next(9) === 0
      ? `M${next(999)} S${next(255)}`
      : sent[next(sent.length)]!;
    const parsed = parseLine(random);
    if (parsed.ok) reports += reference.step(state, parsed.value, at * 0.1).length;
  }
  assert.ok(state.pending.length <= 64);
  assert.ok(JSON.stringify(state).length < 100_000);
  assert.ok(reports < 20_000);
});

align("finds its place again after lines that nobody saw, and tells nothing of them", () => {
  const state = reference.init();
  const step = (line: string, at: number) => {
    const parsed = parseLine(line);
    return parsed.ok ? reference.step(state, parsed.value, at * 0.05) : [];
  };
  const before = sent.slice(0, middle).flatMap(step);
  reference.interrupt(state);
  const after = [
    ...sent.slice(middle + 300, middle + 500),
    ...sent.slice(middle + 501, middle + 520),
  ].flatMap((line, at) => step(line, middle + at));
  assert.equal(before, []);
  assert.is(state.phase, "running");
  assert.is(after.length, 1);
  assert.is(after[0]!.kind, "dropped");
});

align.run();
