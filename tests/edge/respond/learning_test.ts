import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { IrregularityNumbers } from "../../../edge/finding.ts";
import { labelOf } from "../../../edge/respond/decided.ts";
import { LearningFile } from "../../../edge/respond/learning_file.ts";
import type { Decision } from "../../../shared/decision.ts";
import { decision, DEVIATION } from "./decisions_fixture.ts";

const learning = suite("what experts may teach the networks");

const NUMBERS: IrregularityNumbers = {
  event: "heat-loss",
  features: { earlyShare: -0.4, ageS: 12 },
  window: [1, 2, -3],
};

async function inFolder(work: (file: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(join(folder, "learning.db"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function opened(file: string): { learning: LearningFile; troubles: string[] } {
  const troubles: string[] = [];
  return { learning: new LearningFile(file, (reason) => troubles.push(reason)), troubles };
}

learning("is nothing until an expert has marked it to be learnt", () =>
  inFolder((file) => {
    const { learning, troubles } = opened(file);
    learning.note(DEVIATION, "hotend-heat", NUMBERS);
    assert.equal(learning.decided(), []);
    learning.label(DEVIATION, "threat");
    const [one] = learning.decided();
    assert.is(one?.label, "threat");
    assert.equal(one?.window, NUMBERS.window);
    assert.equal(troubles, []);
    learning.close();
  }));

learning("outlives the agent, and can be read while it runs", () =>
  inFolder((file) => {
    const first = opened(file).learning;
    first.note(DEVIATION, "hotend-heat", NUMBERS);
    first.label(DEVIATION, "expected");
    const second = opened(file).learning;
    assert.is(second.decided().length, 1);
    second.close();
    first.close();
  }));

learning(
  "keeps the newest numbers, but none later than the expert's word",
  () =>
    inFolder((file) => {
      const { learning } = opened(file);
      learning.note(DEVIATION, "hotend-heat", NUMBERS);
      learning.note(DEVIATION, "hotend-sensor", { ...NUMBERS, event: "sensor-frozen" });
      learning.label(DEVIATION, "threat");
      learning.note(DEVIATION, "hotend-heat", { ...NUMBERS, event: "heat-gain" });
      assert.is(learning.decided()[0]?.event, "sensor-frozen");
      learning.close();
    }),
);

learning("is forgotten when the expert takes the label back", () =>
  inFolder((file) => {
    const { learning } = opened(file);
    learning.note(DEVIATION, "hotend-heat", NUMBERS);
    learning.label(DEVIATION, "threat");
    learning.label(DEVIATION, null);
    assert.equal(learning.decided(), []);
    learning.close();
  }));

learning("is bounded: what nobody labelled goes first", () =>
  inFolder((file) => {
    const learning = new LearningFile(file, () => {}, 20);
    learning.note(DEVIATION, "hotend-heat", NUMBERS);
    learning.label(DEVIATION, "threat");
    const id = (i: number) => `44444444-4444-4444-8444-${String(i).padStart(12, "0")}`;
    for (let i = 0; i < 30; i++) learning.note(id(i), "hotend-heat", NUMBERS);
    learning.label(id(0), "threat");
    learning.label(id(29), "threat");
    assert.equal(learning.decided().map(({ deviationId }) => deviationId), [DEVIATION, id(29)]);
    learning.close();
  }));

learning("is lost without harm where the disk takes nothing", () => {
  const { learning, troubles } = opened("/nowhere/at/all/learning.db");
  learning.note(DEVIATION, "hotend-heat", NUMBERS);
  learning.label(DEVIATION, "threat");
  assert.ok(troubles.length > 0);
});

const yes = { mode: "yes" as const };
const LABELS: [string, Partial<Decision>, ReturnType<typeof labelOf>][] = [
  ["an attack marked to be learnt", { learn: yes }, "threat"],
  ["an attack that isn't", {}, null],
  ["something expected", { determination: "expected", learn: yes }, "expected"],
  ["a benign change", { determination: "benign-change", learn: yes }, "expected"],
  ["an open question", { determination: "needs-more", learn: yes }, null],
  [
    "something expected for a while",
    {
      determination: "expected",
      learn: { mode: "until", untilWallTime: "2026-12-01T00:00:00.000Z" },
    },
    "expected",
  ],
];
for (const [what, more, label] of LABELS) {
  learning(`labels ${what} ${label ?? "with nothing"}`, () => {
    assert.is(labelOf(decision(more)), label);
  });
}

learning.run();
