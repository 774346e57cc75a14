/** What `cloud provision --node` writes for a cluster, and that nats-server takes it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clusterUrl, nodeFolder } from "../../../cloud/provision/nodes.ts";
import { provision } from "../../../cloud/provision/provision.ts";
import { hasNatsServer } from "../../nats_server.ts";

const tests = suite<{ state: string }>("a cluster's members");

tests.before.each(async (context) => {
  context.state = await Deno.makeTempDir();
});
tests.after.each(async ({ state }) => {
  await Deno.remove(state, { recursive: true });
});

const NODES = ["n1", "n2", "n3"].map((name, at) => ({
  ...{ name, host: `10.0.0.${at + 1}`, port: 4222, clusterPort: 6222 },
}));
const wish = (state: string, nodes = NODES) => ({ state, site: "s", devices: ["d1"], nodes });

tests("their address names all of them", () => {
  assert.is(clusterUrl([]), null);
  assert.is(clusterUrl(NODES), "tls://10.0.0.1:4222,10.0.0.2:4222,10.0.0.3:4222");
});

tests("each has a folder that holds all it needs and names nothing outside", async ({ state }) => {
  await provision(wish(state));
  for (const { name } of NODES) {
    const folder = nodeFolder(state, name);
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
    assert.equal(names, [
      ...["ca.pem", "jetstream", "nats-server.conf", "ports", "server.key", "server.pem"],
    ]);
    const text = await Deno.readTextFile(`${folder}/nats-server.conf`);
    assert.not.ok(text.includes(state));
    assert.match(text, `server_name: "${name}"`);
    assert.match(text, /verify: true/);
    for (const { host, name: other } of NODES) {
      assert.is(text.includes(`nats-route://${host}:6222`), other !== name);
    }
    assert.is((Deno.statSync(`${folder}/server.key`).mode ?? 0) & 0o777, 0o600);
    if (!await hasNatsServer()) return console.log("SKIPPED nats-server -t: there is none");
    const args = ["-t", "-c", "nats-server.conf"];
    const tried = await new Deno.Command("nats-server", { args, cwd: folder }).output();
    assert.ok(tried.success, new TextDecoder().decode(tried.stderr));
  }
});

tests(
  "a new device is let in by every member, and an even number is refused",
  async ({ state }) => {
    await provision(wish(state));
    await provision({ state, site: "s", devices: ["d2"] });
    for (const { name } of NODES) {
      const text = await Deno.readTextFile(`${nodeFolder(state, name)}/nats-server.conf`);
      assert.match(text, "printwarden.v1.s.d2.*.presence");
    }
    const two = await provision(wish(state, NODES.slice(1))).catch((error) => error.message);
    assert.match(two, /3 or 5 members were required, got 2/);
  },
);

tests.run();
