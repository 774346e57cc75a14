import { suite } from "uvu";
import * as assert from "uvu/assert";
import { given, job, jobTexts, received, reports, run, sentTexts } from "./run.ts";

const test = suite("scenarios upstream of the wire");
const clean = run();

/** Filament that lines command, mm, with absolute E and G92. */
function filamentMm(lines: readonly string[]): number {
  let last = 0;
  let total = 0;
  for (const line of lines) {
    const e = /E(-?[\d.]+)/.exec(line);
    if (!e) continue;
    if (line.startsWith("G92")) last = Number(e[1]);
    else if (line.startsWith("G1")) {
      total += Number(e[1]) - last;
      last = Number(e[1]);
    }
  }
  return total;
}

/** Lines between the run's lines that pass at two times. */
function between(seen: ReturnType<typeof run>["seen"], fromS: number, toS: number): string[] {
  return sentTexts(seen.filter((o) => o.eventTimeS >= fromS && o.eventTimeS < toS));
}

test("A02 and A03 raise and lower set points and set them back", () => {
  const hot = sentTexts(run({}, [given("A02", 90, 15)]).seen);
  assert.ok(hot.includes("M104 S220") && hot.lastIndexOf("M104 S205") > hot.indexOf("M104 S220"));
  const bed = sentTexts(run({}, [given("A03", 90, -15)]).seen);
  assert.ok(bed.includes("M140 S40") && bed.lastIndexOf("M140 S55") > bed.indexOf("M140 S40"));
});

test("A05 and A10 put factors in and take them out again", () => {
  const flow = sentTexts(run({}, [given("A05", 90, -8)]).seen);
  assert.ok(flow.indexOf("M221 S92") < flow.indexOf("M221 S100"));
  const speed = run({}, [given("A10", 90, -10, "M220", 60)]);
  assert.ok(sentTexts(speed.seen).includes("M220 S90"));
  assert.ok(speed.seen.at(-1)!.eventTimeS > clean.seen.at(-1)!.eventTimeS + 3);
});

test("A10 F scales every feedrate that passes", () => {
  const { seen } = run({}, [given("A10", 90, -10, "F")]);
  assert.ok(between(seen, 91, 129).some((line) => line.includes("F6480")));
  assert.not.ok(between(seen, 91, 129).some((line) => line.includes("F7200")));
});

for (
  const [id, size, share] of [["A06", -50, 0.9], ["A07", 5, 0.97], ["A09", -60, 0.97]] as const
) {
  test(`${id} takes filament away, and afterwards lines are as they were`, () => {
    const { seen, truth } = run({}, [given(id, 90, size)]);
    const all = jobTexts(seen);
    assert.is(all.length, job.length);
    const left = filamentMm(all) / filamentMm(job);
    assert.ok(left < share && left > 0.5, `${left}`);
    assert.equal(all.slice(-150), job.slice(-150));
    assert.ok(truth[0]!.endS < 135);
  });
}

test("A08 leaves a small hole and nothing else", () => {
  const { seen } = run({}, [given("A08", 90, 3)]);
  const bare = jobTexts(seen).filter((line) => /^G1 X[\d.]+ Y[\d.]+$/.test(line)).length;
  const travels = job.filter((line) => /^G1 X[\d.]+ Y[\d.]+$/.test(line)).length;
  assert.ok(bare > travels && bare < travels + 60, `${bare - travels}`);
});

test("A11 and A12 move what is printed", () => {
  const scaled = jobTexts(run({}, [given("A11", 90, -5)]).seen);
  const shifted = jobTexts(run({}, [given("A12", 90, 0.5, "x", Infinity)]).seen);
  assert.is(scaled.length, job.length);
  const x = (line: string | undefined) => Number(/X([\d.]+)/.exec(line ?? "")?.[1]);
  const moves = shifted.flatMap((line, i) => /^G1 X\d/.test(line) ? [x(line) - x(job[i])] : []);
  assert.ok(moves.slice(-100).every((mm) => Math.abs(mm - 0.5) < 0.002));
});

for (const variant of ["M290", "G92", "M206", "M851"]) {
  test(`A13 ${variant} changes the height by its own command`, () => {
    const extra = jobTexts(run({}, [given("A13", 90, 0.1, variant)]).seen)
      .filter((line) => !job.includes(line));
    assert.ok(extra.length >= 1 && extra.every((line) => line.startsWith(variant)), `${extra}`);
  });
}

test("A14 scales what the extruder moves alone", () => {
  const { seen } = run({}, [given("A14", 90, -50)]);
  const alone = between(seen, 91, 129).filter((line) => /^G1 E/.test(line));
  assert.ok(alone.length > 3);
  assert.ok(alone.some((line) => !job.includes(line)));
});

test("A15 and A16 set parameters whose echoes the host never hears but the tap does", () => {
  const { seen } = run({}, [given("A15", 90, 20, "M301")]);
  assert.ok(sentTexts(seen).some((line) => line.startsWith("M301 P")));
  assert.ok(received(seen).some((line) => line.startsWith("echo: p:")));
  assert.ok(sentTexts(run({}, [given("A16", 90, 1, "M211")]).seen).includes("M211 S0"));
});

test("A17 puts in the number of lines that it says", () => {
  const { seen } = run({}, [given("A17", 90, 6, "numbered")]);
  assert.is(jobTexts(seen).length, job.length + 6);
  assert.not.ok(received(seen).some((line) => line.startsWith("Error")));
});

test("A18 drops, swaps, delays and dwells without the host or the printer complaining", () => {
  const dropped = run({}, [given("A18", 90, 1, "dropped")]);
  assert.ok(jobTexts(dropped.seen).length < job.length);
  const swapped = run({}, [given("A18", 90, 1, "reordered")]);
  assert.equal([...jobTexts(swapped.seen)].sort(), [...job].sort());
  assert.not.equal(jobTexts(swapped.seen), job);
  const stalled = run({}, [given("A18", 70, 5, "stall", 100)]);
  assert.equal(jobTexts(stalled.seen), job);
  assert.ok(stalled.seen.at(-1)!.eventTimeS > clean.seen.at(-1)!.eventTimeS + 2);
  const dwelt = jobTexts(run({}, [given("A18", 90, 0.5, "dwell")]).seen);
  assert.ok(dwelt.includes("G4 P500"));
  for (const { seen } of [dropped, swapped, stalled]) {
    assert.not.ok(received(seen).some((line) => /^(Error|Resend)/.test(line)));
  }
});

test("A19 sends another part, or no more of this one", () => {
  const cut = jobTexts(run({}, [given("A19", 90, 1, "truncated", Infinity)]).seen);
  assert.ok(cut.length < job.length - 100);
  const other = run({ otherJob: ["G1 X1 Y1", "M107"] }, [given("A19", 90, 1, "swapped")]);
  assert.ok(sentTexts(other.seen).includes("G1 X1 Y1"));
});

test("A20 restarts the board or prints from its card", () => {
  assert.is(
    received(run({ durationS: 200 }, [given("A20", 90, 1, "M997")]).seen)
      .filter((line) => line === "start").length,
    2,
  );
  const card = run({ durationS: 200 }, [given("A20", 90, 1, "M24")]).seen;
  assert.ok(received(card).includes("File selected"));
});

test("A21 asks as often as it says", () => {
  const { seen } = run({}, [given("A21", 90, 3, "M503")]);
  assert.is(sentTexts(seen).filter((line) => line === "M503").length, 3);
});

test("two attacks at once don't disturb each other's bookkeeping", () => {
  const both = [given("A01", 85, -10, "numbered", 50), given("A05", 100, -5, "unnumbered", 20)];
  const { seen, truth } = run({}, both);
  assert.is(truth.length, 2);
  assert.is(jobTexts(seen).length, job.length + 4);
  assert.ok(reports(seen).some((r) => r.targetC === 195));
});

test.run();
