import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readKey } from "../../scripts/release.ts";
import { makeSigningKey } from "../../shared/signing.ts";

const tests = suite("the key of a release");
const folder = await Deno.makeTempDir({ prefix: "printwarden-key-" });
tests.after(() => Deno.remove(folder, { recursive: true }));

async function issueOf(content: string): Promise<string> {
  const file = join(folder, "key.json");
  await Deno.writeTextFile(file, content);
  return await readKey(file).then(() => "none", (error) => error.message);
}

tests("is read as it was made", async () => {
  const key = await makeSigningKey();
  const file = join(folder, "made.json");
  await Deno.writeTextFile(file, JSON.stringify(key));
  assert.equal(await readKey(file), key);
});

tests("any other file is refused in words that say which one was required", async () => {
  const { kid, publicJwk } = await makeSigningKey();
  const others = [
    "",
    "not JSON",
    JSON.stringify({ keys: [publicJwk] }),
    JSON.stringify({ kid, publicJwk, privateJwk: publicJwk }),
  ];
  for (const content of others) {
    assert.match(
      await issueOf(content),
      /key\.json: a private key of --make-key was required, got/,
    );
  }
  const missing = await readKey(join(folder, "none")).then(() => "", (error) => error.message);
  assert.match(missing, "a private key of --make-key was required, got: No such file");
});

tests.run();
