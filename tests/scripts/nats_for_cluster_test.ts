/** Which nats-server a cluster gets, on machines with other programs in front of the real ones. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("a nats-server for a cluster");
const SCRIPT = new URL("../../scripts/nats_for_cluster.sh", import.meta.url).pathname;
const nats = (version: string) => `#!/bin/sh\necho 'nats-server: v${version}'\n`;

async function on(programs: Record<string, string>) {
  const root = await Deno.makeTempDir({ prefix: "printwarden-nats-" });
  try {
    for (const [name, text] of Object.entries(programs)) {
      await Deno.writeTextFile(join(root, name), text, { mode: 0o755 });
    }
    const command = new Deno.Command(SCRIPT, {
      env: { PATH: `${root}:${Deno.env.get("PATH")}`, XDG_CACHE_HOME: join(root, "cache") },
    });
    const { code, stdout, stderr } = await command.output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll(root, "");
    return { code, out: decode(stdout), said: decode(stderr) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Downloads nothing, but lays there what a package would hold. */
const apt = (version: string) =>
  `#!/bin/sh
case "$*" in *download*) cat > nats-server_x.deb <<'END'
${nats(version)}END
;; esac
`;
const dpkg = `#!/bin/sh
mkdir -p usr/sbin && cp "$2" usr/sbin/nats-server && chmod +x usr/sbin/nats-server
`;

test("is this machine's own where that is new enough", async () => {
  const { code, out, said } = await on({ "nats-server": nats("2.16.0") });
  assert.equal([code, out, said], [0, "/nats-server\n", ""]);
});

test("is fetched where the machine's own is older", async () => {
  const programs = { "nats-server": nats("2.9.10"), "apt-get": apt("2.15.1"), dpkg };
  const { code, out, said } = await on(programs);
  assert.equal([code, out], [0, "/cache/printwarden/nats-server/nats-server\n"], said);
  assert.match(said, "taking nats-server 2.15 or later from Debian testing");
});

test("isn't one that is too old as well, and it is said what to do", async () => {
  const programs = { "nats-server": nats("2.9.10"), "apt-get": apt("2.10.27"), dpkg };
  const { code, out, said } = await on(programs);
  assert.equal([code, out], [2, ""]);
  assert.match(said, /2\.15 or later was required, got nats-server: v2\.10\.27\nPlease install/);
});

test("can't be had where apt refuses", async () => {
  const refusing = "#!/bin/sh\necho 'E: The repository is not signed' >&2\nexit 100\n";
  const { code, said } = await on({ "nats-server": nats("2.9.10"), "apt-get": refusing, dpkg });
  assert.is(code, 2);
  assert.match(said, /is not signed.*Cannot install nats-server here: apt could not fetch it/s);
});

test.run();
