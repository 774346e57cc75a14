import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("the unit that ends an update which a power cut left half done");
const ROOT = new URL("../../", import.meta.url).pathname;
const UNIT = "scripts/systemd/release/printwarden-update-recover.service";
const ANOTHER_BOOT = "00000000-0000-4000-8000-000000000000";
test("takes back a release whose trial was cut off, by the very command that stands in it", async () => {
  const command = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(
    await Deno.readTextFile(ROOT + UNIT),
  )![1]!;
  const folder = await Deno.makeTempDir({ prefix: "printwarden-recover-" });
  try {
    const releases = join(folder, "releases");
    const installed = join(folder, "installed");
    await Deno.mkdir(join(releases, "releases/9.0.2/edge"), { recursive: true });
    await Deno.mkdir(join(installed, "edge"), { recursive: true });
    await Deno.writeTextFile(join(installed, "edge/main.js"), "");
    await Deno.symlink("releases/9.0.2", join(releases, "current"));
    const trial = { from: null, to: "9.0.2", pid: 1, bootId: ANOTHER_BOOT };
    await Deno.writeTextFile(join(releases, "trial.json"), JSON.stringify(trial));
    const here = command.replace("$P/edge/main.js update", `${ROOT}edge/main.ts update`).replaceAll(
      "/state/releases",
      releases,
    )
      .replaceAll("/opt/printwarden", installed)
      .replaceAll("/usr/local/bin/deno", Deno.execPath());
    const ended = await new Deno.Command("sh", { args: ["-c", here], cwd: ROOT }).output();
    const said = new TextDecoder().decode(ended.stdout) + new TextDecoder().decode(ended.stderr);
    assert.is(ended.code, 0, said);
    assert.match(said, "what was installed is back: the trial of 9.0.2 was cut off");
    const left = [...Deno.readDirSync(releases)].map(({ name }) => name);
    assert.not(left.includes("current"), left.join());
    assert.not(left.includes("trial.json"), left.join());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

test.run();
