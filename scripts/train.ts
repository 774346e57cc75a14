/** `deno task train`: makes the detector's and the classifier's networks from simulated prints. */
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MODELS_FOLDER, writeArtefact, writeWindows } from "../edge/network/models_file.ts";
import { Crew } from "./train/crew.ts";
import { ACCIDENTS, FULL, QUICK, THREATS, TINY } from "./train/plan.ts";
import { train } from "./train/train.ts";
import { valuesOf, wholeNumber } from "./command_line.ts";

const HELP = `Usage: deno task train [options]

Simulates printers of the training set, trains the detector's and the classifier's networks on them,
sets thresholds and weights on printers of the calibration set, and writes both artefacts. The same
options give the same bytes.

  --seed N           the seed of it all; default 1
  --quick            a smaller model in a minute or two
  --tiny             the smallest that goes through every step
  --out DIR          default: edge/network/models
  --leave-out IDS    scenarios that training never sees, such as B03,E05
  --each             one pair of models for each of those scenarios (default: all that training
                     uses), left out by itself, into DIR/ID: for 'deno task evaluate --leave-out DIR'
  --workers N        processes that simulate; default: one a core; the bytes don't depend on it
  --decisions FILE   windows that experts labelled: 'edge export-decisions' writes them
`;

function fromCaller(path: string): string {
  return isAbsolute(path) ? path : resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

if (import.meta.main) {
  try {
    const values = valuesOf(HELP, Deno.args, {
      seed: { type: "string", default: "1" },
      quick: { type: "boolean", default: false },
      tiny: { type: "boolean", default: false },
      out: { type: "string" },
      each: { type: "boolean", default: false },
      "leave-out": { type: "string", default: "" },
      decisions: { type: "string" },
      workers: { type: "string", default: String(navigator.hardwareConcurrency) },
    });
    if (values === null) Deno.exit(0);
    const seed = wholeNumber("seed", values.seed, 0, 2 ** 31 - 1);
    const workers = wholeNumber("workers", values.workers, 1, 256);
    const leaveOut = values["leave-out"].split(",").filter((id) => id !== "");
    const plan = values.tiny ? TINY : values.quick ? QUICK : FULL;
    const decisions = values.decisions === undefined
      ? null
      : await Deno.readTextFile(fromCaller(values.decisions));
    const size = values.tiny ? " --tiny" : values.quick ? " --quick" : "";
    const learnt = decisions === null ? "" : " --decisions FILE";
    const crew = new Crew(workers);
    const make = async (leftOut: readonly string[], folder: URL) => {
      const without = leftOut.length > 0 ? ` --leave-out ${leftOut.join(",")}` : "";
      const command = `deno task train --seed ${seed}${size}${without}${learnt}`;
      const say = (line: string) => console.error(line);
      const made = await train({ plan, seed, leaveOut: leftOut, decisions, command, crew, say });
      await writeArtefact(folder, "detector", made.detector);
      await writeArtefact(folder, "classifier", made.classifier);
      await writeWindows(folder, made.windows);
      for (const { digest, metadata } of [made.detector, made.classifier]) {
        console.log(
          JSON.stringify({ purpose: metadata.purpose, digest, figures: metadata.figures }),
        );
      }
    };
    if (values.each && values.out === undefined) {
      throw new Error(
        "Cannot train one pair for each: a folder for them was required, as --out DIR",
      );
    }
    const folder = values.out === undefined
      ? MODELS_FOLDER
      : pathToFileURL(`${fromCaller(values.out)}/`);
    if (values.each) {
      for (const id of leaveOut.length > 0 ? leaveOut : [...THREATS, ...ACCIDENTS]) {
        console.error(`without ${id}`);
        await make([id], new URL(`${id}/`, folder));
      }
    } else await make(leaveOut, folder);
    crew.close();
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(2);
  }
}
