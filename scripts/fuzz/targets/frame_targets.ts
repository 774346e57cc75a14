import fc from "fast-check";
import { LINE_CHARS_MAX, LineSplitter } from "../../../edge/source/line_splitter.ts";
import { TapFrames } from "../../../edge/source/tap_frames.ts";
import { decodeControl } from "../../../edge/tap/control.ts";
import { encodeControl } from "../../../edge/tap/encode_control.ts";
import { DIR, type Dir, FrameDecoder } from "../../../edge/tap/frame.ts";
import { ReplayRing } from "../../../edge/tap/ring.ts";
import { amounts, chunks } from "../amounts.ts";
import { traffic } from "../corpus.ts";
import { mutatedBytes, mutatedText } from "../mutate_bytes.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";

const BOOT_ID = "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10";
const TAP_ID = "7d1c2f4e-9a41-4c26-8a0f-5b2f5a1e7c11";
const STATE = { host: true, printer: true, bypass: false, held: false, blind: null, baud: 115200 };

/** What the agent's source makes of a tap's bytes. */
export function frameTargets(): Target[] {
  const sent = mutatedBytes(traffic(">"));
  const received = mutatedBytes(traffic("<"));
  return [
    makeTarget({
      name: "agent: lines, however cut",
      weight: 8,
      inputs: fc.record({ bytes: fc.oneof(sent, received), reads: amounts, inside: fc.boolean() }),
      run: ({ bytes, reads, inside }) => {
        const whole = new LineSplitter(inside).push(bytes);
        const cut = new LineSplitter(inside);
        const lines = chunks(bytes, reads).flatMap((chunk) => cut.push(chunk));
        mustHold(whole.join("\n") === lines.join("\n"), "cuts change no line");
        mustHold(lines.every(({ length }) => length <= LINE_CHARS_MAX), "lines are bounded");
      },
    }),
    makeTarget({
      name: "agent: frames of a tap",
      weight: 12,
      inputs: fc.record({
        frames: fc.array(frame(sent, received), { maxLength: 12 }),
        flips: fc.array(fc.tuple(fc.nat({ max: 65_535 }), fc.nat({ max: 7 })), { maxLength: 3 }),
        reads: amounts,
        oldestSeq: fc.nat({ max: 30 }),
      }),
      run: ({ frames, flips, reads, oldestSeq }) => {
        const stream = encoded(frames, oldestSeq);
        for (const [share, bit] of flips) {
          const at = Math.floor(share / 65_536 * stream.length);
          stream[at] = stream[at]! ^ (1 << bit);
        }
        readFrames(stream, reads);
      },
    }),
  ];
}

type FrameWish = [dir: number, seqStep: number, timeS: number, bytes: Uint8Array];

function frame(sent: fc.Arbitrary<Uint8Array>, received: fc.Arbitrary<Uint8Array>) {
  const controls = [
    { type: "link", event: "host-open", detail: "" },
    { type: "link", event: "blind", detail: "MeatPack" },
    { type: "link", event: "seeing", detail: "" },
    { type: "link", event: "printer-lost", detail: "" },
    { type: "heartbeat" },
    { type: "gap", fromSeq: 2, missedFrames: 5, nextSeq: 9, state: STATE },
    { type: "ack", id: BOOT_ID, result: "applied", detail: "sent" },
    { type: "bye", reason: "a newer connection" },
  ] as const;
  const control = fc.oneof(
    fc.constantFrom(...controls).map((one) => encodeControl(one) as Uint8Array),
    mutatedText(controls.map((one) => JSON.stringify(one))),
  );
  const rest = [fc.nat({ max: 3 }), fc.nat({ max: 4_000_000_000 })] as const;
  return fc.oneof(
    fc.tuple(fc.constant<number>(DIR.hostToPrinter), ...rest, sent),
    fc.tuple(fc.constant<number>(DIR.printerToHost), ...rest, received),
    fc.tuple(fc.constant<number>(DIR.control), ...rest, control),
    fc.tuple(fc.integer({ min: 0, max: 7 }), ...rest, received),
  );
}

/** A connection's bytes as a tap would send them. */
function encoded(frames: readonly FrameWish[], oldestSeq: number): Uint8Array {
  const ring = new ReplayRing(65_536, BOOT_ID);
  const hello = encodeControl({
    type: "hello",
    tapId: TAP_ID,
    printer: "left",
    oldestSeq,
    nextSeq: oldestSeq + frames.length,
    orders: true,
    state: STATE,
  });
  const parts = [ring.passing(DIR.control, hello, 0, 1, 0)];
  let seq = oldestSeq;
  for (const [dir, seqStep, timeS, bytes] of frames) {
    seq += seqStep;
    parts.push(ring.passing(dir as Dir, bytes.subarray(0, 4096), seq, timeS, 5));
  }
  const stream = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    stream.set(part, at);
    at += part.length;
  }
  return stream;
}

/** As the agent's source reads a connection. */
function readFrames(stream: Uint8Array, reads: readonly number[]): void {
  const decoder = new FrameDecoder();
  const frames = new TapFrames({ bootId: BOOT_ID, runId: TAP_ID, seq: 3 });
  let begun = false;
  for (const chunk of chunks(stream, reads)) {
    const decoded = decoder.push(chunk);
    if (!decoded.ok) return;
    for (const one of decoded.value) {
      if (!begun && frames.begin(one)) {
        begun = true;
        continue;
      }
      if (!begun || frames.step(one).bye !== null) return;
      frames.settle(one);
      decodeControl(one.bytes);
    }
  }
}
