import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  followUsual,
  heldScore,
  initPatternTest,
  patternReasons,
  patternScore,
  type PatternTest,
  stepPattern,
  thresholdOf,
} from "../../../edge/detector/pattern.ts";
import {
  initResidualWindow,
  type ResidualWindow,
  WINDOW_CHANNELS,
  WINDOW_STEPS,
} from "../../../edge/detector/residual_window.ts";
import type { Network } from "../../../edge/network/network.ts";
import { artefactOf } from "../network/fixture.ts";

const pattern = suite("pattern of a window");
const CHANNELS = WINDOW_CHANNELS.length;
const made = artefactOf(1, [WINDOW_STEPS * CHANNELS, 4, 3]);
const ARTEFACT = {
  ...made,
  metadata: {
    ...made.metadata,
    thresholds: [
      { heater: "hotend" as const, reportsUpToS: 1.6, threshold: 5, hours: 100 },
      { heater: "hotend" as const, reportsUpToS: 12, threshold: 8, hours: 100 },
    ],
  },
};

/** A network that answers with the mean of one channel: how odd it is, and that it is a threat. */
function meanOf(channel: number): Network {
  return {
    artefact: ARTEFACT,
    runtime: "integer",
    run(input) {
      let sum = 0;
      for (let i = channel; i < input.length; i += CHANNELS) sum += input[i]!;
      const mean = sum / WINDOW_STEPS / 10;
      return Float32Array.of(0, -20, mean);
    },
  };
}

function windowOf(channel: number, value: number): ResidualWindow {
  const window = { ...initResidualWindow(), filled: WINDOW_STEPS };
  window.values = window.values.map((_, i) => i % CHANNELS === channel ? value : 0);
  return window;
}

function steps(test: PatternTest, window: ResidualWindow, fromS: number, seconds: number) {
  let alarm = null;
  for (let t = fromS; t < fromS + seconds; t++) {
    alarm = stepPattern(test, window, "hotend", meanOf(1), t) ?? alarm;
  }
  return alarm;
}

pattern("alarms once the score has stood over its threshold, not at its first sight", () => {
  const test = initPatternTest(), window = windowOf(1, 100);
  assert.is(steps(test, window, 100, 3), null);
  const alarm = steps(test, window, 103, 4);
  assert.is(alarm?.score, 2);
});

pattern("stays silent under the threshold, and with a window that isn't whole", () => {
  assert.is(steps(initPatternTest(), windowOf(1, 45), 100, 60), null);
  assert.is(steps(initPatternTest(), { ...windowOf(1, 100), filled: 40 }, 100, 60), null);
});

pattern("judges by what is usual in this print", () => {
  const test = initPatternTest(), window = windowOf(1, 60);
  for (let t = 100; t < 1600; t++) {
    stepPattern(test, windowOf(1, 40), "hotend", meanOf(1), t);
    followUsual(test, 1);
  }
  assert.ok(Math.abs(test.usual - 4) < 0.1, `${test.usual}`);
  assert.is(steps(test, window, 1600, 60), null);
  assert.ok(steps(initPatternTest(), window, 1600, 60) !== null);
});

pattern("never takes more than a bound for usual: an attack from the start on isn't", () => {
  const test = initPatternTest();
  for (let t = 100; t < 4000; t++) {
    stepPattern(test, windowOf(1, 127), "hotend", meanOf(1), t);
    followUsual(test, 1);
  }
  assert.ok(test.usual <= 8);
});

pattern(
  "asks for more where reports are rare, and promises nothing for a heater unknown to it",
  () => {
    assert.is(thresholdOf(meanOf(0), "hotend", 1), 5);
    assert.is(thresholdOf(meanOf(0), "hotend", 5), 8);
    assert.is(thresholdOf(meanOf(0), "hotend", 60), Infinity);
    assert.is(thresholdOf(meanOf(0), "bed", 1), Infinity);
  },
);

pattern("names the channel that makes a window odd", () => {
  const [first] = patternReasons(meanOf(4), windowOf(4, 90));
  assert.is(first!.words, WINDOW_CHANNELS[4]!.words);
  assert.is(first!.share, 1);
});

pattern("says by its log-odds what the network answers", () => {
  const network: Network = { ...meanOf(0), run: () => Float32Array.of(1, 2, 3) };
  const { score, threatOdds } = patternScore(network, []);
  assert.ok(Math.abs(score - (Math.log(Math.exp(2) + Math.exp(3)) - 1)) < 1e-9);
  assert.is(threatOdds, 1);
});

pattern("has no score before it was asked often enough", () => {
  assert.is(heldScore({ ...initPatternTest(), scores: [9, 9] }), null);
  assert.is(heldScore({ ...initPatternTest(), scores: [9, 7, 8], usual: 2 }), 5);
});

pattern.run();
