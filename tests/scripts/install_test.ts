import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const tests = suite("the installation beside other work");
const ROOT = new URL("../../", import.meta.url).pathname;
const FILE =
  `\ufefftoken = "pwe_abcdefghijklmnop"\r\n[[printer]]\r\nname = "left"\r\nhost = "none"\r\n`;

async function run(name: string, args: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(name, { args, env, stdout: "piped", stderr: "piped" });
  const { code, stderr } = await command.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

/** A root of its own, and a bundle that is only a name: what is laid where is the question. */
async function withRoot(then: (root: string, install: Install) => Promise<void>): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "printwarden-install-" });
  const [root, bundle] = [join(work, "root"), join(work, "bundle")];
  await Deno.mkdir(join(root, "etc"), { recursive: true });
  await Deno.mkdir(join(bundle, "edge"), { recursive: true });
  await Deno.writeTextFile(join(bundle, "edge/main.js"), "");
  const install = async (text: string) => {
    const file = join(work, "printwarden.toml");
    await Deno.writeTextFile(file, text);
    const options = ["--file", file, "--root", root, "--bundle", bundle];
    return await run(Deno.execPath(), [
      "run",
      "-A",
      "--quiet",
      `${ROOT}scripts/install.ts`,
      ...options,
    ]);
  };
  try {
    await then(root, install);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
type Install = (text: string) => Promise<{ code: number; said: string }>;

const hasSysusers = (await run("sh", ["-c", "command -v systemd-sysusers"])).code === 0;
if (!hasSysusers) console.log("SKIPPED installing: systemd-sysusers was required, there is none");
else {
  tests(
    "lays programs, units and the file, which only root reads; twice is as good as once",
    () =>
      withRoot(async (root, install) => {
        for (const time of ["first", "second"]) {
          const { code, said } = await install(FILE);
          assert.is(code, 0, `${time}: ${said}`);
        }
        const unit = await Deno.readTextFile(
          join(root, "etc/systemd/system/printwarden-tap@.service"),
        );
        assert.match(unit, "/opt/printwarden/edge/tap/main.js");
        assert.not.match(unit, "main.ts");
        const beside = "etc/systemd/system/printwarden-card.service.d/beside.conf";
        assert.match(await Deno.readTextFile(join(root, beside)), "first-boot --beside --card");
        const card = await Deno.stat(join(root, "etc/printwarden/card/printwarden.toml"));
        assert.is(card.mode! & 0o777, 0o600);
        assert.match(await Deno.readTextFile(join(root, "etc/passwd")), "printwarden-tap:");
        assert.ok((await Deno.stat(join(root, "usr/local/bin/deno"))).mode! & 0o111);
      }),
  );
}

if (hasSysusers) {
  tests(
    "removed, twice even, it leaves another's Deno and aggregator as they were",
    () =>
      withRoot(async (root, install) => {
        const [deno, units] = [join(root, "usr/local/bin/deno"), join(root, "etc/systemd/system")];
        await Deno.mkdir(join(deno, ".."), { recursive: true });
        await Deno.mkdir(units, { recursive: true });
        await Deno.writeTextFile(deno, "another's");
        await Deno.writeTextFile(join(units, "printwarden-aggregator.service"), "");
        for (let time = 0; time < 2; time++) assert.is((await install(FILE)).code, 0);
        assert.ok(Deno.statSync(deno).size > 1_000_000, "the project's own runs meanwhile");
        const options = [
          "run",
          "-A",
          "--quiet",
          `${ROOT}scripts/install.ts`,
          "--remove",
          "--root",
          root,
        ];
        for (let time = 0; time < 2; time++) {
          const { code, said } = await run(Deno.execPath(), options);
          assert.is(code, 0, said);
          assert.is(await Deno.readTextFile(deno), "another's");
          const left = [...Deno.readDirSync(units)].map(({ name }) => name);
          assert.equal(left.filter((name) => name.startsWith("printwarden-")), [
            "printwarden-aggregator.service",
          ]);
          assert.not(await Deno.stat(join(root, "opt/printwarden")).then(() => true, () => false));
        }
      }),
  );
}

tests(
  "a file with mistakes is refused before anything is laid",
  () =>
    withRoot(async (root, install) => {
      const { code, said } = await install(FILE.replace('"left"', '"my printer"'));
      assert.is(code, 2);
      assert.match(said, "- 'printer[0].name': text of the form letters, digits, - and _");
      assert.not(await Deno.stat(join(root, "opt")).then(() => true, () => false));
    }),
);

tests("as a cable the board takes the identity of a serial port", async () => {
  const work = await Deno.makeTempDir({ prefix: "printwarden-gadget-" });
  const env = { GADGETS: join(work, "gadgets"), CONTROLLERS: join(work, "udc") };
  await Deno.mkdir(env.GADGETS);
  const none = await run("sh", [`${ROOT}scripts/systemd/gadget`, "up"], env);
  assert.is(none.code, 2);
  assert.match(none.said, "Pi 4, 5, Zero 2 W");
  await Deno.mkdir(join(env.CONTROLLERS, "3f980000.usb"), { recursive: true });
  const { code, said } = await run("sh", [`${ROOT}scripts/systemd/gadget`, "up"], env);
  assert.is(code, 0, said);
  const gadget = join(env.GADGETS, "printwarden");
  assert.is((await Deno.readTextFile(join(gadget, "UDC"))).trim(), "3f980000.usb");
  const linked = await Deno.readLink(join(gadget, "configs/c.1/acm.0"));
  assert.is(linked, join(gadget, "functions/acm.0"));
  await Deno.remove(work, { recursive: true });
});

tests.run();
