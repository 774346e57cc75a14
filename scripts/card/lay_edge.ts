import { join } from "node:path";
import { writeBundle } from "../bundle.ts";
import { copyTree } from "./copy_tree.ts";

const SYSTEMD = new URL("../systemd/", import.meta.url).pathname;
const RULES = "70-printwarden.rules";
const SENSES_RULES = "60-printwarden-senses.rules";
/** Units of the aggregator's machine, which no edge needs. */
const NOT_HERE = /aggregator/;

/**
 * Lays the edge's programs, units and users' list into a file system: a card's tree, or the machine
 * that runs this.
 *
 * @param root - the file system's root
 * @param deno - the Deno that shall run there
 * @param bundle - a bundle that was made before; none: one is made
 */
export async function layEdge(root: string, deno: string, bundle?: string): Promise<void> {
  const program = join(root, "opt/printwarden");
  if (bundle === undefined) await writeBundle(program);
  else {
    await Deno.remove(program, { recursive: true }).catch(() => {});
    await copyTree(bundle, program);
  }
  await layDeno(root, deno);
  await layFile(`${SYSTEMD}gadget`, join(root, "usr/local/lib/printwarden/gadget"), 0o755);
  await layFile(`${SYSTEMD}program`, join(root, "usr/local/lib/printwarden/program"), 0o755);
  await layUnits(join(root, "etc/systemd/system"));
  // Where `edge update` puts a release in place, it is that which starts.
  await copyTree(`${SYSTEMD}release`, join(root, "etc/systemd/system"));
  const lists = { sysusers: "usr/lib/sysusers.d", tmpfiles: "usr/lib/tmpfiles.d" };
  for (const [kind, folder] of Object.entries(lists)) {
    await layFile(`${SYSTEMD}printwarden.${kind}`, join(root, folder, "printwarden.conf"), 0o644);
  }
  await layFile(
    `${SYSTEMD}${SENSES_RULES}`,
    join(root, "usr/lib/udev/rules.d", SENSES_RULES),
    0o644,
  );
  const rules = join(root, "etc/udev/rules.d", RULES);
  await Deno.mkdir(join(rules, ".."), { recursive: true });
  await Deno.remove(rules).catch(() => {});
  await Deno.symlink(`/run/printwarden-card/${RULES}`, rules);
}

const DENO = "usr/local/bin/deno";
/** Beside Deno: one that stood there before, which somebody else put there. */
const FOREIGN = `${DENO}.before-printwarden`;
/** Says that the Deno there is this project's. */
const OURS = "usr/local/lib/printwarden/deno-is-ours";

/** Lays Deno where the units look for it. One that was there before waits beside it for its return. */
async function layDeno(root: string, deno: string): Promise<void> {
  const [there, ours] = [join(root, DENO), join(root, OURS)];
  if (await Deno.realPath(there).catch(() => "") === await Deno.realPath(deno)) return;
  if (!await isThere(ours) && await isThere(there)) {
    await Deno.rename(there, join(root, FOREIGN));
  }
  await layFile(deno, there, 0o755);
  await Deno.mkdir(join(ours, ".."), { recursive: true });
  await Deno.writeTextFile(ours, "");
}

/** Takes the project's Deno away again, and puts back the one that was there before. */
export async function takeDenoAway(root: string): Promise<void> {
  if (!await isThere(join(root, OURS))) return;
  await Deno.remove(join(root, DENO)).catch(() => {});
  await Deno.remove(join(root, OURS));
  if (await isThere(join(root, FOREIGN))) await Deno.rename(join(root, FOREIGN), join(root, DENO));
}

function isThere(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

/** The units name the project's files; here they name the bundle's. */
async function layUnits(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(SYSTEMD)) {
    if (!name.endsWith(".service") || NOT_HERE.test(name)) continue;
    const text = await Deno.readTextFile(SYSTEMD + name);
    const bundled = text.replaceAll(/(\/opt\/printwarden\/edge\/\S*main)\.ts/g, "$1.js");
    await Deno.writeTextFile(join(folder, name), bundled);
  }
}

/** Copies beside and renames: a program that runs just now keeps its own. */
async function layFile(from: string, to: string, mode: number): Promise<void> {
  await Deno.mkdir(join(to, ".."), { recursive: true });
  await Deno.copyFile(from, `${to}.new`);
  await Deno.chmod(`${to}.new`, mode);
  await Deno.rename(`${to}.new`, to);
}
