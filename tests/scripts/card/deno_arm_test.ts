import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { denoForArm } from "../../../scripts/card/deno_arm.ts";

const tests = suite("Deno for the card");
const work = await Deno.makeTempDir({ prefix: "printwarden-deno-arm-" });
const PATH = Deno.env.get("PATH")!;
tests.before(() => Deno.env.set("PATH", `${work}/bin:${PATH}`));
tests.after(async () => {
  Deno.env.set("PATH", PATH);
  await Deno.remove(work, { recursive: true });
});

/** A program that stands in for one of the machine's; each is `sh -c program name args`. */
async function standIn(name: string, lines: string): Promise<void> {
  await Deno.mkdir(join(work, "bin"), { recursive: true });
  await Deno.writeTextFile(join(work, "bin", name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
}

tests("one whose unpacking was cut short isn't taken for the whole the next time", async () => {
  const cache = join(work, "cache");
  await standIn("npm", `touch "$4/deno.tgz"; echo deno.tgz`);
  await standIn("tar", `mkdir "$2/package"; printf half > "$2/package/deno"; exit 2`);
  assert.match(await denoForArm(cache).then(() => "", (error) => error.message), "unpack Deno");
  assert.equal([...Deno.readDirSync(cache)], []);
  await standIn("tar", `mkdir "$2/package"; printf whole > "$2/package/deno"`);
  assert.is(await Deno.readTextFile(await denoForArm(cache)), "whole");
  await standIn("npm", "exit 1");
  assert.is(await Deno.readTextFile(await denoForArm(cache)), "whole", "kept");
});

tests.run();
