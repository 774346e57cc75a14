import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  choose,
  pairDigest,
  readCandidate,
  readChoices,
  readCurrent,
} from "../../../edge/network/model_folders_file.ts";
import { MODELS_FOLDER } from "../../../edge/network/models_file.ts";
import { makeArtefact } from "../../../scripts/train/write_artefact.ts";
import { readArtefact, writeArtefact } from "../../../edge/network/models_file.ts";

const choosing = suite("the choice between two models");
const WHEN = "2026-06-01T12:00:00.000Z";
const MAIN = fileURLToPath(new URL("../../../edge/main.ts", import.meta.url));

/** A state folder with a candidate that differs from the program's models in one weight. */
async function withCandidate(work: (state: string, digest: string) => Promise<void>) {
  const state = await Deno.makeTempDir();
  try {
    const folder = pathToFileURL(`${join(state, "models", "candidate")}/`);
    const detector = await readArtefact(MODELS_FOLDER, "detector");
    const classifier = await readArtefact(MODELS_FOLDER, "classifier");
    assert.ok(detector.ok && classifier.ok);
    const { layers, metadata } = detector.value;
    const trained = layers.map((layer) => ({
      ...layer,
      kernel: Float32Array.from(layer.kernel, (byte) => (byte - 128) * layer.kernelScale),
      bias: Float32Array.from(layer.bias, (value) => value + 0.001),
    }));
    const { weightsDigest: _, ...rest } = metadata;
    await writeArtefact(folder, "detector", makeArtefact("detector", trained, rest));
    await writeArtefact(folder, "classifier", classifier.value);
    const candidate = await readCandidate(state);
    assert.ok(candidate.ok && candidate.value !== null);
    await work(state, pairDigest(candidate.value));
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

async function digestInUse(state: string): Promise<string> {
  const current = await readCurrent(state);
  assert.ok(current.ok);
  return pairDigest(current.value);
}

choosing(
  "leaves the program's models in use while a candidate only lies there",
  () =>
    withCandidate(async (state, digest) => {
      assert.is.not(await digestInUse(state), digest);
      assert.equal(await readChoices(state), []);
    }),
);

choosing(
  "puts a candidate to use in a person's name, and keeps that name",
  () =>
    withCandidate(async (state, digest) => {
      const before = await digestInUse(state);
      const chosen = await choose(state, "adopted", digest.slice(0, 12), "Ada", WHEN);
      assert.ok(chosen.ok);
      assert.is(await digestInUse(state), digest);
      const gone = await readCandidate(state);
      assert.ok(gone.ok && gone.value === null);
      const choice = { wallTime: WHEN, action: "adopted", by: "Ada", digest, before };
      assert.equal(await readChoices(state), [choice]);
    }),
);

choosing("puts a rejected candidate aside", () =>
  withCandidate(async (state, digest) => {
    const before = await digestInUse(state);
    assert.ok((await choose(state, "rejected", digest, "Ada", WHEN)).ok);
    assert.is(await digestInUse(state), before);
    const names = [...Deno.readDirSync(join(state, "models"))].map(({ name }) => name).sort();
    assert.equal(names, ["choices.jsonl", `rejected-${digest.slice(0, 12)}`]);
  }));

const WRONG = ["", "1234", "0".repeat(64)];
for (const digest of WRONG) {
  choosing(
    `is refused for the digest '${digest.slice(0, 8)}'`,
    () =>
      withCandidate(async (state) => {
        const chosen = await choose(state, "adopted", digest, "Ada", WHEN);
        assert.not(chosen.ok);
        assert.equal(await readChoices(state), []);
      }),
  );
}

choosing("is refused where no candidate lies", async () => {
  const state = await Deno.makeTempDir();
  const chosen = await choose(state, "adopted", "12345678", "Ada", WHEN);
  assert.not(chosen.ok);
  await Deno.remove(state, { recursive: true });
});

async function edge(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      MAIN,
      "models",
      ...args,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

choosing(
  "shows both models' figures, and takes a choice only with a name",
  () =>
    withCandidate(async (state, digest) => {
      const listed = await edge("--state", state);
      assert.is(listed.code, 0, listed.err);
      assert.match(listed.out, /in use {5}[0-9a-f]{12}/);
      assert.ok(listed.out.includes(`candidate  ${digest.slice(0, 12)}`));
      assert.is(listed.out.match(/withBrier/g)?.length, 2);
      const nameless = await edge("adopt", digest, "--state", state);
      assert.is(nameless.code, 2);
      assert.match(nameless.err, /--by NAME/);
      const adopted = await edge("adopt", digest, "--by", "Ada", "--state", state);
      assert.is(adopted.code, 0, adopted.err);
      const read = JSON.parse((await edge("--state", state, "--json")).out);
      assert.is(read.current.digest, digest);
      assert.is(read.candidate, null);
      assert.is(read.choices[0].by, "Ada");
    }),
);

choosing.run();
