import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partLines, referenceOf, sentLines, stream } from "./stream.ts";

const mutations = suite("single mutations");

const ROUNDS = 40;
let seed = 12345;
const next = (bound: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % bound;
const number = (line: string, letter: string, change: (value: number) => number) =>
  line.replace(
    new RegExp(`${letter}(-?[\\d.]+)`),
    (_, value) => letter + Number(change(Number(value)).toFixed(5)),
  );

/** What is done to the lines at a place, the kinds it may be told as, and how many lines later. */
const TABLE: [string, (lines: string[], at: number) => string[], string[], number][] = [
  ["a lost line", (l, at) => [...l.slice(0, at), ...l.slice(at + 1)], ["dropped"], 5],
  ["a line twice", (l, at) => [...l.slice(0, at), l[at]!, ...l.slice(at)], ["inserted"], 4],
  [
    "another E",
    (l, at) => l.with(at, number(l[at]!, "E", (e) => e + 0.05)),
    ["flow", "retraction"],
    1,
  ],
  ["another X", (l, at) => l.with(at, number(l[at]!, "X", (x) => x + 0.2)), ["geometry"], 1],
  ["another F", (l, at) => l.with(at, number(l[at]!, "F", (f) => f * 0.9)), ["speed"], 0],
  ["a set point", (l, at) => [...l.slice(0, at), "M104 S199", ...l.slice(at)], ["temperature"], 0],
  ["a move", (l, at) => [...l.slice(0, at), "G1 X12.5 Y33 F3000", ...l.slice(at)], ["inserted"], 3],
];

for (const part of ["bracket-prusaslicer", "bracket-cura"]) {
  const reference = referenceOf(partLines(part));
  const sent = sentLines(partLines(part));
  for (const [name, mutate, kinds, laterMax] of TABLE) {
    mutations(`finds ${name} anywhere in ${part}, soon and by its kind`, () => {
      let tried = 0, byKind = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const at = 20 + next(sent.length - 40);
        const lines = mutate(sent, at);
        if (lines.every((line, index) => line === sent[index])) continue;
        tried++;
        const { seen, state } = stream(reference, lines);
        assert.ok(seen.length >= 1 && seen.length <= 3, `${seen.length} reports at ${at}`);
        assert.ok(seen[0]!.line - at <= laterMax, `${seen[0]!.line - at} lines later at ${at}`);
        assert.is(state.phase, "after");
        if (seen.some((each) => kinds.includes(each.kind))) byKind++;
      }
      // A line that sets something, lost or sent twice, is told by what it sets.
      assert.ok(byKind >= tried * 0.85, `${byKind} of ${tried} by kind`);
    });
  }
}

mutations.run();
