import { suite } from "uvu";
import * as assert from "uvu/assert";
import { classify } from "../../../edge/classifier/classify.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import { ISSUE } from "../../shared/payloads.ts";

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

test("no two have the same id, and each has tests for both answers", () => {
  assert.is(new Set(issues.map(({ id }) => id)).size, issues.length);
  for (const { id, tests } of issues) {
    assert.ok(tests.some(({ matches }) => matches), id);
    assert.ok(tests.some(({ matches }) => !matches), id);
  }
});

test("every threat names techniques, no expected anomaly does", () => {
  for (const { id, verdict, techniques } of issues) {
    if (verdict === "potential-cyberthreat") assert.ok(techniques.length > 0, id);
    if (verdict === "expected-anomaly") assert.equal(techniques, [], id);
  }
});

test("a threat is never less grave than an expected anomaly of its kind", () => {
  const grave = (severity: string) =>
    ["info", "low", "medium", "high", "critical"].indexOf(severity);
  for (const threat of issues.filter(({ verdict }) => verdict === "potential-cyberthreat")) {
    for (const other of issues.filter(({ verdict }) => verdict === "expected-anomaly")) {
      if (other.kind !== threat.kind) continue;
      assert.ok(grave(threat.severity) >= grave(other.severity), `${threat.id} ${other.id}`);
    }
  }
});

test("what they say of a feature fits the wire, however large its value", () => {
  for (const { id, summary, features } of issues) {
    assert.ok(summary.replaceAll("{heater}", "hotend").length <= 300, id);
    for (const { text } of Object.values(features)) {
      assert.ok(text.replaceAll("{value}", "-1000000.0").length <= 300, id);
      assert.not.match(text, /\{(?!value|abs|percent|heater)/, id);
    }
  }
});

test("the digest is that of the files: the same twice", async () => {
  const again = await readKnownIssues();
  assert.ok(read.ok && again.ok && read.value.digest === again.value.digest);
  assert.match(read.ok ? read.value.digest : "", /^[0-9a-f]{64}$/);
});

async function readOf(files: Record<string, string>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    return await readKnownIssues(new URL(`file://${folder}/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

test("one broken file refuses the whole set", async () => {
  const good = JSON.stringify(ISSUE);
  assert.ok((await readOf({ "loose-contact.json": good })).ok);
  const refused = await readOf({ "loose-contact.json": good, "z.json": "{" });
  assert.not.ok(refused.ok);
  if (!refused.ok) assert.match(refused.issue, /^Cannot read known issue 'z\.json': JSON was/);
});

test("a file that isn't named after its id is refused", async () => {
  const refused = await readOf({ "other.json": JSON.stringify(ISSUE) });
  assert.not.ok(refused.ok);
  if (!refused.ok) assert.match(refused.issue, "must be the file's name, got 'loose-contact'");
});

test("an unknown key is refused, and other files are left alone", async () => {
  const refused = await readOf({ "loose-contact.json": JSON.stringify({ ...ISSUE, more: 1 }) });
  assert.not.ok(refused.ok);
  const read = await readOf({ "loose-contact.json": JSON.stringify(ISSUE), "notes.txt": "{" });
  assert.ok(read.ok && read.value.issues.length === 1);
});

test("a changed or renamed file changes the digest", async () => {
  const one = await readOf({ "loose-contact.json": JSON.stringify(ISSUE) });
  const other = await readOf({ "loose-contact.json": JSON.stringify({ ...ISSUE, advice: "x" }) });
  assert.ok(one.ok && other.ok && one.value.digest !== other.value.digest);
});

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
