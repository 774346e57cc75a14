import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partsOf, readPart } from "../../../../scripts/parts/corpus.ts";
import { jobLines } from "../../../../scripts/printer/host/host.ts";
import { jobFacts } from "../../../../scripts/evaluate/observability/job_facts.ts";
import { CELLS } from "../../../../scripts/evaluate/run/cells.ts";
import { hasRoom, holdsWhatChanges } from "../../../../scripts/evaluate/run/fit_parts.ts";
import { DATA_SETS } from "../../../../scripts/evaluate/split.ts";

const fit = suite("parts for an event");

fit("hold retractions where retractions are changed, and a fan that runs where the fan is", () => {
  const dry = { retractionsPerS: 0.002, fanShare: 0.9 };
  const abs = { retractionsPerS: 0.2, fanShare: 0 };
  for (const scenario of ["A14", "B11"]) {
    assert.is(holdsWhatChanges(scenario, dry), false);
    assert.is(holdsWhatChanges(scenario, abs), true);
  }
  for (const scenario of ["A04", "B07", "E03"]) {
    assert.is(holdsWhatChanges(scenario, abs), false);
    assert.is(holdsWhatChanges(scenario, dry), true);
  }
  assert.is(holdsWhatChanges("A06", { retractionsPerS: 0, fanShare: 0 }), true);
});

fit("are there in each set, more than one for each cell", async () => {
  for (const set of DATA_SETS) {
    const parts = await Promise.all(
      partsOf(set).map(async (part) => {
        return { ...part, facts: jobFacts(jobLines(await readPart(part))) };
      }),
    );
    for (const cell of CELLS) {
      const some = parts.filter((part) =>
        hasRoom(part, cell) && holdsWhatChanges(cell.scenario, part.facts)
      );
      assert.ok(some.length > 1 || cell.toTheEnd, `${set} ${cell.id}: ${some.length}`);
    }
  }
});

fit.run();
