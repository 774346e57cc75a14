import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Random } from "../../../../scripts/printer/random.ts";
import { CATALOGUE } from "../../../../scripts/printer/scenario/catalogue.ts";
import { belongs, drawForCell } from "../../../../scripts/evaluate/observability/cell_draw.ts";
import { CELL_NAMES } from "../../../../scripts/evaluate/observability/cell_list.ts";
import {
  cells,
  observabilityReport,
} from "../../../../scripts/evaluate/observability/observability.ts";

const table = suite("observability table");

/** The formatter pads columns and fills paragraphs: only the words count. */
function words(text: string): string {
  return text.replace(/-{3,}/g, "---").replace(/\s+/g, " ").trim();
}

table("the committed table is what the code computes", () => {
  const file = new URL(
    "../../../../scripts/evaluate/observability/TABLE.md",
    import.meta.url,
  );
  const committed = words(Deno.readTextFileSync(file));
  const computed = words(observabilityReport("md"));
  assert.is(
    committed === computed,
    true,
    "run scripts/evaluate/observability/main.ts and commit TABLE.md",
  );
});

table("every scenario has a row, and every upstream threat one without a reference", () => {
  for (const id of Object.keys(CATALOGUE)) {
    const rows = CELL_NAMES.filter((cell) => cell.scenario === id);
    assert.ok(rows.length > 0, id);
    if (id.startsWith("A")) assert.ok(rows.some((cell) => !cell.reference), id);
    assert.is(
      rows.every((cell) => cell.kind === (id.startsWith("E") ? "anomaly" : "threat")),
      true,
    );
  }
  assert.is(new Set(CELL_NAMES.map((cell) => cell.id)).size, CELL_NAMES.length);
});

table("the rows of a scenario leave none of its draws out, and none falls into two", () => {
  for (const id of Object.keys(CATALOGUE)) {
    for (const reference of [true, false]) {
      const rows = CELL_NAMES.filter((cell) =>
        cell.scenario === id && cell.reference === reference && !cell.declared
      );
      // Without a reference only the twins of upstream attacks are run.
      if (rows.length === 0 || id.startsWith("E") && !reference) continue;
      const whole = { ...rows[0]!, variant: null, sizeLow: null, sizeHigh: null };
      const random = new Random(5, id);
      for (let i = 0; i < 200; i++) {
        const injection = drawForCell(whole, random, { startS: 60, endS: 600 });
        const count = rows.filter((cell) => belongs(cell, injection)).length;
        assert.is(count, 1, `${id} ${injection.variant} ${injection.size}`);
      }
    }
  }
});

table("what is told at the wire is certain, what only moves the head is not seen", () => {
  const of = (id: string) => {
    const found = cells().find((cell) => cell.id === id);
    if (!found) throw new RangeError(`Cannot find a row: '${id}' was required`);
    return found.suites;
  };
  assert.is(of("A06").S0.snr, 1000);
  assert.is(of("B08 x|y").S2.blind, true);
  assert.is(of("B10 z").S2.blind, true);
  assert.is(of("B15 settings").S0.blind, true);
  assert.is(of("B15 settings").S1.visible, true);
  assert.ok(of("B03 careful -20…-10").S2.snr > of("B03 careful -20…-10").S0.snr);
  assert.ok(of("B07 -100").S0.snr > of("B07 -50…-25").S0.snr);
  assert.is(of("E02 door").S2.snr, 1000);
});

table.run();
