/** A short run of the real programs under SIGKILL; `deno task chaos` is the long one. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chaosIssues } from "../../../scripts/chaos/judge.ts";
import { VICTIMS } from "../../../scripts/chaos/plan.ts";
import { runChaos } from "../../../scripts/chaos/run.ts";
import { hasNatsServer } from "../../nats_server.ts";

const chaos = suite("the chain under SIGKILL");

if (await hasNatsServer()) {
  chaos("loses and doubles no deviation and no decision, whoever is killed", async () => {
    const figures = await runChaos({
      seed: 5,
      kills: 5,
      deviations: 150,
      perS: 50,
      decideEveryMs: 300,
      settleS: 60,
    });
    assert.ok(figures.made > 50, `${figures.made} made`);
    assert.ok(figures.kills >= 5 && VICTIMS.every((victim) => figures.killed[victim] > 0));
    assert.ok(figures.decided > 0, "an expert decided");
    assert.is(figures.applied + figures.refused, figures.decided);
    assert.equal(chaosIssues(figures), []);
  });
} else {
  console.log("SKIPPED 'the chain under SIGKILL': nats-server was required, got none");
}

chaos.run();
