import { Ajv } from "ajv";
import formats from "ajv-formats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { quoted } from "../../../scripts/card/base.ts";
import { imagerManifest } from "../../../scripts/card/imager_manifest.ts";
import { ALIGN_BYTES, DISK_ID, layOut } from "../../../scripts/card/layout.ts";
import { checkPrograms, checkRoom, makeFolder } from "../../../scripts/card/needs.ts";
import { CardError, program } from "../../../scripts/card/program.ts";

const tests = suite("the card image");
const HERE = new URL("../../../scripts/card/", import.meta.url).pathname;
const UNITS = new URL("../../../scripts/systemd/", import.meta.url).pathname;
const SCHEMA = new URL("../../fixtures/schemas/rpi-imager-os-list.json", import.meta.url);
const MANIFEST = imagerManifest({
  version: "1.2.3",
  url: "https://example.net/printwarden-1.2.3-arm64.img.xz",
  icon: "https://example.net/printwarden.png",
  imageBytes: 327_155_712,
  imageDigest: "a".repeat(64),
  compressedBytes: 190_000_000,
  compressedDigest: "b".repeat(64),
  epochS: 1_795_400_000,
});

async function validator() {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  return ajv.compile(JSON.parse(await Deno.readTextFile(SCHEMA)));
}

tests("Raspberry Pi Imager's list is what its schema asks for", async () => {
  const validate = await validator();
  assert.ok(validate(JSON.parse(MANIFEST)), JSON.stringify(validate.errors));
  const broken = JSON.parse(MANIFEST);
  delete broken.os_list[0].extract_sha256;
  assert.not(validate(broken), "the check has teeth");
});

tests("no partition touches the next, and each begins on a whole block", () => {
  const { boot, root, state } = layOut(123_456_789);
  assert.ok(root.length >= 123_456_789);
  assert.is(root.start, boot.start + boot.length);
  assert.is(state.start, root.start + root.length);
  for (const { start } of [boot, root, state]) assert.is(start % ALIGN_BYTES, 0);
});

tests("what the card mounts is named by the number that the image gets", async () => {
  const fstab = await Deno.readTextFile(`${HERE}root/etc/fstab`);
  for (const id of fstab.match(/PARTUUID=\w+/g) ?? []) assert.is(id, `PARTUUID=${DISK_ID}`);
});

tests("no units of the card are misread by systemd", async () => {
  const folder = `${HERE}root/etc/systemd/system/`;
  const ours = ["card", "network", "cable@"].map((name) => `${UNITS}printwarden-${name}.service`);
  const units = [...ours];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".service")) units.push(folder + name);
  }
  const options = { args: ["verify", "--man=no", ...units], env: { SYSTEMD_PAGER: "" } };
  let said: string;
  try {
    const { stderr } = await new Deno.Command("systemd-analyze", options).output();
    said = new TextDecoder().decode(stderr);
  } catch {
    return console.log("SKIPPED: systemd-analyze was required, there is none");
  }
  // Programs that only the card has are none of the units' mistakes.
  const lines = said.split("\n").filter((line) => line.includes(folder) || line.includes(UNITS));
  assert.equal(lines.filter((line) => !line.includes("is not executable")), []);
});

tests("programs that aren't there are told by their packages, each once", async () => {
  const programs = { sh: "dash", "no-such-one": "first-package", "nor-this": "first-package" };
  await checkPrograms("build it", programs).then(() => assert.unreachable(), (error) => {
    assert.instance(error, CardError);
    assert.is(error.message, "Cannot build it: 'apt-get install first-package' was required first");
  });
  await checkPrograms("build it", { sh: "dash" });
});

tests("too little room is a sentence with both figures", async () => {
  try {
    await checkRoom("/", 2 ** 60);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, CardError);
    assert.match((error as Error).message, /1073741824\.0 GiB were required in '\/', got \d/);
  }
});

tests("a folder that can't be made is a sentence with its path", async () => {
  const file = await Deno.makeTempFile({ prefix: "printwarden-image-" });
  await makeFolder(`${file}/out`).then(() => assert.unreachable(), (error) => {
    assert.instance(error, CardError);
    assert.match(error.message, `a folder '${file}/out' was required, got `);
  });
  await Deno.remove(file);
});

tests("a program that is missing or fails is a sentence with its last words", async () => {
  const failing = program("write it", "sh", ["-c", "echo no such disk >&2; exit 3"]);
  await failing.then(assert.unreachable, (error) => {
    assert.is(error.message, "Cannot write it: sh ended with 3:\nno such disk");
  });
  await program("write it", "no-such-program", []).then(assert.unreachable, (error) => {
    assert.match(error.message, "no-such-program was required, and there is none");
  });
});

tests("a cache's path is one word of the shell's, whatever stands in it", async () => {
  const path = "/tmp/my card's cache; $(false) `x`/base";
  assert.is(await program("say it", "sh", ["-c", `printf %s ${quoted(path)}`]), path);
});

tests.run();
