import { suite } from "uvu";
import * as assert from "uvu/assert";
import { signalWords } from "../../../cloud/console/signal_words.ts";
import { titleOf } from "../../../cloud/console/words.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";

const tests = suite("the words for signals");

tests("a plain name stays itself, a feature is called what a person calls it", () => {
  assert.is(signalWords("hotend-duty"), "hotend duty");
  assert.is(signalWords("peakShare"), "heat");
  assert.is(signalWords("command-fan"), "fan");
  assert.is(signalWords("somethingNew"), "something new");
});

tests("every feature that the guards' known issues reason with has a person's word", async () => {
  const read = await readKnownIssues();
  assert.ok(read.ok);
  const issues = read.ok ? read.value.issues : [];
  const names = new Set(issues.flatMap(({ features }) => Object.keys(features)));
  assert.ok(names.size > 30);
  const unnamed = [...names].filter((name) => signalWords(name) === titleOf(name).toLowerCase());
  assert.equal(unnamed, []);
});

tests.run();
