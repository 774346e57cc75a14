/** A short run of `scripts/cluster --proof`: one of each kind is killed or cut off. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { proveCluster } from "../../../scripts/replicated/proof.ts";
import { clusterServer } from "../../../scripts/replicated/server.ts";
import { hasNatsServer } from "../../nats_server.ts";

/** One that is fit for it; without a network what this machine has, which loses messages at times. */
async function server(): Promise<string> {
  try {
    return await clusterServer();
  } catch {
    console.log("Proving on this machine's own nats-server: a newer one was required, got none");
    return "nats-server";
  }
}

const cluster = suite("three nats-servers and two aggregators");

if (await hasNatsServer()) {
  cluster("lose nothing, tell nobody twice, and decide nothing twice", async () => {
    const state = await Deno.makeTempDir({ prefix: "printwarden-cluster-" });
    const options = {
      server: await server(),
      seed: 7,
      perKind: 1,
      faultS: 2,
      perS: 8,
      tell: () => {},
    };
    const figures = await proveCluster(state, options);
    assert.is(figures.faults, 4);
    assert.ok(figures.made > 50, `${figures.made} made`);
    const { lost, lostByBroker, doubled, alertsLost, alertsDoubled, split } = figures;
    assert.equal({ lost, lostByBroker, doubled, alertsLost, alertsDoubled, split }, {
      ...{ lost: 0, lostByBroker: 0, doubled: 0, alertsLost: 0, alertsDoubled: 0, split: 0 },
    }, `see ${state}`);
    assert.ok(figures.oneWon > 0, "two experts decided at once");
    await Deno.remove(state, { recursive: true });
  });
} else {
  console.log("SKIPPED 'three nats-servers …': nats-server was required, got none");
}

cluster.run();
