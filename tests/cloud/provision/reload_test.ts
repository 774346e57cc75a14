/** Who is let in or cut off is so at every member of a cluster, whichever of them is down. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { join } from "node:path";
import { nodeFolder } from "../../../cloud/provision/nodes.ts";
import { provision } from "../../../cloud/provision/provision.ts";
import { reloadBroker } from "../../../cloud/provision/reload.ts";
import { until } from "../../../scripts/provisioned_site.ts";
import { hasNatsServer } from "../../nats_server.ts";

const tests = suite("members of a cluster that are to read their users again");
const NOBODY = 2 ** 22 + 1;

/** A process that notes the signal by which a nats-server is told to read again. */
function listener(noteFile: string): Deno.ChildProcess {
  const script = `trap 'touch "$0"' HUP; touch "$0.ready"; while :; do sleep 0.05; done`;
  return new Deno.Command("sh", { args: ["-c", script, noteFile] }).spawn();
}

const exists = (file: string) => Deno.stat(file).then(() => true, () => false);

if (await hasNatsServer()) {
  tests("one that was killed keeps nobody from being told", async () => {
    const state = await Deno.makeTempDir({ prefix: "printwarden-reload-" });
    const nodes = ["n1", "n2", "n3"].map((name, at) => ({
      ...{ name, host: "127.0.0.1", port: 14_222 + at, clusterPort: 16_222 + at },
    }));
    await provision({ state, site: "site1", devices: [], nodes });
    const pidFile = (name: string) => join(nodeFolder(state, name), "nats-server.pid");
    const told = join(state, "told");
    const alive = listener(told);
    try {
      await until("the process to listen", () => exists(`${told}.ready`));
      await Deno.writeTextFile(pidFile("n1"), String(NOBODY));
      await Deno.writeTextFile(pidFile("n2"), String(alive.pid));
      const said = await reloadBroker(state);
      await until("the signal", () => exists(told));
      const issue = said.ok ? "" : said.issue;
      assert.match(issue, /could not be told .*n1/);
      assert.match(issue, /No nats-server runs from '[^']*n3/);
      assert.not.match(issue, /n2/);
    } finally {
      alive.kill("SIGKILL");
      await alive.status;
      await Deno.remove(state, { recursive: true });
    }
  });
} else {
  console.log("SKIPPED 'members of a cluster': nats-server was required, got none");
}

tests.run();
