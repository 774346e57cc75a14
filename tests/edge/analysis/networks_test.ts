import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readModels } from "../../../edge/network/models_file.ts";
import { composeDeviation } from "../../../edge/publish/message.ts";
import { knownPrinter, NOTHING_KNOWN, opened, print, run } from "./runs.ts";

const networks = suite("networks in the analysis");

const read = await readModels();
if (!read.ok) throw new Error(read.issue);
const models = read.value;
const SEED = 3;
const known = knownPrinter(SEED);
const forced = print(SEED, [{ id: "B05", atS: 150, size: 100, forS: 60 }]).seen;
const calm = print(SEED).seen;

networks("say nothing of a clean print, alone or with the tests", () => {
  for (const detection of ["both", "network"] as const) {
    assert.equal(run({ ...known, models, detection }, calm).findings, []);
  }
});

networks("speak in the reasons of what is found, in words", () => {
  const { findings } = run({ ...known, models }, forced);
  const reasons = findings.flatMap((finding) => finding.reasons);
  const learnt = reasons.find(({ signal }) => signal === "classifier");
  assert.match(learnt?.text ?? "", /those like it were (attacks|accidents) in \d+ of 100/);
  for (const { signal, text } of reasons) {
    if (signal === "pattern") assert.match(text, /doesn't look like a normal print.*mostly/);
  }
});

networks("leave the numbers behind a finding on the edge", () => {
  const [finding] = opened(run({ ...known, models }, forced).findings);
  assert.ok(Object.keys(finding!.numbers!.features).length > 5);
  const context = {
    address: { site: "s", device: "d", printer: "p" },
    suite: "S0" as const,
    switches: { lines: true, maps: true },
    jobDigest: null,
    digests: known.digests,
    wallMs: 0,
    clockQuality: "synced" as const,
  };
  const record = {
    id: crypto.randomUUID(),
    printer: "p",
    identity: finding!.identity,
    bootId: crypto.randomUUID(),
    episode: 1,
    startedS: 0,
    lastEventS: 0,
    lastWallMs: 0,
    revision: 1,
    verdict: finding!.verdict,
    closed: false,
    causeId: finding!.cause.id,
    kind: finding!.kind,
  };
  assert.not.match(JSON.stringify(composeDeviation(finding!, record, context)), /"numbers"/);
});

networks("find by themselves nothing where the tests alone were asked", () => {
  const tests = run({ ...known, models, detection: "tests" }, forced).state;
  assert.equal(tests.heaters.hotend.pattern.scores, []);
  const without = run({ ...known, models: null }, forced).state;
  assert.equal(without.heaters.hotend.pattern.scores, []);
});

networks("wait until the twin is known to fit", () => {
  const { state } = run({ ...NOTHING_KNOWN, models }, calm.slice(0, 200));
  assert.equal(state.heaters.hotend.pattern.scores, []);
});

networks.run();
