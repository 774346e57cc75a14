import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Releases } from "../../../edge/update/layout_file.ts";
import { leaveDamaged } from "../../../edge/update/leave_damaged.ts";
import { update } from "../../../edge/update/update_shell.ts";
import { FakeDevice, pinned, releaseOf } from "./release_fixture.ts";

const tests = suite("a release that was damaged");
const folder = await Deno.makeTempDir({ prefix: "printwarden-damaged-" });
const WISHES = { whilePrinting: false, downgrade: false, proveMs: 60_000, steadyS: 10 };
const PROGRAM = new URL("../../../scripts/systemd/program", import.meta.url).pathname;
const [one, two] = [await releaseOf(folder, "1.0.0"), await releaseOf(folder, "1.1.0")];
tests.after(() => Deno.remove(folder, { recursive: true }));

async function installed() {
  const root = Deno.makeTempDirSync({ dir: folder });
  const releases = new Releases(join(root, "opt/printwarden"));
  const device = new FakeDevice(releases);
  for (const file of [one, two]) await update(releases, device, file, pinned, WISHES);
  const program = async () => {
    const { stdout } = await new Deno.Command("sh", { args: [PROGRAM, root] }).output();
    return new TextDecoder().decode(stdout).trim().slice(root.length);
  };
  return { releases, program };
}

tests("a whole one stays, and so does a device without any", async () => {
  const { releases, program } = await installed();
  assert.is(await leaveDamaged(releases, pinned), null);
  assert.is(await program(), "/opt/printwarden/releases/1.1.0");
  assert.is(await leaveDamaged(new Releases(join(folder, "none")), pinned), null);
});

tests("one with a byte altered is left for what was installed", async () => {
  const { releases, program } = await installed();
  await Deno.writeTextFile(join(releases.folder("1.1.0"), "edge/main.js"), "// 1.1.1\n");
  assert.match(
    await leaveDamaged(releases, pinned) ?? "",
    /altered; what was installed is in use again/,
  );
  assert.is(await program(), "/opt/printwarden");
});

tests("one beside the last that did well is left for that", async () => {
  const { releases, program } = await installed();
  await releases.switchTo("1.0.0", "proven");
  await Deno.remove(join(releases.folder("1.1.0"), "edge/main.js"));
  assert.is(await program(), "/opt/printwarden/releases/1.0.0", "even before anybody looked");
  assert.match(await leaveDamaged(releases, pinned) ?? "", /1\.0\.0 is in use again$/);
  assert.is(await releases.current(), "1.0.0");
});

tests.run();
