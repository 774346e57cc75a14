import fc from "fast-check";
import { getLogger } from "@logtape/logtape";
import { join } from "node:path";
import { AnalysisRun } from "../../../edge/agent/analysis_run.ts";
import { readSnapshot } from "../../../edge/agent/snapshot_file.ts";
import type { AnalysisState } from "../../../edge/analysis.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { traffic } from "../corpus.ts";
import { mutatedBytes, mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { latin1, makeTarget, mustHold, type Target } from "../target.ts";
import { stateOf, type WarmAnalysis } from "../warm_analysis.ts";

const PRINTER = "left";
/** What is remembered of a printer never takes more, in characters of JSON. */
const STATE_CHARS_MAX = 4_000_000;

/** What happens to an observation on its way: another line, another time, another order. */
type Twist =
  | { do: "line"; at: number; bytes: Uint8Array }
  | { do: "time"; at: number; shiftS: number }
  | { do: "again"; at: number; times: number }
  | { do: "other"; at: number; observation: Observation };

const place = fc.nat({ max: 65_535 });
const seconds = fc.oneof(
  fc.double({ noNaN: true, min: -1e4, max: 1e4 }),
  fc.constantFrom(0, 1e-9, 3600, 1e9, -1e9, 1e308, NaN, Infinity),
);

function twist(): fc.Arbitrary<Twist> {
  const bytes = fc.oneof(mutatedBytes(traffic(">")), mutatedBytes(traffic("<")));
  return fc.oneof(
    fc.record({ do: fc.constant("line" as const), at: place, bytes }),
    fc.record({ do: fc.constant("time" as const), at: place, shiftS: seconds }),
    fc.record({ do: fc.constant("again" as const), at: place, times: fc.nat({ max: 20 }) }),
    fc.record({ do: fc.constant("other" as const), at: place, observation: other() }),
  );
}

/** What comes more rarely than lines. */
function other(): fc.Arbitrary<Observation> {
  const eventTimeS = seconds;
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(20, 210, 0, -1));
  const senses = ["hotendDuty", "fanDuty", "fanRpm", "filamentMm", "secondHotendC", "ambientC"]
    .concat(["doorOpen", "supplyGood"]);
  const heater = fc.record({
    type: fc.constant("heater"),
    eventTimeS,
    heater: fc.constantFrom("hotend", "bed"),
    measuredC: number,
    targetC: number,
    duty: fc.oneof(number, fc.constant(null)),
  });
  const reading = fc.record({
    type: fc.constant("reading"),
    eventTimeS,
    sense: fc.constantFrom(...senses),
    value: number,
  });
  const events = ["host-open", "host-closed", "printer-lost", "printer-back", "blind", "seeing"]
    .concat(["bypass-on", "bypass-off", "held", "released", "second-opener", "baud"]);
  const link = fc.record({
    type: fc.constant("link"),
    eventTimeS,
    event: fc.constantFrom(...events),
    detail: fc.string(),
  });
  const gap = fc.record({
    type: fc.constant("gap"),
    eventTimeS,
    sinceS: seconds,
    missedFrames: fc.nat(),
    reason: fc.string(),
  });
  const declared = fc.record({
    type: fc.constant("declared"),
    eventTimeS,
    untilS: seconds,
    what: fc.string(),
    by: fc.string(),
  });
  const tick = fc.record({ type: fc.constant("tick"), eventTimeS });
  return fc.oneof(heater, reading, link, gap, declared, tick) as fc.Arbitrary<Observation>;
}

/** The analysis of one printer, in the midst of a print, and its snapshots. */
export async function analysisTargets(warm: WarmAnalysis): Promise<Target[]> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-fuzz-" });
  const close = () => Deno.remove(folder, { recursive: true }).catch(() => {});
  const twists = fc.array(twist(), { maxLength: 8 });
  const begin = fc.nat({ max: warm.states.length - 1 });
  return [
    makeTarget({
      name: "analysis: a print that turns strange",
      weight: 10,
      inputs: fc.tuple(begin, twists),
      run: ([at, changes]) => {
        const state = warm.analysis.init(stateOf(warm.states[at]!));
        const { nowS } = state;
        for (const seen of twisted(warm.onwards[at]!, changes)) warm.analysis.step(state, seen);
        const text = JSON.stringify(warm.analysis.snapshot(state));
        mustHold(text.length < STATE_CHARS_MAX, "what is remembered is bounded");
        mustHold(state.nowS >= nowS, "time never runs backwards");
        mustHold(warm.analysis.restore(JSON.parse(text)).ok, "its own snapshot can be restored");
        warm.analysis.status(state);
      },
    }),
    snapshotTarget(warm, join(folder, "left.snapshot.json"), close),
  ];
}

function twisted(seen: readonly Observation[], twists: readonly Twist[]): Observation[] {
  let found = [...seen];
  for (const one of twists) {
    const at = Math.floor(one.at / 65_536 * found.length);
    const here = found[at];
    if (here === undefined) continue;
    if (one.do === "time") {
      found = found.map((seen, index) =>
        index < at ? seen : { ...seen, eventTimeS: seen.eventTimeS + one.shiftS }
      );
    } else if (one.do === "again") found.splice(at, 0, ...Array(one.times).fill(here));
    else if (one.do === "other") {
      const { eventTimeS } = one.observation;
      found.splice(at, 0, { ...one.observation, eventTimeS: here.eventTimeS + eventTimeS });
    } else {
      const lines = latin1(one.bytes).split("\n").slice(0, 40);
      const { eventTimeS } = here;
      const type = here.type === "sent" ? "sent" : "received";
      found.splice(
        at,
        1,
        ...lines.map((line) => ({ type, eventTimeS, line, origin: "host" }) as Observation),
      );
    }
  }
  return found;
}

/** A snapshot that somebody or something has changed on the disk. */
function snapshotTarget(warm: WarmAnalysis, file: string, close: () => Promise<void>): Target {
  const position = {
    bootId: "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10",
    runId: "7d1c2f4e-9a41-4c26-8a0f-5b2f5a1e7c11",
    seq: 7,
  };
  const values = warm.states.map((text) => ({
    version: 1,
    printer: PRINTER,
    position,
    analysis: stateOf(text),
    waiting: [],
  }));
  const log = getLogger(["fuzz"]);
  return makeTarget({
    name: "snapshots",
    weight: 4,
    inputs: fc.oneof(
      mutatedJson(values).map((value) => new TextEncoder().encode(JSON.stringify(value) ?? "")),
      mutatedText(values.map((value) => JSON.stringify(value))),
    ),
    async run(bytes) {
      await Deno.writeFile(file, bytes);
      const read = await readSnapshot(file, PRINTER);
      if (!read.ok || read.value === null) return;
      const restored = warm.analysis.restore(read.value.analysis);
      if (!restored.ok) return;
      const run = new AnalysisRun<AnalysisState>(warm.analysis, restored.value, () => [], log);
      for (const seen of warm.onwards[1]!) run.take(seen);
      void run.status;
      JSON.stringify(run.snapshot());
    },
    close,
  });
}
