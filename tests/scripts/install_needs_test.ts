/** What the scripts say on machines where something is missing that they would install. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("install_needs");
const SCRIPT = new URL("../../scripts/install_needs.sh", import.meta.url).pathname;
/** What the script itself needs of a system. */
const PLAIN = ["bash", "dirname", "cmp", "awk", "uname", "mkdir", "env", "getent", "cut", "cp"];
const DENO = "#!/bin/sh\necho 'deno 2.9.5 (stable)'\n";

/** A machine with these programs and no others, and a project that was never set up. */
async function on(
  programs: Record<string, string>,
  asked: string,
  { uid = 1000, modules = true } = {},
): Promise<{ code: number; said: string; out: string }> {
  const root = await Deno.makeTempDir({ prefix: "printwarden-needs-" });
  try {
    const bin = join(root, "bin");
    for (const folder of ["bin", "home", "project/scripts", "project/node_modules"]) {
      await Deno.mkdir(join(root, folder), { recursive: true });
    }
    for (const name of PLAIN) await Deno.symlink(`/usr/bin/${name}`, join(bin, name));
    const stubs = { id: `#!/bin/sh\necho ${uid}\n`, ...programs };
    for (const [name, text] of Object.entries(stubs)) {
      await Deno.writeTextFile(join(bin, name), text, { mode: 0o755 });
    }
    await Deno.copyFile(SCRIPT, join(root, "project/scripts/install_needs.sh"));
    await Deno.writeTextFile(join(root, "project/deno.lock"), "{}");
    const stamp = join(root, "project/node_modules/.printwarden-lock");
    if (modules) await Deno.writeTextFile(stamp, "{}");
    const text = `NEEDS_NATS_SERVER=no; source ../project/scripts/install_needs.sh; ${asked}`;
    const command = new Deno.Command("/usr/bin/bash", {
      args: ["-c", text],
      cwd: join(root, "home"),
      env: { PATH: bin, HOME: join(root, "home"), XDG_CACHE_HOME: "" },
      clearEnv: true,
    });
    const { code, stdout, stderr } = await command.output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll(root, "");
    return { code, said: decode(stderr), out: decode(stdout) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

test("a machine that has all costs nothing and says nothing", async () => {
  const { code, said, out } = await on(
    { deno: DENO, tool: "#!/bin/sh\n" },
    "apt_install tool x; echo $INIT_CWD $PWD",
  );
  assert.equal([code, said, out], [0, "", "/home /project\n"]);
});

const failing = (words: string) => `#!/bin/sh\necho '${words}' >&2\nexit 100\n`;
const CASES: [name: string, programs: Record<string, string>, asked: string, said: RegExp[]][] = [
  ["without npm", {}, "", [
    /^Cannot install Deno here: npm was required/,
    /npm install --global deno@2\.9\.5/,
  ]],
  ["where npm fails", { npm: failing("E: no network") }, "", [
    /E: no network/,
    /Cannot install Deno here: npm could not/,
  ]],
  [
    "with another Deno, and npm's that doesn't run",
    { npm: "#!/bin/sh\n", deno: "#!/bin/sh\necho 'deno 2.1.0 (stable)'\n" },
    "",
    [/installing Deno 2\.9\.5/, /npm installed it, but it doesn't run on/],
  ],
  ["without apt", { deno: DENO }, "apt_install tool x", [
    /Cannot install tool here: apt-get was required/,
    /Debian's package x/,
  ]],
  ["with neither root nor sudo", { deno: DENO, "apt-get": "#!/bin/sh\n" }, "apt_install tool x", [
    /Cannot install tool here: root or sudo was required, got neither/,
  ]],
  [
    "where apt fails",
    { deno: DENO, sudo: '#!/bin/sh\nexec "$@"\n', "apt-get": failing("E: Could not get lock") },
    "apt_install tool x",
    [
      /the lists of packages are those of before/,
      /E: Could not get lock/,
      /apt-get could not install the package x/,
    ],
  ],
  [
    "where the package brings another program",
    { deno: DENO, sudo: '#!/bin/sh\nexec "$@"\n', "apt-get": "#!/bin/sh\n" },
    "apt_install tool x",
    [/the package x brought no program of that name/],
  ],
];
for (const [name, programs, asked, expected] of CASES) {
  test(`${name} it says what was required, and what to do`, async () => {
    const { code, said } = await on(programs, asked);
    assert.is(code, 2, said);
    for (const words of expected) assert.match(said, words);
    assert.match(said, /Please install it by hand \(.+\) and run this again\n$/);
  });
}

test("packages that can't be had are told, and asked for again the next time", async () => {
  const deno = `${DENO}[ "$1" = install ] && exit 1\nexit 0\n`;
  const { code, said } = await on({ deno }, "", { modules: false });
  assert.is(code, 2);
  assert.match(said, /Cannot install npm packages here: .*'deno install --frozen' in \/project/s);
});

test("a proxy's address goes along to apt", async () => {
  const apt = '#!/bin/sh\necho "$1 $http_proxy" >&2\n';
  const sudo = '#!/bin/sh\nunset http_proxy\nexec "$@"\n';
  const asked = "export http_proxy=http://proxy:3128; apt_install tool x";
  const { said } = await on({ deno: DENO, sudo, "apt-get": apt }, asked);
  assert.match(said, "-qq http://proxy:3128");
});

test.run();
