import { suite } from "uvu";
import * as assert from "uvu/assert";
import { RUN_ORIGIN } from "../../scripts/evaluate/run/run_origin.ts";
import { type Origin, sourcesDigest } from "../../scripts/sources_digest.ts";
import { TRAINING_ORIGIN } from "../../scripts/train/training_origin.ts";

const REPO = new URL("../../", import.meta.url).pathname;
const FOLDERS = ["edge", "shared", "scripts"];

const test = suite("sources_digest");

let root = "";

test.before(async () => {
  root = `${await Deno.makeTempDir()}/`;
  await Deno.copyFile(`${REPO}deno.json`, `${root}deno.json`);
  await Deno.copyFile(`${REPO}deno.lock`, `${root}deno.lock`);
  await Deno.symlink(`${REPO}node_modules`, `${root}node_modules`);
  for (const folder of FOLDERS) await copyFolder(folder);
});

test.after(() => Deno.remove(root, { recursive: true }));

async function copyFolder(path: string): Promise<void> {
  await Deno.mkdir(`${root}${path}`);
  for await (const { name, isDirectory } of Deno.readDir(`${REPO}${path}`)) {
    const one = `${path}/${name}`;
    if (isDirectory) await copyFolder(one);
    else await Deno.copyFile(`${REPO}${one}`, `${root}${one}`);
  }
}

/** Whether the digest is another one once a file has a line more. */
async function changes(origin: Origin, path: string, line = "\n"): Promise<boolean> {
  const before = await sourcesDigest(origin, root);
  const bytes = await Deno.readFile(`${root}${path}`);
  await Deno.writeFile(`${root}${path}`, new Uint8Array([...bytes, ...utf8(line)]));
  const after = await sourcesDigest(origin, root);
  await Deno.writeFile(`${root}${path}`, bytes);
  return after !== before;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const EITHER = [
  "edge/analysis.ts",
  "edge/detector/cut_heat.ts",
  "edge/twin/motion/klipper.ts",
  "edge/classifier/known_issues/bed-forced.json",
  "shared/kinds.ts",
  "scripts/parts/gear-cura.gcode",
  "scripts/printer/random.ts",
];
const RUN = [
  ...EITHER,
  "edge/network/models/detector/weights.bin",
  "edge/network/models/classifier/model.json",
  "scripts/evaluate/run/cell_print.ts",
  "scripts/evaluate/observability/observability.ts",
];
const TRAINING = [...EITHER, "scripts/train/dense.ts", "scripts/train/collect.ts"];
const NEITHER = [
  "edge/tap/main.ts",
  "edge/publish/outbox.ts",
  "edge/respond/pause.ts",
  "edge/commands/run.ts",
  "edge/agent.ts",
  "shared/presence.ts",
  "shared/signing.ts",
  "scripts/evaluate/judge/aim.ts",
  "scripts/evaluate/report/write_report.ts",
  "scripts/parts/README.md",
  "scripts/parts/slice.ts",
  "scripts/demo.ts",
];

for (const path of RUN) {
  test(`a run's digest follows ${path}`, async () => {
    assert.ok(await changes(RUN_ORIGIN, path));
  });
}

for (const path of TRAINING) {
  test(`a training's digest follows ${path}`, async () => {
    assert.ok(await changes(TRAINING_ORIGIN, path));
  });
}

for (const path of NEITHER) {
  test(`neither digest follows ${path}`, async () => {
    assert.not(await changes(RUN_ORIGIN, path));
    assert.not(await changes(TRAINING_ORIGIN, path));
  });
}

test("a training's digest doesn't follow the models that it makes", async () => {
  assert.not(await changes(TRAINING_ORIGIN, "edge/network/models/detector/weights.bin"));
});

test("both digests follow the version of a package that is run", async () => {
  const path = `${root}deno.json`;
  const before = await sourcesDigest(RUN_ORIGIN, root);
  const config = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, config.replace(/npm:zod@[\d.]+/, "npm:zod@4.6.0"));
  assert.is.not(await sourcesDigest(RUN_ORIGIN, root), before);
  await Deno.writeTextFile(path, config);
  assert.is(await sourcesDigest(RUN_ORIGIN, root), before);
});

test("both digests are the same wherever the tree stands", async () => {
  assert.is(await sourcesDigest(RUN_ORIGIN, root), await sourcesDigest(RUN_ORIGIN));
});

test("a missing file is told", async () => {
  const missing = { entries: RUN_ORIGIN.entries, read: ["scripts/parts/none"] };
  try {
    await sourcesDigest(missing, root);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Deno.errors.NotFound);
  }
});

test.run();
