import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const tests = suite("ARCHITECTURE.md");
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const text = Deno.readTextFileSync(`${ROOT}ARCHITECTURE.md`);

/** The folder map's words about one of the top folders. */
function mapOf(top: string): string[] {
  const [, map = ""] = text.split("## Folders")[1]?.split(`    ${top}/`) ?? [];
  return map.split(/\n {4}\S|\n\n/)[0]!.split(/[\s;:,()]+/);
}

for (const top of ["edge", "cloud", "scripts"]) {
  tests(`its map names every folder of ${top}`, () => {
    const folders = [...Deno.readDirSync(ROOT + top)].filter((each) => each.isDirectory);
    const named = mapOf(top);
    const left = folders.map(({ name }) => name).filter((name) => !named.includes(name));
    assert.equal(left, []);
  });
}

tests("each file and folder that it names is there", () => {
  const paths = text.match(/(?<=`)(?:edge|cloud|shared|scripts|tests)\/[\w./-]+(?=`| )/g) ?? [];
  assert.ok(paths.length > 20, `${paths.length} paths`);
  const gone = [...new Set(paths)].filter((path) => {
    try {
      return !Deno.statSync(ROOT + path);
    } catch {
      return true;
    }
  });
  assert.equal(gone, []);
});

tests("each file named alone in its decisions is somewhere in the tree", () => {
  const names = [...new Set(text.match(/(?<=[(`])\w+\.(?:ts|tsx)(?=`)/g) ?? [])];
  const there = new Set<string>();
  const walk = (folder: string) => {
    for (const each of Deno.readDirSync(folder)) {
      if (each.isDirectory) walk(`${folder}/${each.name}`);
      else there.add(each.name);
    }
  };
  for (const top of ["edge", "cloud", "shared", "scripts"]) walk(ROOT + top);
  assert.equal(names.filter((name) => !there.has(name)), []);
});

tests.run();
