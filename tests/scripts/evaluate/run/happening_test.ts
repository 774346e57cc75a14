import { suite } from "uvu";
import * as assert from "uvu/assert";
import { jobFacts } from "../../../../scripts/evaluate/observability/job_facts.ts";
import { CELLS } from "../../../../scripts/evaluate/run/cells.ts";
import { Happening, type Stage } from "../../../../scripts/evaluate/run/happening.ts";
import { drawPrinter } from "../../../../scripts/printer/draw/draw_printer.ts";

const happenings = suite("Happening");

function stage(over: Partial<Stage> = {}): Stage {
  return {
    printer: drawPrinter(1_000_007),
    job: jobFacts([]),
    run: 1_000_007_300,
    suites: ["S0", "S2"],
    senseS: 0.5,
    printingS: 900,
    latestS: Infinity,
    ...over,
  };
}

const cellOf = (id: string) => CELLS.find((each) => each.id === id)!;

happenings("an event lies within the print, however long heating up took", () => {
  for (const readyS of [40, 900]) {
    for (let run = 1; run < 30; run++) {
      const happening = new Happening(cellOf("B05 hotend"), stage({ run }));
      const { atS } = happening.begin(readyS)!;
      assert.ok(atS >= readyS + 30 && atS <= readyS + 390);
      assert.ok(happening.untilS > atS + 60);
    }
  }
});

happenings("the same run draws the same event, another run another", () => {
  const drawn = (run: number) => new Happening(cellOf("A01"), stage({ run })).begin(60)!;
  assert.equal(drawn(5), drawn(5));
  assert.is.not(drawn(5).atS, drawn(6).atS);
});

happenings("what could be seen is computed when it is drawn", () => {
  const happening = new Happening(cellOf("A01"), stage());
  happening.begin(60);
  assert.is(happening.sights.S0!.visible, true);
  assert.is(happening.sights.S2!.blind, false);
});

happenings("a declared event is announced once, just before it", () => {
  const happening = new Happening(cellOf("E18 declared"), stage());
  const { atS } = happening.begin(60)!;
  assert.is(happening.declaration(atS - 20), null);
  const told = happening.declaration(atS - 4)!;
  assert.is(told.type, "declared");
  assert.is(happening.declaration(atS - 3), null);
});

happenings("an undeclared event is never announced", () => {
  const happening = new Happening(cellOf("E18"), stage());
  const { atS } = happening.begin(60)!;
  assert.is(happening.declaration(atS), null);
});

happenings("what belongs to a whole run is there from its start", () => {
  const happening = new Happening(cellOf("E17"), stage());
  assert.is(happening.injection.drawn!.atS, 0);
  assert.is(happening.begin(60), null);
});

happenings("a quick print is over in time", () => {
  const happening = new Happening(cellOf("B05 bed"), stage({ latestS: 480 }));
  assert.ok(happening.begin(100)!.atS <= 420);
  assert.ok(happening.untilS <= 480);
});

happenings.run();
