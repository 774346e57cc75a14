/** The aggregator as a bundle that plain Deno runs without node_modules: what its container holds. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyTree } from "./card/copy_tree.ts";
import { freshFolder } from "./card/fresh_folder.ts";
import { program } from "./card/program.ts";

const ROOT = new URL("../", import.meta.url).pathname;
/** Threads of their own: the program starts them by a file's name beside its own code. */
const WORKERS = ["cloud/ingest/reading_worker.ts", "cloud/read_model/checkpoint_worker.ts"];
/** Files of npm packages that browsers get as they are. */
const FOR_BROWSERS = ["uplot/dist/uPlot.iife.min.js", "uplot/dist/uPlot.min.css"];

/**
 * Writes the bundle: `cloud/main.js`, and beside it what it reads by name.
 *
 * @param out - folder that is made; one that was written to before is made anew
 * @throws {CardError} if something else stands there, or `deno bundle` refuses
 */
export async function writeCloudBundle(out: string): Promise<void> {
  await freshFolder("bundle the aggregator", out, "cloud/main.js");
  const cloud = join(out, "cloud");
  await Deno.mkdir(cloud, { recursive: true });
  const options = ["--quiet", "--platform", "deno", "--code-splitting", "--minify", "--frozen"];
  const args = ["bundle", ...options, "--outdir", cloud, "cloud/main.ts", ...WORKERS];
  await program("bundle the aggregator", Deno.execPath(), args, { cwd: ROOT });
  for (const worker of WORKERS) {
    const path = worker.replace("cloud/", "./");
    const name = path.split("/").pop()!;
    await Deno.writeTextFile(join(cloud, name), `import "${path.replace(/\.ts$/, ".js")}";\n`);
  }
  await copyTree(join(ROOT, "cloud/console/browser"), join(cloud, "browser"));
  const imports: Record<string, string> = {};
  for (const specifier of FOR_BROWSERS) {
    const name = specifier.split("/").pop()!;
    await Deno.copyFile(fileURLToPath(import.meta.resolve(specifier)), join(cloud, name));
    imports[specifier] = `./${name}`;
  }
  await Deno.writeTextFile(join(cloud, "deno.json"), `${JSON.stringify({ imports })}\n`);
  await Deno.copyFile(join(ROOT, "LICENSE"), join(out, "LICENSE"));
}
