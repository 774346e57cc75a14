/**
 * Puts the edge's programs into a few small files that plain Deno runs, offline, without
 * `node_modules`: what cards, containers and releases carry. The folders are those of the project
 * (`edge/main.js` for `edge/main.ts`), so that units and permissions read the same.
 */
import { join } from "node:path";
import { fromCaller } from "../edge/commands/command_line.ts";
import { KNOWN_ISSUES_FOLDER } from "../edge/classifier/known_issues_file.ts";
import { MODELS_FOLDER } from "../edge/network/models_file.ts";
import { writeCloudBundle } from "./bundle_cloud.ts";
import { copyTree } from "./card/copy_tree.ts";
import { freshFolder } from "./card/fresh_folder.ts";
import { program } from "./card/program.ts";
import { runMain, valuesOf } from "./command_line.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const HELP = `Usage: deno task bundle [--out DIR] [--cloud]

Writes the edge's programs as a bundle that plain Deno runs without node_modules and offline.

  --out DIR   where to (default out/bundle): an empty folder, or that of an earlier bundle, which is
              made anew
  --cloud     the aggregator instead
`;
/** The programs: one entry file each. */
const ENTRIES = ["edge/main.ts", "edge/tap/main.ts", "edge/senses/main.ts"];

/**
 * Writes the bundle.
 *
 * @param out - folder that is made; one that was written to before is made anew
 * @throws {CardError} if something else stands there, or `deno bundle` refuses
 */
export async function writeBundle(out: string): Promise<void> {
  await freshFolder("bundle the edge", out, "edge/main.js");
  const edge = join(out, "edge");
  await Deno.mkdir(edge, { recursive: true });
  const options = ["--quiet", "--platform", "deno", "--code-splitting", "--minify"];
  const args = ["bundle", ...options, "--frozen", "--outdir", edge, ...ENTRIES];
  await program("bundle the edge", Deno.execPath(), args, { cwd: ROOT });
  await copyTree(MODELS_FOLDER.pathname, join(edge, "models"));
  await copyTree(KNOWN_ISSUES_FOLDER.pathname, join(edge, "known_issues"));
  await Deno.copyFile(join(ROOT, "LICENSE"), join(out, "LICENSE"));
}

if (import.meta.main) {
  await runMain(async () => {
    const values = valuesOf(HELP, Deno.args, {
      out: { type: "string", default: `${ROOT}out/bundle` },
      cloud: { type: "boolean", default: false },
    });
    if (values === null) return;
    const out = fromCaller(values.out);
    await (values.cloud ? writeCloudBundle(out) : writeBundle(out));
    console.log(`bundled into ${out}/${values.cloud ? "cloud" : "edge"}/main.js`);
  });
}
