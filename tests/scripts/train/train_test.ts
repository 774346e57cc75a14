import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Crew } from "../../../scripts/train/crew.ts";
import { TINY } from "../../../scripts/train/plan.ts";
import { train } from "../../../scripts/train/train.ts";

const training = suite("training");
const SAYS_NOTHING = () => {};

interface More {
  workers?: number;
  leaveOut?: string[];
  decisions?: string;
}

async function once({ workers = 1, ...more }: More = {}) {
  const crew = new Crew(workers);
  const made = await train({
    plan: TINY,
    crew,
    seed: 1,
    leaveOut: [],
    decisions: null,
    command: "of a test",
    say: SAYS_NOTHING,
    ...more,
  }).finally(() => crew.close());
  return made;
}

training(
  "makes the same bytes again, with however many hands, from the first reading to the last weight",
  async () => {
    const one = await once(), again = await once({ workers: 2 });
    assert.is(again.detector.modelJson, one.detector.modelJson);
    assert.equal(again.detector.weights, one.detector.weights);
    assert.is(again.classifier.modelJson, one.classifier.modelJson);
    assert.equal(again.classifier.weights, one.classifier.weights);
    assert.equal(again.windows, one.windows);
  },
);

training("refuses to leave out what there isn't", async () => {
  try {
    await once({ leaveOut: ["B99"] });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /Cannot leave out 'B99'/);
  }
});

training("names the line of decisions that it can't read", async () => {
  try {
    await once({ decisions: '{"version":1}\n' });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /in line 1/);
  }
});

training.run();
