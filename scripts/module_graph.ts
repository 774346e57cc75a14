/** One module as `deno info --json` tells it: what it imports, to run or for its types alone. */
interface Module {
  specifier: string;
  dependencies?: {
    specifier: string;
    code?: { specifier?: string };
    type?: { specifier?: string };
  }[];
}

/** What a module imports; specifiers inside the root are paths from there. */
export interface Imports {
  /** Everything, types too. */
  all: string[];
  /** What is there when the program runs. */
  atRunTime: string[];
}

/**
 * The modules that some files import, directly or not, with their imports.
 *
 * @param root the tree's folder, with its deno.json, ending in "/"
 * @param files paths from the root
 * @throws {Error} if the graph can't be read
 */
export async function moduleGraph(
  root: string,
  files: readonly string[],
): Promise<Map<string, Imports>> {
  const list = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(list, files.map((file) => `import "file://${root}${file}";`).join("\n"));
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", list], cwd: root });
  const { success, stdout, stderr } = await command.output();
  await Deno.remove(list);
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim();
    throw new Error(`Cannot tell what '${files.join("', '")}' import: got '${said}'`);
  }
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const local = (specifier: string) =>
    specifier.startsWith(`file://${root}`) ? specifier.slice(`file://${root}`.length) : specifier;
  return new Map(modules.map((module) => [local(module.specifier), importsOf(module, local)]));
}

function importsOf({ dependencies = [] }: Module, local: (specifier: string) => string): Imports {
  const all: string[] = [], atRunTime: string[] = [];
  for (const { specifier, code, type } of dependencies) {
    all.push(local(code?.specifier ?? type?.specifier ?? specifier));
    if (code) atRunTime.push(local(code.specifier ?? specifier));
  }
  return { all, atRunTime };
}
