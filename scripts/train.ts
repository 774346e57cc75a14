/** `deno task train`: makes the detector's and the classifier's networks from simulated prints. */
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { MODELS_FOLDER, writeArtefact, writeWindows } from "../edge/network/models_file.ts";
import { Crew } from "./train/crew.ts";
import { FULL, QUICK, TINY } from "./train/plan.ts";
import { train } from "./train/train.ts";

const HELP = `Usage: deno task train [options]

Simulates printers of the training set, trains the detector's and the classifier's networks on them,
sets thresholds and weights on printers of the calibration set, and writes both artefacts. The same
options give the same bytes.

  --seed N           the seed of it all; default 1
  --quick            a smaller model in a minute or two
  --tiny             the smallest that goes through every step
  --out DIR          default: edge/network/models
  --leave-out IDS    scenarios that training never sees, such as B03,E05
  --workers N        processes that simulate; default: one a core; the bytes don't depend on it
  --decisions FILE   windows that experts labelled: 'edge export-decisions' writes them
`;

function fromCaller(path: string): string {
  return isAbsolute(path) ? path : resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      seed: { type: "string", default: "1" },
      quick: { type: "boolean", default: false },
      tiny: { type: "boolean", default: false },
      out: { type: "string" },
      "leave-out": { type: "string", default: "" },
      decisions: { type: "string" },
      workers: { type: "string", default: String(navigator.hardwareConcurrency) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  try {
    const seed = Number(values.seed);
    const leaveOut = values["leave-out"].split(",").filter((id) => id !== "");
    const plan = values.tiny ? TINY : values.quick ? QUICK : FULL;
    const decisions = values.decisions === undefined
      ? null
      : await Deno.readTextFile(fromCaller(values.decisions));
    const size = values.tiny ? " --tiny" : values.quick ? " --quick" : "";
    const without = leaveOut.length > 0 ? ` --leave-out ${leaveOut.join(",")}` : "";
    const learnt = decisions === null ? "" : " --decisions FILE";
    const command = `deno task train --seed ${seed}${size}${without}${learnt}`;
    const say = (line: string) => console.error(line);
    const crew = new Crew(Number(values.workers));
    const made = await train({ plan, seed, leaveOut, decisions, command, crew, say });
    crew.close();
    const folder = values.out === undefined
      ? MODELS_FOLDER
      : pathToFileURL(`${fromCaller(values.out)}/`);
    await writeArtefact(folder, "detector", made.detector);
    await writeArtefact(folder, "classifier", made.classifier);
    await writeWindows(folder, made.windows);
    for (const { digest, metadata } of [made.detector, made.classifier]) {
      console.log(JSON.stringify({ purpose: metadata.purpose, digest, figures: metadata.figures }));
    }
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(2);
  }
}
