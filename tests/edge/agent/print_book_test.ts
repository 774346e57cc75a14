import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initPrintBook, PrintBook } from "../../../edge/agent/print_book.ts";
import { printsOf } from "../../../edge/agent/prints_told.ts";
import { type Standing, stepPrintBook } from "../../../edge/agent/step_print_book.ts";
import { slicerWord } from "../../../edge/agent/slicer_word.ts";
import type { JobProgress } from "../../../edge/reference/progress.ts";
import { Prints } from "../../../shared/print_account.ts";

const books = suite("print book");
const DIGEST = "a".repeat(64);

function job(doneS: number, ended = false): JobProgress {
  const whole = { totalS: 1000, totalMm: 5000, slicerS: 800, layer: 1 };
  return { ...whole, doneS, doneMm: doneS * 5, ended };
}

/** Plays a print second by second; `at` says how the printer stands in each. */
function play(book: PrintBook, seconds: number, at: (second: number) => Partial<Standing>) {
  const began = Date.UTC(2026, 0, 1) + (book.begun + 1) * 86_400_000;
  for (let second = 0; second < seconds; second++) {
    stepPrintBook(book, {
      state: "printing",
      jobDigest: DIGEST,
      progress: null,
      slicer: null,
      dtS: 1,
      wallMs: began + second * 1000,
      newId: crypto.randomUUID(),
      ...at(second),
    });
  }
  return printsOf(book);
}

/** A registered job of 1000 s planned that takes 1200 s, then idles. */
function wholePrint(book: PrintBook) {
  return play(book, 1300, (second) => {
    const done = Math.min(1000, second / 1.2);
    return { state: second < 1245 ? "printing" : "idle", progress: job(done, done === 1000) };
  });
}

books("counts a whole print with its plan, its guesses and what it took", () => {
  const book = initPrintBook();
  const { begun, completed, current, ended } = wholePrint(book);
  assert.equal([begun, completed, current], [1, 1, null]);
  const account = ended[0]!;
  assert.is(account.result, "completed");
  assert.is(account.plannedS, 1000);
  assert.is(account.twinS, 1000);
  assert.is(account.slicerS, 800);
  assert.ok(Math.abs(account.printingS - 1200) <= 2, `took ${account.printingS} s`);
  assert.is(account.part, 1);
  assert.is(account.leftS, null);
});

books("knows better at half time than at the start, from the print's own pace", () => {
  const { halfway } = wholePrint(initPrintBook()).ended[0]!;
  // 500 s of plan are left; at the pace so far they take 600, by the plan alone 500.
  assert.ok(Math.abs(halfway!.printingS - 600) <= 2);
  assert.ok(halfway!.twinRemainingS > 550 && halfway!.twinRemainingS <= 602);
});

books("learns a printer's pace for the next print's guess", () => {
  const book = initPrintBook();
  wholePrint(book);
  const next = wholePrint(book).ended[1]!;
  assert.ok(Math.abs(next.twinS! - 1200) < 3, `said ${next.twinS}`);
});

books("expects of a job what it took before, and of another the printer's usual pace", () => {
  const book = initPrintBook();
  book.pace = 2;
  book.paced = 5;
  wholePrint(book);
  const again = wholePrint(book).ended[1]!;
  assert.ok(Math.abs(again.twinS! - 1200) < 3, `the same job again: ${again.twinS}`);
  const { current } = play(book, 5, () => ({ jobDigest: "b".repeat(64), progress: job(0) }));
  assert.ok(current!.twinRemainingS! > 1500, `another job: ${current!.twinRemainingS}`);
});

books("says what an unfinished print would still have taken", () => {
  const book = initPrintBook();
  const { unfinished, ended } = play(book, 900, (second) => ({
    state: second < 300 ? "printing" : "idle",
    progress: job(Math.min(250, second)),
  }));
  assert.is(unfinished, 1);
  assert.is(ended[0]!.result, "unfinished");
  // Between the printer's usual pace and this print's, which its end made a little slower.
  const { leftS } = ended[0]!;
  assert.ok(leftS! >= 750 && leftS! < 770, `${leftS} s`);
  assert.is(ended[0]!.leftFilamentMm, 3750);
  assert.is(ended[0]!.part, 0.25);
});

books("doesn't call a pause an end, and leaves it out of the printing time", () => {
  const book = initPrintBook();
  const { begun, current } = play(book, 4000, (second) => ({
    state: second > 500 && second < 3800 ? "paused" : "printing",
  }));
  assert.is(begun, 1);
  assert.is(current?.pausedS, 3299);
  assert.is(current?.printingS, 700);
});

books("takes the slicer's own word where no job is registered", () => {
  const book = initPrintBook();
  const { current } = play(book, 120, (second) => ({
    slicer: second === 0 ? { percent: 0, remainingS: 3600 } : null,
  }));
  assert.is(current?.slicerRemainingS, 3481);
  assert.is(current?.twinRemainingS, null);
  const { ended } = play(book, 400, (second) => ({
    state: "idle",
    slicer: second === 0 ? { percent: 100, remainingS: 0 } : null,
  }));
  assert.is(ended[0]!.result, "completed");
  assert.is(ended[0]!.slicerS, 3600);
});

books("says of a print that nothing is known of that its result is unknown", () => {
  const book = initPrintBook();
  const { unknown } = play(book, 600, (second) => ({ state: second < 100 ? "printing" : "idle" }));
  assert.is(unknown, 1);
});

books("doesn't take the job before for the one that begins", () => {
  const book = initPrintBook();
  const { current } = play(book, 10, () => ({ progress: job(1000, true) }));
  assert.is(current?.part, null);
});

books("counts times by state, and never an outage of its own", () => {
  const book = initPrintBook();
  const { stateS } = play(book, 10, (second) => ({ state: "idle", dtS: second === 5 ? 9999 : 1 }));
  assert.is(stateS.idle, 9 + 30);
});

books("keeps the last eight prints and goes through JSON", () => {
  const book = initPrintBook();
  for (let print = 0; print < 10; print++) {
    play(book, 400, (second) => ({ state: second < 100 ? "printing" : "idle" }));
  }
  const back = PrintBook.parse(JSON.parse(JSON.stringify(book)));
  const prints = printsOf(back);
  assert.is(prints.begun, 10);
  assert.is(prints.ended.length, 8);
  assert.ok(Prints.safeParse(prints).success);
});

for (
  const [line, expected] of [
    ["M73 P12 R34", { percent: 12, remainingS: 2040 }],
    ["N123 M73 P12 R34*17", { percent: 12, remainingS: 2040 }],
    ["m73 r5", { percent: null, remainingS: 300 }],
    ["M73 Q40 S80", null],
    ["M73 P900", null],
    ["M730 P1", null],
    ["G1 X1 ; M73 P1", null],
    ["M73 P-1 R1e9", { percent: null, remainingS: 60 }],
  ] as const
) {
  books(`reads the slicer's word from '${line}'`, () => {
    assert.equal(slicerWord(line), expected);
  });
}

books.run();
