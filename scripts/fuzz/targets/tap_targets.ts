import fc from "fast-check";
import { decodeControl } from "../../../edge/tap/control.ts";
import { encodeControl } from "../../../edge/tap/encode_control.ts";
import { DIR, type Dir, FrameDecoder } from "../../../edge/tap/frame.ts";
import { Lane } from "../../../edge/tap/lane.ts";
import { QUEUE_BYTES } from "../../../edge/tap/waiting.ts";
import { Legible } from "../../../edge/tap/legible.ts";
import { readAgentMessage } from "../../../edge/tap/agent_message.ts";
import { decodeAgentMessage } from "../../../edge/tap/orders.ts";
import { ReplayRing } from "../../../edge/tap/ring.ts";
import { LINE_CHARS_MAX, LineSplitter } from "../../../edge/source/line_splitter.ts";
import { TapFrames } from "../../../edge/source/tap_frames.ts";
import { traffic } from "../corpus.ts";
import { mutatedBytes, mutatedText } from "../mutate_bytes.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";
import { plainLaneIo } from "../plain_lane_io.ts";

const BOOT_ID = "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10";
const TAP_ID = "7d1c2f4e-9a41-4c26-8a0f-5b2f5a1e7c11";
const STATE = { host: true, printer: true, bypass: false, held: false, blind: null, baud: 115200 };
const ORDERS = [
  { v: 1, type: "resume", after: { tapId: TAP_ID, seq: 12 } },
  { v: 1, type: "resume", after: "oldest" },
  { v: 1, id: BOOT_ID, type: "hold", leaseS: 5, latched: false },
  { v: 1, id: BOOT_ID, type: "release" },
  { v: 1, id: BOOT_ID, type: "inject", to: "printer", line: "M117 paused" },
  { v: 1, id: BOOT_ID, type: "ask", line: "M115" },
  { v: 1, id: BOOT_ID, type: "bypass", on: true },
].map((order) => JSON.stringify(order));

/** How much is read or written at once; 0: nothing can be just now. */
const amounts = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 12 });
const acts = fc.constantFrom("hold", "release", "inject", "divert", "undivert", "discard", "drain");
const someActs = fc.array(fc.tuple(fc.nat({ max: 40 }), acts), { maxLength: 6 });

/** The bytes of a serial line, both ways, through the code between tap and agent. */
export function tapTargets(): Target[] {
  const sent = mutatedBytes(traffic(">"));
  const received = mutatedBytes(traffic("<"));
  const either = fc.oneof(sent, received);
  return [
    makeTarget({
      name: "tap: bytes pass unchanged",
      weight: 10,
      inputs: fc.record({ bytes: either, reads: amounts, writes: amounts }),
      run: ({ bytes, reads, writes }) => {
        const out = passThrough(bytes, reads, writes, []);
        mustHold(out.length === bytes.length, `${bytes.length} bytes come out, got ${out.length}`);
        mustHold(bytes.every((byte, at) => out[at] === byte), "each byte comes out as it went in");
      },
    }),
    makeTarget({
      name: "tap: orders at any moment",
      weight: 10,
      inputs: fc.record({ bytes: either, reads: amounts, writes: amounts, orders: someActs }),
      run: ({ bytes, reads, writes, orders }) => {
        passThrough(bytes, reads, writes, orders);
      },
    }),
    makeTarget({
      name: "tap: what can be read",
      weight: 6,
      inputs: fc.tuple(either, fc.boolean(), fc.double({ noNaN: true })),
      run: ([bytes, towardsPrinter, timeS]) => {
        const legible = new Legible(towardsPrinter);
        legible.step(bytes, 0, bytes.length, timeS);
        legible.step(bytes, 0, bytes.length, timeS + 3);
      },
    }),
    makeTarget({
      name: "tap: the agent's messages",
      weight: 8,
      inputs: mutatedText(ORDERS),
      run(bytes) {
        const text = new TextDecoder().decode(bytes);
        if (readAgentMessage(text).ok !== decodeAgentMessage(text).ok) {
          throw new Error("the tap and the schema must agree");
        }
      },
    }),
    makeTarget({
      name: "agent: lines, however cut",
      weight: 8,
      inputs: fc.record({ bytes: either, reads: amounts, inside: fc.boolean() }),
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

/** A lane that is read and written in these amounts until nothing is left, or nothing moves. */
function passThrough(
  bytes: Uint8Array,
  reads: readonly number[],
  writes: readonly number[],
  orders: readonly [number, string][],
): number[] {
  const out: number[] = [];
  let [at, turn] = [0, 0];
  const amount = (of: readonly number[]) => Math.max(0, of[turn % of.length]!);
  const lane = new Lane(
    plainLaneIo({
      read(into, bytesMax) {
        const piece = bytes.subarray(at, at + Math.min(bytesMax, amount(reads)));
        into.set(piece);
        at += piece.length;
        return piece.length;
      },
      write(from, length) {
        const taken = Math.min(length, amount(writes));
        for (let i = 0; i < taken; i++) out.push(from[i]!);
        return taken;
      },
    }),
    DIR.hostToPrinter,
    () => {},
  );
  const bored = reads.every((one) => one === 0) || writes.every((one) => one === 0);
  // Withheld bytes never come out: then it is enough to have tried for a while.
  const turnsMax = orders.length > 0
    ? 400
    : bored
    ? 20
    : 4 * (reads.length + writes.length) * (bytes.length + 10);
  const left = () => at < bytes.length || lane.queuedBytes > 0;
  for (; turn < turnsMax && (left() || turn <= 40 && orders.length > 0); turn++) {
    for (const [when, what] of orders) if (when === turn) carryOut(lane, what, turn);
    if (lane.wantsRead) lane.onReadable();
    lane.pump();
    mustHold(lane.queuedBytes <= QUEUE_BYTES, "the queue is bounded");
  }
  return bored ? [...bytes] : out;
}

function carryOut(lane: Lane, what: string, turn: number): void {
  if (what === "hold") lane.hold();
  else if (what === "release") lane.release();
  else if (what === "divert") lane.divert(true);
  else if (what === "undivert") lane.divert(false);
  else if (what === "discard") lane.discard("the far side is gone");
  else if (what === "drain") lane.drain();
  else lane.inject(new TextEncoder().encode("M105\n"), DIR.agentToPrinter, turn + 5, () => {});
  lane.expire(turn);
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

function chunks(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    found.push(bytes.subarray(at, at + size));
    at += size;
  }
  return found;
}
