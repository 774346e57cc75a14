import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What is installed at a site; scripts and tests stay with us. */
const SHIPPED = ["shared", "edge", "cloud"];

/** A package of npm that goes to a site. */
export interface ShippedPackage {
  /** Deno's name of it: `name@version`, and peers behind it. */
  id: string;
  name: string;
  version: string;
  /** The licence that it declares, as an SPDX expression; null if it declares none. */
  licence: string | null;
  /** As `deno.lock` has it, in base64 after `sha512-`. */
  integrity: string | null;
  /** Ids of what it needs itself. */
  needs: string[];
  /** Whether our own code imports it, rather than another package. */
  direct: boolean;
}

interface Graph {
  modules: { kind?: string; npmPackage?: string; error?: string }[];
  npmPackages: Record<string, Known>;
}
interface Known {
  name: string;
  version: string;
  dependencies: string[];
  localPath: string;
}

/** Every package that edge, cloud or shared import, and all that those need in turn. */
export async function shippedPackages(): Promise<ShippedPackage[]> {
  const { modules, npmPackages } = await graphOf(await imports());
  const lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  // A package that deno.json links is our own code under a name of npm's.
  const ours = new Set(
    Object.keys(lock.workspace?.links ?? {}).map((id) => id.replace("npm:", "")),
  );
  const direct = new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []));
  const wanted = [...direct];
  const found = new Map<string, ShippedPackage>();
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    const known = npmPackages[id];
    if (found.has(id) || known === undefined || ours.has(id)) continue;
    const { name, version, localPath } = known;
    const needs = known.dependencies.filter((need) => !ours.has(need));
    const integrity = lock.npm[id]?.integrity ?? null;
    const licence = await licenceIn(localPath);
    found.set(id, { id, name, version, licence, integrity, needs, direct: direct.has(id) });
    wanted.push(...needs);
  }
  return [...found.values()].sort((a, b) => a.id < b.id ? -1 : 1);
}

async function graphOf(list: string): Promise<Graph> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, list);
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", file], cwd: ROOT });
  const { stdout, success, stderr } = await command.output();
  await Deno.remove(file);
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot read the import graph: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

/** A module that imports every file that we ship, and every package whose files are read as such. */
async function imports(): Promise<string> {
  const pinned: Record<string, string> =
    JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).imports;
  const lines: string[] = [];
  for (const folder of SHIPPED) {
    for (const path of await sources(folder)) {
      lines.push(`import "${ROOT}${path}";`);
      const text = await Deno.readTextFile(ROOT + path);
      for (const [, specifier = ""] of text.matchAll(/import\.meta\.resolve\("([^".][^"]*)"/g)) {
        const name = Object.keys(pinned).find((one) => specifier.startsWith(`${one}/`));
        if (name !== undefined) lines.push(`import "${pinned[name]}";`);
      }
    }
  }
  return lines.join("\n");
}

async function sources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    if (isDirectory) found.push(...await sources(`${folder}/${name}`));
    else if (/\.tsx?$/.test(name)) found.push(`${folder}/${name}`);
  }
  return found;
}

async function licenceIn(folder: string): Promise<string | null> {
  try {
    const about = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
    const { license, licenses } = about;
    if (typeof license === "string") return license;
    if (typeof license?.type === "string") return license.type;
    const types = Array.isArray(licenses) ? licenses.map(({ type }) => type) : [];
    return types.length > 0 ? `(${types.join(" OR ")})` : null;
  } catch {
    return null;
  }
}
