import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CELLS } from "../../../../scripts/evaluate/run/cells.ts";
import { makePlan, type PlanWish } from "../../../../scripts/evaluate/run/plan.ts";
import { partsOf } from "../../../../scripts/parts/corpus.ts";
import { DATA_SETS, setOfPrinter } from "../../../../scripts/evaluate/split.ts";

const plan = suite("makePlan");

const WISH: PlanWish = {
  set: "evaluate",
  seed: 1,
  suites: ["S0", "S2"],
  prints: 20,
  blindPrints: 5,
  ablationPrints: 0,
  leaveOut: null,
  cleanHours: 0,
  quick: false,
  cells: CELLS.filter(({ set }) => set === "catalogue"),
};

plan("every cell has its prints, each on another printer", () => {
  const units = makePlan(WISH);
  for (const cell of WISH.cells) {
    const mine = units.filter(({ cells }) => cells.some((task) => task.cell === cell.id));
    const visible = WISH.suites.some((name) => cell.suites[name].visible);
    assert.is(mine.length, visible ? 20 : 5, cell.id);
  }
});

plan("a printer's runs are all different", () => {
  for (const { cells } of makePlan(WISH)) {
    assert.is(new Set(cells.map(({ run }) => run)).size, cells.length);
  }
});

plan("the same wish gives the same plan", () => {
  assert.equal(makePlan(WISH), makePlan(WISH));
});

plan("one scenario alone is run as it is among the others", () => {
  const alone = makePlan({
    ...WISH,
    cells: WISH.cells.filter(({ scenario }) => scenario === "B03"),
  });
  const whole = makePlan(WISH);
  for (const { printer, cells } of alone) {
    const same = whole.find((unit) => unit.printer === printer)!;
    for (const task of cells) assert.ok(same.cells.some(({ cell }) => cell === task.cell));
  }
});

plan("a full run's clean hours are spread over 200 printers", () => {
  const units = makePlan({ ...WISH, prints: 150, cleanHours: 5000 });
  assert.is(units.length, 200);
  const hours = units.reduce((sum, unit) => sum + unit.cleanHours, 0);
  assert.ok(Math.abs(hours - 5000) < 1e-6);
});

plan("a quick run asks the suite that sees a cell best", () => {
  const units = makePlan({ ...WISH, prints: 4, blindPrints: 4, quick: true });
  assert.ok(units.every(({ cells }) => cells.every(({ suites }) => suites.length === 1)));
});

plan("printers and parts of the sets share nothing", () => {
  const parts = DATA_SETS.map((set) => partsOf(set).map(({ id }) => id));
  assert.is(new Set(parts.flat()).size, parts.flat().length);
  const models = DATA_SETS.map((set) => new Set(partsOf(set).map(({ id }) => id.split("-")[0])));
  const all = models.flatMap((each) => [...each]);
  assert.is(new Set(all).size, all.length);
  for (const set of DATA_SETS) {
    assert.ok(makePlan({ ...WISH, set }).every(({ printer }) => setOfPrinter(printer) === set));
  }
});

plan.run();
