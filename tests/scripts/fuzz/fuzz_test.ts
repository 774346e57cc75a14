import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hasTranscripts } from "../../../scripts/fuzz/corpus.ts";
import { mutatedText } from "../../../scripts/fuzz/mutate_bytes.ts";
import { mutatedJson } from "../../../scripts/fuzz/mutate_json.ts";
import { runCases } from "../../../scripts/fuzz/run_cases.ts";
import { fuzz } from "../../../scripts/fuzz/watch.ts";

import { GROUPS } from "./bad_targets.ts";

const tests = suite("fuzz");
const BAD = new URL("./bad_targets.ts", import.meta.url).href;
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

tests("whatever comes from outside breaks nothing", async () => {
  if (!hasTranscripts()) {
    console.log("SKIPPED recorded transcripts: ../shared/data was required; made-up ones are used");
  }
  const options = ["--cases", "3000", "--seed", "20261123", "--json"];
  const args = ["run", "-A", "--quiet", "scripts/fuzz.ts", ...options];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT });
  const { stdout, stderr } = await command.output();
  const text = new TextDecoder();
  const outcome = JSON.parse(text.decode(stdout));
  assert.equal(outcome.found, []);
  assert.is(outcome.crashes, 0);
  assert.ok(outcome.cases >= 3000, `3000 cases were asked for, got ${outcome.cases}`);
  assert.ok(outcome.slowest.ms > 0);
  const readers = text.decode(stderr).trim().split("\n").length;
  assert.ok(readers > 30, `every reader has its turn, got ${readers}`);
});

async function ran(group: string, cases: number) {
  const [target] = await GROUPS[group]!.open();
  return await runCases(target!, 1, cases);
}

tests("a case that throws is found and made as small as it goes", async () => {
  const { found } = await ran("throws", 400);
  assert.is(found.length, 1);
  assert.match(found[0]!.message, "At most 99 was expected, got 100");
  assert.is(found[0]!.input, "100");
});

tests("a case that takes long is found", async () => {
  const { found, slowestMs } = await ran("slow", 5);
  assert.is(found.length, 1);
  assert.match(found[0]!.message, "at most 30 are allowed");
  assert.ok(slowestMs > 30);
});

tests("a case that never ends is ended, told, and the others have their turn", async () => {
  const names: string[] = [];
  const { crashes } = await fuzz({
    seed: 4,
    cases: 2400,
    groups: ["hangs"],
    module: BAD,
    hangMs: 1500,
    said: (target) => names.push(target),
  });
  assert.ok(crashes.length > 0);
  assert.is(crashes[0]!.message, "A case came to no end");
  assert.is(crashes[0]!.target, "never ends at 999 and more");
  assert.ok(["999", "1000"].includes(crashes[0]!.input), crashes[0]!.input);
  assert.ok(names.includes("comes after it"));
});

tests("the same seed draws the same cases, and no two seeds do", () => {
  const draw = (seed: number) => fc.sample(mutatedText(["G1 X10 E.5"]), { seed, numRuns: 50 });
  assert.equal(draw(5), draw(5));
  assert.not.equal(draw(5), draw(6));
});

tests("a changed value may lose, gain and exchange whatever is in it", () => {
  const sample = { list: [1, 2, { deep: "text" }], flag: true };
  const drawn = fc.sample(mutatedJson([sample]), { seed: 5, numRuns: 1000 });
  const texts = new Set(drawn.map((value) => JSON.stringify(value)));
  assert.ok(texts.size > 500, `many different ones, got ${texts.size}`);
  assert.ok(texts.has(JSON.stringify(sample)), "and sometimes none");
  assert.equal(sample, { list: [1, 2, { deep: "text" }], flag: true });
});

tests.run();
