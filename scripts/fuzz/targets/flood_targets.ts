import fc from "fast-check";
import { FrameDecoder } from "../../../edge/tap/frame.ts";
import { KlipperFrames } from "../../../edge/tap/klipper_frames.ts";
import { Legible } from "../../../edge/tap/legible.ts";
import { LineSplitter } from "../../../edge/source/line_splitter.ts";
import { TextLines } from "../../../edge/source/replay/text_lines.ts";
import { traffic } from "../corpus.ts";
import { mutatedBytes } from "../mutate_bytes.ts";
import { latin1, makeTarget, mustHold, type Target } from "../target.ts";
import { stateOf, warmAnalysis } from "../warm_analysis.ts";

const FLOOD_BYTES = 8_000_000;
/** What may stay behind of a flood, bytes: the collector isn't asked, it comes when it comes. */
const LEFT_BYTES_MAX = 64_000_000;
const STATE_CHARS_MAX = 4_000_000;
const FLOOD_MS_MAX = 5000;
const LINES = 20_000;

/** So much of the same that whatever is kept of each piece would be seen. */
export async function floodTargets(): Promise<Target[]> {
  const pieces = fc.oneof(mutatedBytes(traffic(">")), mutatedBytes(traffic("<")));
  const warm = await warmAnalysis();
  return [
    flood("lines", pieces, () => {
      const splitter = new LineSplitter();
      return (bytes) => void splitter.push(bytes);
    }),
    flood("a log's lines", pieces, () => {
      const lines = new TextLines();
      return (bytes) => void lines.push(bytes);
    }),
    flood("what can be read", pieces, () => {
      const [legible, klipper] = [new Legible(true), new KlipperFrames()];
      return (bytes) => {
        legible.step(bytes, 0, bytes.length, 1);
        for (const byte of bytes.subarray(0, 100)) klipper.step(byte);
      };
    }),
    flood("frames", pieces, () => {
      let decoder = new FrameDecoder();
      return (bytes) => {
        if (!decoder.push(bytes).ok) decoder = new FrameDecoder();
      };
    }),
    makeTarget({
      name: "flood: the analysis",
      weight: 1,
      caseMsMax: 20_000,
      inputs: fc.tuple(pieces, fc.nat({ max: warm.states.length - 1 })),
      run([bytes, at]) {
        const lines = latin1(bytes).split("\n");
        const state = warm.analysis.init(stateOf(warm.states[at]!));
        for (let number = 0; number < LINES; number++) {
          const line = `${lines[number % lines.length]}${number % 3 === 0 ? number : ""}`;
          const eventTimeS = state.nowS + 0.01;
          const type = number % 2 === 0 ? "sent" as const : "received" as const;
          warm.analysis.step(state, { type, eventTimeS, line, origin: "host" });
        }
        const { length } = JSON.stringify(warm.analysis.snapshot(state));
        mustHold(length < STATE_CHARS_MAX, `what is remembered is bounded, got ${length}`);
      },
    }),
  ];
}

function flood(
  name: string,
  pieces: fc.Arbitrary<Uint8Array>,
  open: () => (bytes: Uint8Array) => void,
): Target {
  return makeTarget({
    name: `flood: ${name}`,
    weight: 1,
    caseMsMax: FLOOD_MS_MAX,
    inputs: pieces,
    run(piece) {
      const take = open();
      const bytes = piece.length === 0 ? new Uint8Array(1) : piece;
      const before = Deno.memoryUsage();
      for (let sent = 0; sent < FLOOD_BYTES; sent += bytes.length) take(bytes);
      const after = Deno.memoryUsage();
      const left = after.heapUsed + after.external - before.heapUsed - before.external;
      mustHold(left < LEFT_BYTES_MAX, `memory is bounded, ${left} bytes were left`);
    },
  });
}
