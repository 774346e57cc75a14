import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DIR, type Frame, FrameDecoder } from "../../../edge/tap/frame.ts";
import { ReplayRing } from "../../../edge/tap/ring.ts";
import { seededBytes } from "./rig.ts";

const test = suite("replay ring");
const BOOT = "01234567-89ab-4def-8123-456789abcdef";

function append(ring: ReplayRing, payload: Uint8Array): void {
  ring.append(DIR.hostToPrinter, payload, 0, payload.length, 12, 34);
}

/** All frames from a sequence number on, through a buffer of the given size. */
function read(ring: ReplayRing, seq: number, bufferBytes = 65_536): Frame[] {
  const cursor = ring.cursorAt(seq);
  const decoder = new FrameDecoder();
  const buffer = new Uint8Array(bufferBytes);
  const frames: Frame[] = [];
  for (;;) {
    const bytes = ring.copyOut(cursor, buffer, 0);
    if (bytes === 0) return frames;
    const decoded = decoder.push(buffer.subarray(0, bytes));
    if (!decoded.ok) throw new Error(decoded.issue);
    frames.push(...decoded.value);
  }
}

test("what was put in comes out in order, until it is overwritten", () => {
  for (const capacity of [4136, 5000, 20_011, 65_536]) {
    const ring = new ReplayRing(capacity, BOOT);
    const sizes = seededBytes(capacity, 5000);
    for (let seq = 1; seq <= 5000; seq++) {
      const size = 1 + ((sizes[seq] ?? 0) ** 2 % (seq % 50 === 0 ? 4096 : 90));
      append(ring, seededBytes(seq, size));
      assert.is(ring.nextSeq, seq + 1);
      if (seq % 97 !== 0) continue;
      const frames = read(ring, 1, 4200);
      assert.is(frames[0]?.seq, ring.oldestSeq);
      assert.is(frames.at(-1)?.seq, seq);
      for (const [i, frame] of frames.entries()) {
        assert.is(frame.seq, ring.oldestSeq + i);
        const size = 1 + ((sizes[frame.seq] ?? 0) ** 2 % (frame.seq % 50 === 0 ? 4096 : 90));
        assert.equal([...frame.bytes], [...seededBytes(frame.seq, size)]);
      }
    }
    assert.ok(ring.oldestSeq > 1, "something was overwritten");
  }
});

test("it uses its memory: small frames fill all but a frame's length of it", () => {
  const ring = new ReplayRing(100_000, BOOT);
  for (let i = 0; i < 5000; i++) append(ring, new Uint8Array(60));
  assert.ok(ring.nextSeq - ring.oldestSeq >= 999, `${ring.nextSeq - ring.oldestSeq} frames kept`);
});

test("a reader goes on where it was while more comes in", () => {
  const ring = new ReplayRing(10_000, BOOT);
  const cursor = ring.cursorAt(1);
  const buffer = new Uint8Array(8192);
  const decoder = new FrameDecoder();
  let next = 1;
  for (let seq = 1; seq <= 2000; seq++) {
    append(ring, seededBytes(seq, 1 + seq % 80));
    if (seq % 7 !== 0) continue;
    const decoded = decoder.push(buffer.subarray(0, ring.copyOut(cursor, buffer, 0)));
    assert.ok(decoded.ok);
    for (const frame of decoded.value) assert.is(frame.seq, next++);
  }
  assert.ok(next > 1990);
});

test("a cursor for a frame that is gone stands at the oldest, for one to come at the end", () => {
  const ring = new ReplayRing(5000, BOOT);
  for (let i = 0; i < 500; i++) append(ring, new Uint8Array(50));
  assert.is(ring.cursorAt(1).seq, ring.oldestSeq);
  assert.is(ring.cursorAt(10_000).seq, ring.nextSeq);
  assert.is(ring.cursorAt(ring.nextSeq - 3).seq, ring.nextSeq - 3);
});

test("a frame that isn't kept takes no sequence number", () => {
  const ring = new ReplayRing(5000, BOOT);
  append(ring, new Uint8Array(5));
  const frame = ring.passing(DIR.control, new Uint8Array([1, 2]), 1, 5, 6);
  const decoded = new FrameDecoder().push(frame);
  assert.ok(decoded.ok && decoded.value[0]?.seq === 1 && decoded.value[0].dir === DIR.control);
  assert.is(ring.nextSeq, 2);
});

test("too small a ring is refused", () => {
  assert.throws(() => new ReplayRing(4135, BOOT), /at least 4136 bytes were required, got 4135/);
});

test.run();
