import fc from "fast-check";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readJob } from "../../../edge/agent/job_folder.ts";
import { readPrintBook } from "../../../edge/agent/print_book_file.ts";
import { initPrintBook } from "../../../edge/agent/print_book.ts";
import type { PrinterProfile } from "../../../edge/analysis.ts";
import { classify } from "../../../edge/classifier/classify.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import { decodeArtefact } from "../../../edge/network/artefact.ts";
import { MODELS_FOLDER } from "../../../edge/network/models_file.ts";
import { integerNetwork } from "../../../edge/network/network.ts";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { parseTrust } from "../../../edge/respond/trust.ts";
import { readProfile } from "../../../edge/twin/thermal/profile_file.ts";
import { makeSigningKey } from "../../../shared/signing.ts";
import { jobs } from "../corpus.ts";
import { mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";

/** What an agent finds in its folders: known issues, models, jobs, profiles, books, pinned keys. */
export async function fileTargets(profile: PrinterProfile): Promise<Target[]> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-fuzz-" });
  const close = () => Deno.remove(folder, { recursive: true }).catch(() => {});
  const key = await makeSigningKey();
  const { kty, crv, x } = key.publicJwk;
  const trust = { keys: [{ kty, crv, x, kid: key.kid }], roots: [], expertsRequired: 0 };
  const learnt = { version: 2, revision: 1, ...profile };
  return [
    await knownIssueTarget(folder, close),
    modelTarget("detector"),
    modelTarget("classifier"),
    makeTarget({
      name: "pinned keys",
      weight: 3,
      inputs: fileOf([trust]),
      run: (bytes) => void parseTrust(new TextDecoder().decode(bytes)),
    }),
    fileTarget("registered jobs", folder, close, jobFile(), readJob),
    fileTarget("books of prints", folder, close, initPrintBook(), readPrintBook),
    fileTarget("a printer's profile", folder, close, learnt, readProfile),
  ];
}

/** A text of these values, changed as a value or byte by byte. */
function fileOf(values: readonly unknown[]): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    mutatedJson(values).map((value) => new TextEncoder().encode(JSON.stringify(value) ?? "")),
    mutatedText(values.map((value) => JSON.stringify(value))),
  );
}

function fileTarget(
  name: string,
  folder: string,
  close: () => Promise<void>,
  sample: unknown,
  read: (file: string) => Promise<{ ok: boolean }>,
): Target {
  const file = join(folder, `${name.replaceAll(/\W/g, "-")}.json`);
  return makeTarget({
    name: `files: ${name}`,
    weight: 3,
    inputs: fileOf([sample]),
    async run(bytes) {
      await Deno.writeFile(file, bytes);
      await read(file);
    },
    close,
  });
}

async function knownIssueTarget(folder: string, close: () => Promise<void>): Promise<Target> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const inside = join(folder, "issues");
  await Deno.mkdir(inside);
  const id = known.value.issues[0]!.id;
  const texts = known.value.issues.map((issue) => ({ ...issue, id }));
  return makeTarget({
    name: `files: known issues`,
    weight: 4,
    inputs: fileOf(texts),
    async run(bytes) {
      await Deno.writeFile(join(inside, `${id}.json`), bytes);
      const read = await readKnownIssues(pathToFileURL(`${inside}/`));
      if (!read.ok) return mustHold(read.issue.length < 4000, "a refusal is bounded");
      for (const issue of read.value.issues) {
        for (const event of issue.events) {
          const names = Object.keys(issue.features);
          const features = Object.fromEntries(names.map((name, at) => [name, at * 1e3]));
          const { probability } = classify([issue], event, features);
          mustHold(probability >= 0 && probability <= 1, "a probability is one");
        }
      }
    },
    close,
  });
}

function modelTarget(name: string): Target {
  const read = (file: string) => Deno.readFileSync(new URL(`${name}/${file}`, MODELS_FOLDER));
  const json = JSON.parse(new TextDecoder().decode(read("model.json")));
  const weights = read("weights.bin");
  return makeTarget({
    name: `files: the ${name}'s model`,
    weight: 2,
    inputs: fc.tuple(fileOf([json]), fc.oneof(fc.constant(weights), fc.uint8Array())),
    run([text, bytes]) {
      const artefact = decodeArtefact(name, new TextDecoder().decode(text), bytes);
      if (!artefact.ok) return mustHold(artefact.issue.length < 4000, "a refusal is bounded");
      const network = integerNetwork(artefact.value);
      const { inputs } = artefact.value.layers[0]!;
      network.run(new Int8Array(inputs).fill(127));
    },
  });
}

function jobFile(): unknown {
  const made = buildManifest(jobs()[0]!.split("\n"), { salt: "00112233445566778899aabbccddeeff" });
  if (!made.ok) throw new Error(made.issue);
  return {
    version: 1,
    printer: "left",
    label: "a bracket",
    addedWallTime: "2026-03-01T12:00:00.000Z",
    manifest: made.value,
  };
}
