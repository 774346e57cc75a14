import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("edge known-issues");
const MAIN = fileURLToPath(new URL("../../../edge/main.ts", import.meta.url));
const SHIPPED = fileURLToPath(new URL("../../../edge/classifier/known_issues/", import.meta.url));

async function edge(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-env", MAIN, "known-issues", ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

test("the list names each of them once, the threats first", async () => {
  const { code, out } = await edge();
  assert.is(code, 0);
  assert.ok(out.startsWith("potential-cyberthreat: "));
  assert.is(out.match(/^ {2}external-airflow /gm)?.length, 1);
});

test("one is explained with its looks, its reason, its advice and its tests", async () => {
  const { code, out } = await edge("heater-cut");
  assert.is(code, 0);
  for (const part of ["Why: ", "What to do: ", "Looks like", "ATT&CK for ICS", "Its tests"]) {
    assert.ok(out.includes(part), part);
  }
  assert.not.match(out, /\{\w+\}/);
});

test("verdict and kind choose, and JSON can be read back", async () => {
  const { out } = await edge("--verdict", "expected-anomaly", "--kind", "hotend-heat", "--json");
  const issues = out.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(issues.length > 0);
  assert.ok(
    issues.every(({ verdict, kind }) => verdict === "expected-anomaly" && kind === "hotend-heat"),
  );
});

test("the tests that they carry pass", async () => {
  const { code, out } = await edge("--check");
  assert.is(code, 0, out);
  assert.match(out, /^\d+ passed, 0 failed\n$/);
});

test("an issue whose own test fails ends the check with exit code 1", async () => {
  const folder = await Deno.makeTempDir();
  const issue = JSON.parse(await Deno.readTextFile(`${SHIPPED}external-airflow.json`));
  issue.tests[1].matches = true;
  await Deno.writeTextFile(`${folder}/external-airflow.json`, JSON.stringify(issue));
  const { code, out } = await edge("--check", "--folder", folder);
  await Deno.remove(folder, { recursive: true });
  assert.is(code, 1);
  assert.match(out, "external-airflow was required, got nothing known");
});

const WRONG: [args: string[], says: RegExp][] = [
  [["nothing-known"], /an id of .* was required, got 'nothing-known'/],
  [["--verdict", "bad"], /--verdict of .* was required, got 'bad'/],
  [["--kind", "bad"], /--kind of .* was required, got 'bad'/],
  [["--folder", "/nowhere"], /a readable folder was required, got '\/nowhere'/],
  [["--loud"], /--loud/],
];

for (const [args, says] of WRONG) {
  test(`'${args.join(" ")}' ends with a sentence and exit code 2`, async () => {
    const { code, err } = await edge(...args);
    assert.is(code, 2);
    assert.match(err, says);
  });
}

test.run();
