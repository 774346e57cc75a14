import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ownRelease } from "../../../edge/update/own_version_file.ts";
import { openRelease, unpackRelease } from "../../../edge/update/release_file.ts";
import { makeSigningKey } from "../../../shared/signing.ts";
import { ReleaseWord } from "../../../shared/presence.ts";
import { key, pinned, releaseOf } from "./release_fixture.ts";

const tests = suite("what a program says of its own release");
const folder = await Deno.makeTempDir({ prefix: "printwarden-own-" });
const [release, keys] = [join(folder, "release"), join(folder, "keys.json")];
tests.before(async () => {
  const opened = await openRelease(await releaseOf(folder, "1.2.3"), pinned);
  assert.ok(opened.ok && (await unpackRelease(opened.value, release)).ok);
  await Deno.writeTextFile(keys, JSON.stringify({ keys: [key.publicJwk] }));
});
tests.after(() => Deno.remove(folder, { recursive: true }));

tests("its version, its digest, and the pinned key that signed it", async () => {
  const { issue, ...word } = (await ownRelease(keys, release))!;
  assert.is(issue, null);
  assert.is(word.version, "1.2.3");
  assert.is(word.signedBy, key.kid);
  assert.ok(ReleaseWord.safeParse(word).success);
});

tests("nothing where it isn't one", async () => {
  assert.is(await ownRelease(keys, folder), null);
});

tests("no signer where no key is pinned, or another", async () => {
  const none = (await ownRelease(join(folder, "missing.json"), release))!;
  assert.is(none.signedBy, null);
  assert.match(none.issue ?? "", /Cannot read the release keys/);
  const other = join(folder, "other.json");
  await Deno.writeTextFile(other, JSON.stringify({ keys: [(await makeSigningKey()).publicJwk] }));
  assert.is((await ownRelease(other, release))?.signedBy, null);
});

tests("no signer, and which file it is, once a file was altered", async () => {
  const model = join(release, "edge/models/model.json");
  const before = await Deno.readTextFile(model);
  await Deno.writeTextFile(model, before.replace("1.2.3", "1.2.4"));
  const altered = (await ownRelease(keys, release))!;
  assert.is(altered.signedBy, null);
  assert.match(altered.issue ?? "", /'edge\/models\/model\.json' was altered/);
  await Deno.writeTextFile(model, before);
  assert.is((await ownRelease(keys, release))?.signedBy, key.kid);
});

tests.run();
