import { suite } from "uvu";
import * as assert from "uvu/assert";
import { goesWithReadings, initLawAnswers } from "../../../edge/detector/law_answers.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";

const answers = suite("duties that go with their readings");

/** The last word on so many duties, by what each is made of. */
function lastWord(dutyOf: (errorK: number, noise: () => number) => number, count = 12, seed = 4) {
  const random = new Noise(seed), noise = () => random.gauss();
  const state = initLawAnswers();
  let goes = false;
  for (let i = 0; i < count; i++) {
    const errorK = 0.2 * noise();
    const duty = dutyOf(errorK, noise);
    const sample = { errorsK: [errorK, 0, 0, 0], duties: [0.4, 0.4], mean: 0.4, duty };
    goes = goesWithReadings(state, sample, 0);
  }
  return { goes, kept: state.duties.length };
}

answers("are told however strongly they answer, once there are enough", () => {
  for (const perK of [0.05, 0.5, 3]) {
    const dutyOf = (errorK: number, noise: () => number) =>
      0.4 + perK * errorK + 0.005 * perK * noise();
    assert.ok(lastWord(dutyOf).goes, `${perK} per kelvin`);
    assert.not(lastWord(dutyOf, 11).goes);
    assert.is(lastWord(dutyOf, 40).kept, 12, "older ones are forgotten");
  }
});

answers("are none that were made from something else, or against the readings", () => {
  for (let seed = 1; seed <= 300; seed++) {
    assert.not(lastWord((_, noise) => 0.4 + 0.1 * noise(), 12, seed).goes);
  }
  assert.not(lastWord((errorK) => 0.4 - errorK).goes);
  assert.not(lastWord(() => 0.4).goes, "a duty that stands still");
});

answers.run();
