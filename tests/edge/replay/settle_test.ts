import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Settling } from "../../../edge/replay/settle.ts";
import { finding } from "./findings.ts";

const test = suite("one line for each deviation");

test("nothing is said while a deviation may still change", () => {
  const settling = new Settling();
  assert.equal(settling.take([finding()], 110, 7), []);
  assert.equal(settling.take([finding({ phase: "updated", score: 9 })], 130, 8), []);
  assert.equal(settling.due(1e6), []);
});

test("the last word is told, with the line of the first", () => {
  const settling = new Settling();
  settling.take([finding()], 110, 7);
  settling.take([finding({ phase: "updated", verdict: "potential-cyberthreat" })], 130, 8);
  settling.take(
    [finding({ phase: "closed", endedS: 140, verdict: "potential-cyberthreat" })],
    165,
    9,
  );
  assert.equal(settling.due(600), []);
  const [settled, ...rest] = settling.due(165 + 660);
  assert.equal(rest, []);
  assert.is(settled?.finding.verdict, "potential-cyberthreat");
  assert.is(settled?.finding.endedS, 140);
  assert.is(settled?.line, 7);
  assert.equal(settling.end(), []);
});

test("a deviation that goes on after its end is still the same one", () => {
  const settling = new Settling();
  settling.take([finding({ phase: "closed", endedS: 140 })], 165, 9);
  settling.take([finding({ phase: "updated" })], 700, 20);
  assert.equal(settling.due(900), []);
  assert.is(settling.end().length, 1);
});

test("a new episode of the same identity settles the one before it", () => {
  const settling = new Settling();
  settling.take([finding({ phase: "closed", endedS: 140 })], 165, 9);
  const settled = settling.take([finding({ episode: 2, detectedS: 800 })], 810, 30);
  assert.equal(settled.map((one) => one.finding.episode), [1]);
  const [last] = settling.end();
  assert.equal([last?.finding.episode, last?.line], [2, 30]);
});

test("what is left at the end comes in the order of its detection", () => {
  const settling = new Settling();
  settling.take([finding({ identity: "b", detectedS: 300 })], 300, 1);
  settling.take([finding({ identity: "a", detectedS: 200 })], 301, 2);
  assert.equal(settling.end().map((one) => one.finding.identity), ["a", "b"]);
});

test.run();
