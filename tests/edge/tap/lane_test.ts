import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DIR, type Dir } from "../../../edge/tap/frame.ts";
import { Lane } from "../../../edge/tap/lane.ts";
import type { LaneIo } from "../../../edge/tap/lane_io.ts";
import { QUEUE_BYTES } from "../../../edge/tap/waiting.ts";
import { seededBytes } from "./rig.ts";
import { plainLaneIo } from "../../../scripts/fuzz/plain_lane_io.ts";

const test = suite("lane");

/** A lane between two strings: `near` is still to be read, `far` was written, `room` is left. */
class Bench {
  near = "";
  far = "";
  room = Number.POSITIVE_INFINITY;
  isGone = false;
  readonly passed: [Dir, string][] = [];
  /** What a tap that is killed while it writes would go on with. */
  keptAtWrite = "";
  readonly io: LaneIo = plainLaneIo({
    read: (into, bytesMax) => {
      if (this.near === "") return this.isGone ? -1 : 0;
      const part = this.near.slice(0, bytesMax);
      this.near = this.near.slice(part.length);
      for (let i = 0; i < part.length; i++) into[i] = part.charCodeAt(i);
      return part.length;
    },
    write: (from, bytes) => {
      this.keptAtWrite = this.kept;
      const taken = Math.min(bytes, this.room);
      this.far += String.fromCharCode(...from.subarray(0, taken));
      this.room -= taken;
      return taken;
    },
  });
  readonly lane: Lane;

  constructor() {
    this.lane = new Lane(
      this.io,
      DIR.hostToPrinter,
      (dir, bytes, start, length) => {
        this.passed.push([dir, String.fromCharCode(...bytes.subarray(start, start + length))]);
      },
    );
  }

  says(text: string): void {
    this.near += text;
    while (this.near !== "" && this.lane.wantsRead) this.lane.onReadable();
  }

  inject(line: string, deadlineMs = 1e9): { issue: string | null | undefined } {
    const answer: { issue: string | null | undefined } = { issue: undefined };
    const bytes = new TextEncoder().encode(`${line}\n`);
    const taken = this.lane.inject(bytes, DIR.agentToPrinter, deadlineMs, (issue) => {
      answer.issue = issue;
    });
    if (!taken) answer.issue = "too many";
    return answer;
  }

  /** What waits where a kill doesn't reach it. */
  get kept(): string {
    const bytes = new Uint8Array(QUEUE_BYTES);
    return String.fromCharCode(...bytes.subarray(0, this.io.recover(bytes)));
  }

  get reported(): string {
    return this.passed.map(([, text]) => text).join("");
  }
}

test("bytes go through at once and are reported after the fact", () => {
  const bench = new Bench();
  bench.says("G1 X1\nG1");
  assert.is(bench.far, "G1 X1\nG1");
  assert.equal(bench.passed, [[DIR.hostToPrinter, "G1 X1\nG1"]]);
});

test("what the far side doesn't take waits, and is reported only once it went", () => {
  const bench = new Bench();
  bench.room = 3;
  bench.says("G1 X1\n");
  assert.is(bench.far, "G1 ");
  assert.is(bench.reported, "G1 ");
  assert.ok(bench.lane.wantsWrite);
  bench.room = 2;
  bench.lane.pump();
  assert.is(bench.far, "G1 X1");
  bench.room = 100;
  bench.lane.pump();
  assert.is(bench.far, "G1 X1\n");
  assert.is(bench.reported, bench.far);
  assert.not(bench.lane.wantsWrite);
});

test("the queue is bounded: a full one stops the reading", () => {
  const bench = new Bench();
  bench.room = 0;
  bench.says("x".repeat(3 * QUEUE_BYTES));
  assert.is(bench.lane.queuedBytes, QUEUE_BYTES);
  assert.is(bench.near.length, 2 * QUEUE_BYTES);
  assert.not(bench.lane.wantsRead);
});

test("whatever the room from time to time, all bytes arrive in order", () => {
  const bench = new Bench();
  const bytes = seededBytes(21, 100_000);
  const rooms = seededBytes(22, 5000);
  const text = String.fromCharCode(...bytes.subarray(0, 50_000)) +
    String.fromCharCode(...bytes.subarray(50_000));
  bench.near = text;
  for (let turn = 0; bench.far.length < text.length; turn++) {
    bench.room = ((rooms[turn % rooms.length] ?? 0) * 7) % 1500;
    if (bench.lane.wantsRead) bench.lane.onReadable();
    if (bench.lane.wantsWrite) bench.lane.pump();
    assert.ok(turn < 20_000, "it must come to an end");
  }
  assert.ok(bench.far === text);
  assert.ok(bench.reported === text);
});

test("the near side's end is told", () => {
  const bench = new Bench();
  bench.isGone = true;
  assert.is(bench.lane.onReadable(), false);
});

test("a hold lets the line begun through and nothing after it", () => {
  const bench = new Bench();
  bench.says("G1 X");
  bench.lane.hold();
  assert.not(bench.lane.isHolding);
  bench.says("1\nG1 X2\n");
  assert.ok(bench.lane.isHolding);
  assert.is(bench.far, "G1 X1\n");
  bench.lane.release();
  assert.is(bench.far, "G1 X1\nG1 X2\n");
});

test("a hold between lines takes effect at once", () => {
  const bench = new Bench();
  bench.says("G1 X1\n");
  bench.lane.hold();
  assert.ok(bench.lane.isHolding);
  bench.says("G1 X2\n");
  assert.is(bench.far, "G1 X1\n");
});

for (const stop of ["M112\n", "N7 M112*33\n", "m410\r\n", "  M0112\n"]) {
  test(`${JSON.stringify(stop)} passes a hold, and leaves the others' order alone`, () => {
    const bench = new Bench();
    bench.lane.hold();
    bench.says(`G1 X1\nG1 X2\n${stop}G1 X3\n`);
    assert.is(bench.far.replace("\r", ""), stop.replace("\r", ""));
    bench.lane.release();
    assert.is(bench.far.replaceAll("\r", ""), `${stop.replace("\r", "")}G1 X1\nG1 X2\nG1 X3\n`);
    assert.ok(bench.passed.every(([dir]) => dir === DIR.hostToPrinter));
  });
}

test("half a stop waits for its other half", () => {
  const bench = new Bench();
  bench.lane.hold();
  bench.says("G1 X1\nM11");
  assert.is(bench.far, "");
  bench.says("2\n");
  assert.is(bench.far, "M112\n");
});

test("a stop waits with the others until it is written: a kill can double it, never lose it", () => {
  const bench = new Bench();
  bench.lane.hold();
  bench.room = 0;
  bench.says("G1 X1\nM112\nG1 X2\n");
  assert.is(bench.kept, "G1 X1\nM112\nG1 X2\n");
  bench.room = 100;
  bench.lane.pump();
  assert.is(bench.far, "M112\n");
  assert.is(bench.keptAtWrite, "G1 X1\nM112\nG1 X2\n");
  assert.is(bench.kept, "G1 X1\nG1 X2\n");
});

test("a stop that the printer takes in pieces stays whole, and nothing comes between", () => {
  const bench = new Bench();
  bench.lane.hold();
  bench.room = 2;
  bench.says("G1 X1\nM112\n");
  bench.inject("M114");
  assert.is(bench.far, "M1");
  bench.room = 100;
  bench.lane.pump();
  assert.is(bench.far, "M112\nM114\n");
  bench.lane.release();
  assert.is(bench.far, "M112\nM114\nG1 X1\n");
  assert.is(bench.reported, bench.far);
});

test("no other line passes a hold", () => {
  const bench = new Bench();
  bench.lane.hold();
  bench.says("M1120\nM104 S0\nG1 X112\n;M112\nM11 2\nM410.5\n");
  assert.is(bench.far, "");
});

test("an injected line goes between lines, ahead of what waits, under its own name", () => {
  const bench = new Bench();
  bench.says("G1 X");
  const answer = bench.inject("M114");
  assert.is(answer.issue, undefined);
  bench.says("1\nG1 X2\n");
  assert.is(bench.far, "G1 X1\nM114\nG1 X2\n");
  assert.is(answer.issue, null);
  assert.equal(bench.passed.filter(([dir]) => dir === DIR.agentToPrinter), [
    [DIR.agentToPrinter, "M114\n"],
  ]);
});

test("an injected line that the far side takes in pieces stays whole", () => {
  const bench = new Bench();
  bench.room = 2;
  const answer = bench.inject("M114");
  bench.says("G1 X1\n");
  assert.is(bench.far, "M1");
  assert.is(answer.issue, undefined);
  bench.room = 100;
  bench.lane.pump();
  assert.is(bench.far, "M114\nG1 X1\n");
  assert.is(answer.issue, null);
});

test("lines are injected in order, into a hold as well", () => {
  const bench = new Bench();
  bench.lane.hold();
  bench.says("G1 X1\n");
  bench.inject("G91");
  bench.inject("G1 Z5");
  assert.is(bench.far, "G91\nG1 Z5\n");
});

test("an injection without a line boundary in time is given up", () => {
  const bench = new Bench();
  bench.says("G1 X");
  const answer = bench.inject("M114", 5000);
  bench.lane.expire(4999);
  assert.is(answer.issue, undefined);
  bench.lane.expire(5000);
  assert.match(answer.issue ?? "", /no line boundary came in time/);
  bench.says("1\n");
  assert.is(bench.far, "G1 X1\n");
});

test("no more than sixteen lines wait for their turn", () => {
  const bench = new Bench();
  bench.says("G1 X");
  const answers = Array.from({ length: 17 }, () => bench.inject("M114"));
  assert.is(answers[15]?.issue, undefined);
  assert.is(answers[16]?.issue, "too many");
});

test("bytes for a side that is gone are thrown away, and a cut line is left out afterwards", () => {
  const bench = new Bench();
  bench.near = "G1 X1\nG1 X";
  assert.is(bench.lane.drain(), 10);
  bench.says("2 F3000\nG1 X3\n");
  assert.is(bench.far, "G1 X3\n");
});

test("a cut line without an end is left out no further than its bound", () => {
  const bench = new Bench();
  bench.near = "cut";
  bench.lane.drain();
  bench.says("x".repeat(5000));
  assert.is(bench.far.length, 5000 - 4096);
});

test("what waits can be thrown away, and its injections are told", () => {
  const bench = new Bench();
  bench.room = 0;
  bench.says("G1 X1\nG1 X2\nG1");
  const answer = bench.inject("M114");
  assert.is(bench.lane.discard("the printer is gone"), 14);
  assert.is(answer.issue, "the printer is gone");
  bench.room = 100;
  bench.says(" X3\nG1 X4\n");
  assert.is(bench.far, "G1 X4\n");
});

test.run();
