import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CutOff } from "../../../edge/respond/cut_off.ts";
import type { TapOrders } from "../../../edge/respond/orders.ts";
import type { Decision } from "../../../shared/decision.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";
import { silent } from "../publish/site_fixture.ts";

const tests = suite("the agent's side of the stop relay");
const ENERGISED = { energised: true, cause: "forced-on" as const, reason: "heat", fault: null };
const AT_REST = { energised: false, cause: null, reason: "", fault: null };
const DECISION = { id: "d1", reason: "an attack" } as Decision;

function rig(answer: Result<string> = ok("the heaters are cut")) {
  const asked: string[] = [];
  const shown: string[] = [];
  const tap = {
    inject: (to: string, line: string) => {
      shown.push(`${to} ${line}`);
      return Promise.resolve(ok("done"));
    },
  } as unknown as TapOrders;
  const cutOff = new CutOff(
    "p1",
    {
      stop: (id, reason) => {
        asked.push(`stop ${id} ${reason}`);
        return Promise.resolve(answer);
      },
      release: (by) => {
        asked.push(`release ${by}`);
        return Promise.resolve(ok("released"));
      },
    },
    tap,
    silent,
  );
  return { cutOff, asked, shown };
}

tests("a decision's id and reason travel to the senses, and their answer comes back", async () => {
  const { cutOff, asked } = rig();
  assert.equal(await cutOff.stop(DECISION), ok("the heaters are cut"));
  assert.equal(asked, ["stop d1 an attack"]);
  const away = rig(refused("Cannot move the relay: a connection to the senses was required"));
  assert.not((await away.cutOff.stop(DECISION)).ok);
});

tests("a relay that moved by itself needs somebody to look, and says so at the printer", () => {
  const { cutOff, shown } = rig();
  cutOff.take(AT_REST, "");
  assert.not(cutOff.needsAttention);
  cutOff.take(ENERGISED, "the heaters are cut: heat");
  assert.ok(cutOff.needsAttention);
  assert.equal(shown, ["printer M117 Printwarden cut the heaters"]);
  cutOff.take({ ...AT_REST, fault: "its contact says otherwise" }, "the relay: its contact");
  assert.ok(cutOff.needsAttention);
  assert.is(shown.length, 1);
});

tests("what was told anew on a connection isn't news", () => {
  const { cutOff, shown } = rig();
  cutOff.take(ENERGISED, "");
  assert.ok(cutOff.needsAttention);
  assert.equal(shown, []);
});

tests("a release goes out only where the heaters are cut", async () => {
  const { cutOff, asked } = rig();
  await cutOff.release("a person");
  cutOff.take(ENERGISED, "the heaters are cut: heat");
  await cutOff.release("a person");
  assert.equal(asked, ["release a person"]);
});

tests.run();
