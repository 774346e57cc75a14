import fc from "fast-check";
import { DIR } from "../../../edge/tap/frame.ts";
import { Lane } from "../../../edge/tap/lane.ts";
import { QUEUE_BYTES } from "../../../edge/tap/waiting.ts";
import { Legible } from "../../../edge/tap/legible.ts";
import { readAgentMessage } from "../../../edge/tap/agent_message.ts";
import { decodeAgentMessage } from "../../../edge/tap/orders.ts";
import { amounts } from "../amounts.ts";
import { traffic } from "../corpus.ts";
import { mutatedBytes, mutatedText } from "../mutate_bytes.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";
import { plainLaneIo } from "../plain_lane_io.ts";

const BOOT_ID = "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10";
const TAP_ID = "7d1c2f4e-9a41-4c26-8a0f-5b2f5a1e7c11";
const ORDERS = [
  { v: 1, type: "resume", after: { tapId: TAP_ID, seq: 12 } },
  { v: 1, type: "resume", after: "oldest" },
  { v: 1, id: BOOT_ID, type: "hold", leaseS: 5, latched: false },
  { v: 1, id: BOOT_ID, type: "release" },
  { v: 1, id: BOOT_ID, type: "inject", to: "printer", line: "M117 paused" },
  { v: 1, id: BOOT_ID, type: "ask", line: "M115" },
  { v: 1, id: BOOT_ID, type: "bypass", on: true },
].map((order) => JSON.stringify(order));

const acts = fc.constantFrom("hold", "release", "inject", "divert", "undivert", "discard", "drain");
const someActs = fc.array(fc.tuple(fc.nat({ max: 40 }), acts), { maxLength: 6 });

/** The bytes of a serial line, both ways, through the tap. */
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
