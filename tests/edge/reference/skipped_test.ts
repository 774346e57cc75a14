import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  kindsOf,
  partLines,
  printingMoves,
  referenceOf,
  sentLines,
  shifted,
  stream,
} from "./stream.ts";

const skipped = suite("a job sent otherwise than it was sliced");

const file = partLines("bracket-prusaslicer");
const reference = referenceOf(file);
const sent = sentLines(file);
const moves = printingMoves(sent);
const middle = moves[Math.floor(moves.length / 2)]!;

/** Every few moves two of them become one arc, as plug-ins do. */
function welded(lines: string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const end = lines[at + 2] ?? "";
    if (
      at % 9 === 0 && [lines[at]!, lines[at + 1] ?? "", end].every((each) => /^G1 X.*E/.test(each))
    ) {
      out.push(end.replace("G1", "G3").replace("E", "I2.5 J1.5 E"));
      at += 2;
    } else out.push(lines[at]!);
  }
  return out;
}

skipped("tells once that moves were turned into arcs, and goes on with the rest", () => {
  const arcs = welded(sent);
  assert.ok(arcs.length < sent.length - 100);
  const { seen, state } = stream(reference, arcs);
  assert.equal(seen.map((each) => [each.kind, each.detail]), [["swapped-job", "rewritten"]]);
  assert.is(state.phase, "after");
  const half = Math.floor(arcs.length / 2);
  const tampered = [...arcs.slice(0, half), "M104 S180", ...arcs.slice(half)];
  assert.equal(kindsOf(stream(reference, tampered).seen), ["swapped-job", "temperature"]);
});

skipped("takes moves left out, with E set to fit, for skipped", () => {
  const before = /E([\d.]+)/.exec(sent.slice(0, middle + 20).findLast((line) => / E/.test(line))!)!;
  const lines = [...sent.slice(0, middle), `G92 E${before[1]}`, ...sent.slice(middle + 20)];
  const { seen } = stream(reference, lines);
  assert.equal(seen.map((each) => [each.kind, each.detail, each.count]), [[
    "dropped",
    "skipped",
    20,
  ]]);
});

/** Leaves out what prints on the right half, but goes there all the same, as hosts do. */
function withoutRightHalf(lines: string[], isSet: boolean): string[] {
  let x = 0, e: string | null = null;
  return lines.flatMap((line) => {
    x = Number(/X([\d.]+)/.exec(line)?.[1] ?? x);
    const pushed = /^G1 .*[XY].* E([\d.]+)/.exec(line)?.[1];
    if (pushed !== undefined && x > 115) {
      e = pushed;
      return [];
    }
    if (e === null || !isSet || !/ E/.test(line)) return [line];
    const set = `G92 E${e}`;
    e = null;
    return [set, line];
  });
}

skipped("follows a job in which an object is left out to its end", () => {
  const lines = [...sent.slice(0, middle), ...withoutRightHalf(sent.slice(middle), true)];
  const { seen, state } = stream(reference, lines);
  assert.ok(seen.length > 5);
  assert.equal([...new Set(seen.map(({ detail }) => detail))], ["skipped"]);
  assert.is(state.phase, "after");
  const late = lines.findIndex((line, at) => at > lines.length - 200 && /^G1 X.* E/.test(line));
  const tampered = lines.with(late, shifted(lines[late]!, "Y", 0.4));
  assert.ok(stream(reference, tampered).seen.some(({ kind }) => kind === "geometry"));
});

skipped("takes printing moves that are missing without E set to fit for lost", () => {
  const lines = [...sent.slice(0, middle), ...withoutRightHalf(sent.slice(middle), false)];
  const { seen } = stream(reference, lines);
  assert.not(seen.some(({ detail }) => detail === "skipped"));
  assert.is(seen[0]!.kind, "dropped");
});

skipped("takes an object that the firmware leaves out for skipped", () => {
  for (const line of ["M486 P2", "M486 C", "EXCLUDE_OBJECT NAME=CUBE_ID_1"]) {
    const { seen } = stream(reference, sent.toSpliced(middle, 0, line));
    assert.equal(seen.map((each) => [each.kind, each.detail]), [["dropped", "skipped"]]);
  }
});

skipped.run();
