import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation } from "../../../edge/source/observation.ts";
import { knownPrinter, opened, print, run, threats } from "./runs.ts";

const gaps = suite("missed lines");

const { seen } = print(5);
const referenced = knownPrinter(5);
const sent = seen.filter(({ type }) => type === "sent");
const atShare = (share: number) => sent[Math.floor(share * sent.length)]!.eventTimeS;

/** What is left where nothing was seen for so long. */
function missing(whole: readonly Observation[], fromS: number, forS: number): Observation[] {
  const before = whole.filter(({ eventTimeS }) => eventTimeS < fromS);
  const after = whole.filter(({ eventTimeS }) => eventTimeS >= fromS + forS);
  const { eventTimeS } = after[0]!;
  const gap = { type: "gap", eventTimeS, sinceS: fromS, missedFrames: 9, reason: "" } as const;
  return [...before, gap, ...after];
}

for (const forS of [0.4, 5, 60]) {
  for (const options of [referenced, { ...referenced, reference: null }]) {
    const how = options.reference ? "with a registered job" : "without a job";
    gaps(`tell of no threat over ${forS} s ${how}`, () => {
      const { findings, state } = run(options, missing(seen, atShare(0.4), forS));
      assert.equal(threats(findings).map(({ summary }) => summary), []);
      assert.is(state.stream.missedFrames, 9);
    });
  }
}

gaps("hide nothing that comes once the place in the job is found again", () => {
  const fromS = atShare(0.4), attackS = atShare(0.6);
  const first = seen.findIndex((one) =>
    one.type === "sent" && one.eventTimeS > attackS && /^.*G1 X\S+ Y\S+ E/.test(one.line)
  );
  const tampered = seen.filter((_, at) => at !== first);
  const { findings } = run(referenced, missing(tampered, fromS, 20));
  const told = threats(opened(findings));
  assert.is(told[0]?.kind, "dropped");
  assert.ok(told[0]!.detectedS >= attackS);
});

gaps("leave the fan unknown until it is set again", () => {
  const { state } = run(referenced, missing(seen, atShare(0.4), 5).slice(0, -1));
  const { fanKnown } = state.stream;
  const setAgain = seen.some((one) =>
    one.type === "sent" && one.eventTimeS > atShare(0.4) + 5 && /M10[67]/.test(one.line)
  );
  assert.is(fanKnown, setAgain);
});

gaps.run();
