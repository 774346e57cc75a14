import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseLine } from "../../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../../edge/gcode/parse_response.ts";
import type { PacingSample } from "../../../../edge/twin/motion/move_clock.ts";
import {
  initMotionTwin,
  makeMotionOutput,
  type MotionTwinOptions,
  stepCommand,
  stepIdle,
  stepResponse,
} from "../../../../edge/twin/motion/motion_twin.ts";
import { marlinRules } from "../../../../edge/twin/motion/rules.ts";
import { readTranscript } from "../../gcode/shared_data.ts";

const twin = suite("motion twin");

const rules = marlinRules({ junctionDeviationMm: null });

/** Zigzags of about 0.1 to 0.2 s a move, as a job. */
function job(count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) =>
      `G1 X${at % 2 ? 10 : 1} Y${(at * 0.7).toFixed(2)} E${(1 + at * 0.4).toFixed(3)} F3600`,
  );
}

interface Printer {
  /** Moves that the buffer holds, and how much longer than planned they take. */
  depth: number;
  rate: (move: number) => number;
  /** Extra time of the host between an acknowledgement and the next line, s. */
  hostS?: (move: number) => number;
  jitterS?: number;
}

interface Event {
  t: number;
  dir: ">" | "<";
  line: string;
}

/**
 * A printer with a bounded buffer, kept apart from the twin: each move takes its share of a plain
 * trapezoid; an acknowledgement comes once the buffer has room.
 */
function play(lines: string[], durations: number[], printer: Printer): Event[] {
  const events: Event[] = [];
  const ends: number[] = [];
  let t = 1, seed = 9;
  lines.forEach((line, at) => {
    t += 0.002 + (printer.hostS?.(at) ?? 0);
    events.push({ t, dir: ">", line });
    const freed = ends[at - printer.depth] ?? 0;
    seed = (seed * 1103515245 + 12345) % 2147483648;
    t = Math.max(t + 0.001, freed + (printer.jitterS ?? 0) * (seed / 2147483648));
    ends.push(Math.max(ends[at - 1] ?? 0, t) + durations[at]! * printer.rate(at));
    events.push({ t, dir: "<", line: "ok" });
  });
  return events;
}

/** What the twin itself plans for a job fed without pause. */
function plannedDurations(lines: string[]): number[] {
  const state = initMotionTwin({ rules });
  const output = makeMotionOutput();
  const durations: number[] = [];
  const take = () => {
    for (let at = 0; at < output.planned.count; at++) {
      durations.push(output.planned.moves[at]!.durationS);
    }
  };
  for (const line of lines) {
    const parsed = parseLine(line);
    if (parsed.ok) stepCommand(state, parsed.value, 0, output);
    take();
  }
  stepIdle(state, 1e6, output);
  take();
  return durations;
}

function watch(events: Event[], options: Partial<MotionTwinOptions> = {}) {
  const state = initMotionTwin({ rules, ...options });
  const output = makeMotionOutput();
  const samples: PacingSample[] = [];
  const spans: [number, number][] = [];
  for (const { t, dir, line } of events) {
    if (dir === ">") {
      const parsed = parseLine(line);
      if (parsed.ok) stepCommand(state, parsed.value, t, output);
    } else stepResponse(state, parseResponse(line), t, output);
    if (output.sample) samples.push({ ...output.sample });
    for (let at = 0; at < output.planned.count; at++) {
      const { startEventS, endEventS } = output.planned.moves[at]!;
      spans.push([startEventS, endEventS]);
    }
  }
  return { state, samples, spans };
}

const lines = job(1200);
const durations = plannedDurations(lines);
const near = (value: number | null, wanted: number, within: number) =>
  assert.ok(value !== null && Math.abs(value - wanted) <= within, `wanted ${wanted}, got ${value}`);

twin("plans every move once the host has ended", () => {
  assert.is(durations.length, lines.length);
});

twin("a long move that the host has to wait for doesn't empty the buffer", () => {
  const state = initMotionTwin({ rules, bufferMoves: 15 });
  const output = makeMotionOutput();
  let t = 0;
  const send = (line: string) => {
    const parsed = parseLine(line);
    if (parsed.ok) stepCommand(state, parsed.value, t, output);
  };
  const answer = () => stepResponse(state, parseResponse("ok"), t, output);
  send("G1 X0 Y0 F600");
  answer();
  for (let at = 1; at <= 15; at++) {
    send(`G1 X${at % 2 * 30} Y${at}`);
    answer();
  }
  t = 9;
  send("G1 X0 Y50");
  assert.is(state.motion.count, 15);
  // It waits three seconds for room, and the next line comes at once.
  t = 12;
  stepIdle(state, t, output);
  assert.is(state.motion.count, 15);
  answer();
  send("G1 X0 Y60");
  stepIdle(state, t, output);
  assert.is(state.motion.count, 15);
});

twin("finds a printer on time to be on time", () => {
  const { samples } = watch(play(lines, durations, { depth: 15, rate: () => 1 }), {
    bufferMoves: 15,
  });
  assert.ok(samples.length > 1000, `${samples.length}`);
  near(samples.at(-1)!.latenessS, 0, 0.3);
  near(samples.at(-1)!.rate, 1, 0.005);
});

twin("measures a printer that runs 5 % slow or fast from some moment on", () => {
  for (const factor of [1.05, 0.95]) {
    const rate = (move: number) => move < 600 ? 1 : factor;
    const { samples } = watch(play(lines, durations, { depth: 15, rate, jitterS: 0.02 }), {
      bufferMoves: 15,
    });
    near(samples[Math.floor(samples.length / 2) - 30]!.rate, 1, 0.01);
    near(samples.at(-1)!.rate, factor, 0.01);
  }
});

twin("learns how deep the buffer is", () => {
  for (const depth of [7, 15, 31]) {
    const { state, samples } = watch(play(lines, durations, { depth, rate: () => 1 }));
    assert.ok(Math.abs(state.clock.bufferMoves! - depth) <= 1, `${state.clock.bufferMoves}`);
    near(samples.at(-1)!.rate, 1, 0.01);
  }
});

twin("doesn't take a slow host for a slow printer", () => {
  const hostS = (move: number) => move % 300 > 150 ? 0.6 : 0;
  const { samples } = watch(play(lines, durations, { depth: 15, rate: () => 1, hostS }), {
    bufferMoves: 15,
  });
  const rates = samples.flatMap((each) => each.rate === null ? [] : [each.rate]);
  assert.ok(rates.length > 100);
  near(Math.max(...rates), 1, 0.05);
  near(Math.min(...rates), 1, 0.05);
});

twin("says when the printer does each move", () => {
  const events = play(lines, durations, { depth: 15, rate: () => 1 });
  const { spans } = watch(events, { bufferMoves: 15 });
  spans.slice(1).forEach(([start], at) => assert.ok(start >= spans[at]![1] - 1e-6));
  const lastSent = events.at(-1)!.t;
  assert.ok(Math.abs(spans.at(-1)![1] - lastSent) < 3, `${spans.at(-1)![1]} against ${lastSent}`);
});

twin("takes the buffer's size from an advanced acknowledgement", () => {
  const { state } = watch([
    { t: 1, dir: ">", line: "M105" },
    { t: 1.01, dir: "<", line: "ok P15 B3" },
  ]);
  assert.is(state.clock.bufferMoves, 15);
});

twin("follows a repeated line only once", () => {
  const { state } = watch([
    { t: 1, dir: ">", line: "N1 G91" },
    { t: 1, dir: "<", line: "ok" },
    { t: 1, dir: ">", line: "N2 G1 X5 F600" },
    { t: 1, dir: "<", line: "Resend: 2" },
    { t: 1, dir: "<", line: "ok" },
    { t: 1, dir: ">", line: "N2 G1 X5 F600" },
    { t: 1, dir: "<", line: "ok" },
  ]);
  assert.is(state.machine.xMm, 5);
  assert.is(state.clock.waiting.length, 0);
});

twin("starts anew when the printer does", () => {
  const { state } = watch([
    { t: 1, dir: ">", line: "G91" },
    { t: 1, dir: ">", line: "G1 X5 F600" },
    { t: 2, dir: "<", line: "start" },
  ]);
  assert.is(state.machine.xMm, 0);
  assert.not(state.machine.relative);
  assert.is(state.clock.waiting.length, 0);
});

twin("survives its snapshot through JSON", () => {
  const events = play(lines, durations, { depth: 15, rate: () => 1 });
  const state = watch(events.slice(0, 900), { bufferMoves: 15 }).state;
  assert.equal(JSON.parse(JSON.stringify(state)), state);
  assert.ok(JSON.stringify(state).length < 200_000);
});

twin("keeps up with real traffic", () => {
  for (const name of ["marlin21-normal", "octoprint-virtual-resends"]) {
    const entries = readTranscript(name);
    if (entries === null) return;
    const events = entries.filter((each) => each.dir !== "#") as Event[];
    const { state, spans } = watch(events);
    assert.ok(spans.length > 500);
    assert.ok(state.clock.waiting.length <= 2, `${state.clock.waiting.length} unpaired`);
  }
});

twin.run();
