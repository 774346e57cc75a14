import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nextSteps } from "../../../cloud/console/next_steps.ts";
import { Kind } from "../../../shared/kinds.ts";

const tests = suite("what to do next");

tests("every kind has its own steps, few enough to be read at night", () => {
  const seen = new Set<string>();
  for (const kind of Kind.options) {
    const steps = nextSteps(kind, "undetermined", "low");
    assert.ok(steps.length >= 2 && steps.length <= 3, kind);
    for (const step of steps) assert.ok(step.length <= 110, step);
    seen.add(steps[0]!);
  }
  assert.ok(seen.size > Kind.options.length * 0.6);
});

tests("what can't wait comes first", () => {
  assert.match(nextSteps("hotend-heat", "undetermined", "critical")[0]!, /^Stop it now/);
  assert.match(nextSteps("flow", "potential-cyberthreat", "high")[0]!, /^Pause it/);
  assert.not.match(nextSteps("flow", "expected-anomaly", "low")[0]!, /Stop|Pause/);
});

tests.run();
