import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { RECORDED_PART, recordedPrint, transcriptText } from "../../../scripts/recorded_print.ts";
import { fixture, withFile } from "../source/replay/read_log.ts";
import { SHARED, skipWithoutSharedData } from "./shared_logs.ts";

const test = suite("edge replay");
const MAIN = fileURLToPath(new URL("../../../edge/main.ts", import.meta.url));
const folder = Deno.makeTempDirSync({ prefix: "replay-command-" });
test.after(() => Deno.removeSync(folder, { recursive: true }));

/** With files alone: a replay needs no network. */
async function edge(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-env", MAIN, ...args],
    cwd: folder,
    env: { INIT_CWD: folder, NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const lines = text(stdout).split("\n").filter((line) => line !== "");
  return { code, lines, found: lines.map((line) => JSON.parse(line)), err: text(stderr) };
}

const CALM = `${folder}/calm.jsonl`, ATTACKED = `${folder}/attacked.jsonl`;
const INJECTIONS = [{ id: "A01", atS: 330, forS: 40, size: -10 }];
test.before(() => {
  Deno.writeTextFileSync(CALM, transcriptText(recordedPrint({ printer: 7, run: 8 })));
  const attacked = recordedPrint({ printer: 7, run: 9, injections: INJECTIONS });
  Deno.writeTextFileSync(ATTACKED, transcriptText(attacked));
});

test("a calm print ends with a summary, no line and exit code 0", async () => {
  const { code, lines, err } = await edge("replay", "calm.jsonl", "--job", RECORDED_PART);
  assert.is(code, 0, err);
  assert.equal(lines, []);
  assert.match(err, /^transcript: [\d,]+ lines; 0\.\d\d h; no deviation; no broken line\n$/);
});

test("a tampered set point is one line with time, verdict, kind and reasons", async () => {
  const { code, found, err } = await edge("replay", "attacked.jsonl", "--job", RECORDED_PART);
  assert.is(code, 0, err);
  const [threat, ...more] = found.filter(({ kind }) => kind === "temperature");
  assert.equal(more, []);
  assert.is(threat.verdict, "potential-cyberthreat");
  assert.ok(threat.at >= 330 && threat.at < 345, `detected at ${threat.at}`);
  assert.ok(threat.endedAt > threat.at && threat.endedAt < 400);
  assert.ok(threat.probability > 0.5 && threat.probability <= 1);
  assert.ok(
    threat.reasons.length > 0 && threat.reasons.every((one: unknown) => typeof one === "string"),
  );
  assert.match(err, "potential-cyberthreat");
});

test("what a log teaches of a printer can be saved and used", async () => {
  assert.is((await edge("replay", "calm.jsonl", "--save-profile", "heaters.json")).code, 0);
  const saved = JSON.parse(await Deno.readTextFile(`${folder}/heaters.json`));
  assert.equal([saved.version, saved.revision], [2, 1]);
  const again = await edge(
    ...["replay", "calm.jsonl", "--profile", "heaters.json", "--save-profile", "heaters.json"],
  );
  assert.is(again.code, 0, again.err);
  assert.is(JSON.parse(await Deno.readTextFile(`${folder}/heaters.json`)).revision, 2);
});

test("a report is written beside the lines", async () => {
  const { code } = await edge(
    ...["replay", "attacked.jsonl", "--job", RECORDED_PART, "--report", "out.html"],
  );
  assert.is(code, 0);
  const html = await Deno.readTextFile(`${folder}/out.html`);
  assert.ok(html.startsWith("<!DOCTYPE html>") && html.includes("Potential cyberthreat"));
});

test("each format is read from its fixture", async () => {
  for (const name of ["transcript.jsonl", "serial.log", "klippy.log"]) {
    const { code, err } = await edge("replay", fixture(name));
    assert.is(code, name === "transcript.jsonl" ? 2 : 0, `${name}: ${err}`);
  }
});

const WRONG: [says: string, args: string[], issue: RegExp][] = [
  ["no file", ["replay"], /one file was required/],
  ["two files", ["replay", "a", "b"], /one file was required/],
  ["a missing file", ["replay", "none.log"], /none\.log'.*there is none/],
  ["a folder", ["replay", "/"], /got a folder/],
  ["an unknown option", ["replay", CALM, "--fast"], /--fast/],
  ["an unknown dialect", ["replay", CALM, "--dialect", "x"], /marlin, prusa, klipper.*got 'x'/],
  ["a missing job", ["replay", CALM, "--job", "none.gcode"], /none\.gcode/],
  ["a log as a job", ["replay", CALM, "--job", CALM], /Cannot/],
  ["a missing profile", ["replay", CALM, "--profile", "none.json"], /none\.json.*there is none/],
  ["a wrong profile", ["replay", CALM, "--profile", RECORDED_PART], /Cannot read the profile/],
  [
    "a report without a folder",
    ["replay", fixture("serial.log"), "--report", "no/x.html"],
    /no\/x/,
  ],
];

for (const [says, args, issue] of WRONG) {
  test(`${says} ends with a sentence and exit code 2`, async () => {
    const { code, lines, err } = await edge(...args);
    assert.is(code, 2, err);
    assert.equal(lines, []);
    assert.match(err, issue);
    assert.not.match(err, /\bat file:|Uncaught/);
  });
}

const BROKEN: [says: string, content: string, issue: RegExp][] = [
  ["an empty file", "", /an empty file/],
  ["a header alone", "t,ext_target,ext_temp,ext_pwm\n", /lines of a heater CSV.*got none/],
  ["half a transcript line", '{"t": 1, "dir": ">", "li', /JSON of another kind/],
  [
    "a log of mostly broken lines",
    'x\n{"t":1,"dir":">","line":"M105"}\n' + '{"t":\n'.repeat(30),
    /one broken line in ten was required, got 31 of 32/,
  ],
];

for (const [says, content, issue] of BROKEN) {
  test(`${says} is refused with exit code 2`, async () => {
    await withFile(content, async (path) => {
      const { code, err } = await edge("replay", path);
      assert.is(code, 2, err);
      assert.match(err, issue);
    });
  });
}

test("the recorded attacks of real firmware are found, the clean prints are calm", async () => {
  if (skipWithoutSharedData()) return;
  const expected: [name: string, verdicts: string[]][] = [
    ["marlin21-normal", []],
    ["marlin205-normal", []],
    ["octoprint-virtual-resends", []],
    ["marlin21-hotend-10", ["temperature: potential-cyberthreat"]],
    ["marlin21-void", ["flow: potential-cyberthreat"]],
  ];
  for (const [name, verdicts] of expected) {
    const { found, err } = await edge(
      ...["replay", `${SHARED}transcripts/${name}.jsonl`],
      ...["--job", `${SHARED}transcripts/tab.gcode`],
    );
    assert.equal(found.map(({ kind, verdict }) => `${kind}: ${verdict}`), verdicts, name + err);
  }
});

test("logs of healthy and troubled real heaters hold no threat", async () => {
  if (skipWithoutSharedData()) return;
  for await (const { name } of Deno.readDir(`${SHARED}heaters`)) {
    const { code, found } = await edge("replay", `${SHARED}heaters/${name}`);
    assert.is(code, 0);
    assert.equal(found.filter(({ verdict }) => verdict === "potential-cyberthreat"), [], name);
  }
});

test.run();
