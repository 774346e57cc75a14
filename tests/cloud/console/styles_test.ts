import { suite } from "uvu";
import * as assert from "uvu/assert";

const tests = suite("the console's styles");
const FOLDER = new URL("../../../cloud/console/browser/style/", import.meta.url);

async function styles(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name } of Deno.readDir(FOLDER)) {
    found.set(name, await Deno.readTextFile(new URL(name, FOLDER)));
  }
  return found;
}

tests("no two files style the same class by itself, since all pages load both", async () => {
  const owners = new Map<string, Set<string>>();
  for (const [file, text] of await styles()) {
    for (const [, name] of text.matchAll(/^(\.[a-z-]+)(?= \{|,$)/gm)) {
      owners.set(name!, (owners.get(name!) ?? new Set()).add(file));
    }
  }
  assert.ok(owners.size > 100);
  const shared = [...owners].filter(([, files]) => files.size > 1);
  assert.equal(shared.map(([name, files]) => `${name}: ${[...files].join(", ")}`), []);
});

tests("every colour is one of the palette, so that it has a counterpart at night", async () => {
  for (const [file, text] of await styles()) {
    // The wall is dark by day too, with colours of its own.
    if (file === "base.css" || file === "wall.css") continue;
    const foreign = text.match(/#[0-9a-f]{3,8}\b|rgba?\([^)]*\)/gi) ?? [];
    assert.equal(foreign.filter((one) => !/^#000[0-9a-f]$/i.test(one)), [], file);
  }
});

tests.run();
