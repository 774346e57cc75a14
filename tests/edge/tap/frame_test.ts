import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  DIR,
  FRAME_HEADER_BYTES,
  frameBytesAt,
  FrameDecoder,
  frameTemplate,
  PAYLOAD_BYTES_MAX,
  writeHeader,
} from "../../../edge/tap/frame.ts";
import { seededBytes } from "./rig.ts";

const test = suite("frame");
const BOOT = "01234567-89ab-4def-8123-456789abcdef";
const template = frameTemplate(BOOT);

function encoded(seq: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  writeHeader(
    bytes,
    0,
    template,
    DIR.printerToHost,
    seq,
    86_400 * 200,
    999_999_999,
    payload.length,
  );
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

test("a frame comes back as it was written", () => {
  const payload = seededBytes(1, 300);
  const decoded = new FrameDecoder().push(encoded(2 ** 40 + 17, payload));
  assert.equal(decoded, {
    ok: true,
    value: [{
      v: 1,
      bootId: BOOT,
      seq: 2 ** 40 + 17,
      eventTimeNs: 86_400 * 200 * 1e9 + 999_999_999,
      dir: DIR.printerToHost,
      bytes: new Uint8Array(payload),
    }],
  });
});

test("frames come out whole from pieces of any size", () => {
  const stream = new Uint8Array(200 * 100 + 200 * FRAME_HEADER_BYTES);
  let end = 0;
  for (let seq = 1; seq <= 200; seq++) {
    const frame = encoded(seq, seededBytes(seq, seq % 100));
    stream.set(frame, end);
    end += frame.length;
  }
  for (const size of [1, 2, 3, 7, 39, 40, 41, 1000, end]) {
    const decoder = new FrameDecoder();
    const seqs: number[] = [];
    for (let at = 0; at < end; at += size) {
      const decoded = decoder.push(stream.subarray(at, Math.min(at + size, end)));
      assert.ok(decoded.ok);
      for (const frame of decoded.value) {
        assert.equal([...frame.bytes], [...seededBytes(frame.seq, frame.seq % 100)]);
        seqs.push(frame.seq);
      }
    }
    assert.equal(seqs, Array.from({ length: 200 }, (_, i) => i + 1), `pieces of ${size}`);
  }
});

test("an empty and the largest payload are taken", () => {
  for (const length of [0, PAYLOAD_BYTES_MAX]) {
    const bytes = encoded(1, new Uint8Array(length));
    assert.is(frameBytesAt(bytes, 0), FRAME_HEADER_BYTES + length);
    assert.ok(new FrameDecoder().push(bytes).ok);
  }
});

const breaches: [string, (bytes: Uint8Array) => void, RegExp][] = [
  ["too short a length", (bytes) => bytes.set([35, 0, 0, 0]), /bytes were required, got 39/],
  ["too long a length", (bytes) => bytes.set([0, 0x20, 0, 0]), /bytes were required, got 8196/],
  ["a huge length", (bytes) => bytes.set([255, 255, 255, 255]), /bytes were required/],
  ["another version", (bytes) => void (bytes[4] = 2), /version 1 was required, got 2/],
  ["direction 0", (bytes) => void (bytes[5] = 0), /a direction of 1 to 5 was required, got 0/],
  ["direction 6", (bytes) => void (bytes[5] = 6), /a direction of 1 to 5 was required, got 6/],
  ["a reserved byte", (bytes) => void (bytes[7] = 1), /a direction/],
  ["an unsafe sequence", (bytes) => bytes.fill(255, 24, 32), /a safe sequence/],
  ["a second of 1e9 ns", (bytes) => bytes.fill(255, 36, 40), /under 1e9 ns/],
];
for (const [what, spoil, words] of breaches) {
  test(`${what} is refused`, () => {
    const bytes = encoded(1, new Uint8Array(8));
    spoil(bytes);
    const decoded = new FrameDecoder().push(bytes);
    assert.ok(!decoded.ok);
    assert.match(decoded.issue, words);
  });
}

test("a boot id that is no UUID can't be written", () => {
  assert.throws(() => frameTemplate("nonsense"), /a UUID was required, got 'nonsense'/);
});

test.run();
