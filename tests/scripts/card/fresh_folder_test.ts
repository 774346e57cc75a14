import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freshFolder } from "../../../scripts/card/fresh_folder.ts";

const test = suite("a folder that is made anew");
const MARK = "edge/main.js";

async function within(then: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-fresh-" });
  try {
    await then(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const make = (folder: string) => freshFolder("bundle it", folder, MARK);
const issueOf = (done: Promise<void>) => done.then(() => "", (error: Error) => error.message);

test("is made where there is none, or an empty one", () =>
  within(async (folder) => {
    for (const path of [folder, join(folder, "a/b")]) {
      await make(path);
      assert.ok((await Deno.stat(path)).isDirectory);
    }
  }));

test("loses what was written to it before", () =>
  within(async (folder) => {
    await Deno.mkdir(join(folder, "edge"));
    await Deno.writeTextFile(join(folder, MARK), "");
    await Deno.writeTextFile(join(folder, "old.js"), "");
    await make(folder);
    assert.equal([...Deno.readDirSync(folder)], []);
  }));

test("is made anew after a writing that was cut off", () =>
  within(async (folder) => {
    await Deno.mkdir(join(folder, "edge"));
    await make(folder);
    assert.equal([...Deno.readDirSync(folder)], []);
  }));

test("is refused, and untouched, where it is somebody's own", () =>
  within(async (folder) => {
    await Deno.writeTextFile(join(folder, "thesis.odt"), "years of work");
    const issue = await issueOf(make(folder));
    assert.match(issue, /^Cannot bundle it: an empty folder, .* was required, got .*thesis\.odt$/);
    assert.match(await issueOf(make(join(folder, "thesis.odt"))), /a folder was required, got: /);
    assert.is(await Deno.readTextFile(join(folder, "thesis.odt")), "years of work");
  }));

test.run();
