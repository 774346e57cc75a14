import { suite } from "uvu";
import * as assert from "uvu/assert";
import { classify } from "../../../edge/classifier/classify.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";

const test = suite("known issues");
const read = await readKnownIssues();
const issues = read.ok ? read.value.issues : [];

test("every file that ships is read", () => {
  assert.ok(read.ok, read.ok ? "" : read.issue);
  assert.ok(issues.length > 20);
});

for (const issue of issues) {
  for (const { name, event, features, matches } of issue.tests) {
    test(`${issue.id} ${matches ? "explains" : "doesn't explain"}: ${name}`, () => {
      const { issue: best } = classify(issues, event, features);
      assert.is(best?.id === issue.id, matches, `the best explanation was ${best?.id}`);
    });
  }
}

test("a broken file is refused with its name and the reason", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/x.json`, `{"version":1}`);
  const refused = await readKnownIssues(new URL(`file://${folder}/`));
  await Deno.remove(folder, { recursive: true });
  assert.not(refused.ok);
  if (!refused.ok) assert.match(refused.issue, /^Cannot read known issue 'x.json': at 'id'/);
});

test("an empty folder is refused", async () => {
  const folder = await Deno.makeTempDir();
  const refused = await readKnownIssues(new URL(`file://${folder}/`));
  await Deno.remove(folder, { recursive: true });
  assert.not(refused.ok);
});

test.run();
