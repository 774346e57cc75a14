import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation, Source, SourcePosition } from "../../../edge/source/observation.ts";
import { SensesSource, type Told } from "../../../edge/source/senses/senses_source.ts";

const tests = suite("readings in a tap's stream");

type Feed = (eventTimeS: number, readings: readonly Told[]) => void;

/** A tap whose words a test gives one by one. */
class ScriptedTap implements Source {
  #waiting: { observation: Observation; seq: number }[] = [];
  #wake: () => void = () => {};
  #isOver = false;
  #seq = 0;

  say(observation: Observation): void {
    this.#waiting.push({ observation, seq: this.#waiting.length + this.#seq + 1 });
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  position(): SourcePosition {
    return { bootId: "b", runId: "r", seq: this.#seq };
  }

  async *observations(): AsyncGenerator<Observation> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next) {
        this.#seq = next.seq;
        yield next.observation;
      } else if (this.#isOver) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

function rig(nowMs?: () => number) {
  const tap = new ScriptedTap();
  let feed: Feed = () => {};
  const lines: Observation[] = [];
  const source = new SensesSource({
    tap,
    wired: ["hotendDuty", "doorOpen"],
    listen: (onReadings) => feed = onReadings,
    onLine: (line) => void lines.push(line),
    nowMs,
  });
  const seen: { observation: Observation; seq: number | undefined }[] = [];
  const running = (async () => {
    for await (const observation of source.observations(new AbortController().signal)) {
      seen.push({ observation, seq: source.position()?.seq });
    }
  })();
  return {
    tap,
    seen,
    lines,
    running,
    feed: (eventTimeS: number, value: number | null = 0.5) =>
      feed(eventTimeS, [{ sense: "hotendDuty", value }]),
  };
}

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const line = (eventTimeS: number): Observation => ({ type: "received", eventTimeS, line: "ok" });
const tick = (eventTimeS: number): Observation => ({ type: "tick", eventTimeS });
const order = (seen: { observation: Observation }[]) =>
  seen.map(({ observation: { type, eventTimeS } }) => `${type[0]}${eventTimeS}`).join(" ");

tests("a reading stands before the first line that is later", async () => {
  const { tap, seen, running, feed } = rig();
  await turn();
  feed(10.5);
  tap.say(line(10));
  tap.say(line(10.4));
  tap.say(line(10.6));
  tap.end();
  await running;
  assert.is(order(seen), "r10 r10.4 r10.5 r10.6");
  assert.is(seen[2]!.observation.type, "reading");
});

tests("while the line is quiet a reading comes a moment later by itself", async () => {
  const { tap, seen, running, feed } = rig();
  tap.say(tick(10));
  await turn(5);
  feed(10.5);
  await turn(20);
  assert.is(seen.length, 1);
  await turn(200);
  assert.is(order(seen), "t10 r10.5");
  tap.end();
  await running;
});

tests("a line that came late is never told before what was told already", async () => {
  const { tap, seen, running, feed } = rig();
  tap.say(tick(10));
  await turn();
  feed(10.5);
  await turn(150);
  tap.say(line(10.49));
  tap.end();
  await running;
  assert.is(order(seen), "t10 r10.5 r10.5");
});

tests("while the tap tells of what was long ago, readings of now wait for it", async () => {
  const { tap, seen, running, feed } = rig();
  tap.say(line(100));
  await turn();
  feed(200);
  await turn(150);
  assert.is(order(seen), "r100");
  for (const atS of [150, 199, 201]) tap.say(line(atS));
  tap.end();
  await running;
  assert.is(order(seen), "r100 r150 r199 r200 r201");
});

tests("the place to go on at is the tap's own, behind what was told", async () => {
  const { tap, seen, running, feed } = rig();
  await turn();
  feed(10.5);
  for (const atS of [10, 11, 12]) tap.say(line(atS));
  tap.end();
  await running;
  assert.equal(seen.map(({ seq }) => seq), [1, 1, 2, 3]);
});

tests("a sense at fault is told as no number", async () => {
  const { tap, seen, running, feed } = rig();
  await turn();
  feed(10, null);
  tap.say(line(11));
  tap.end();
  await running;
  const [first] = seen;
  assert.ok(first?.observation.type === "reading" && Number.isNaN(first.observation.value));
});

tests(
  "senses that are silent for ten seconds are at fault, each of them, at each tick",
  async () => {
    let nowMs = 0;
    const { tap, seen, running } = rig(() => nowMs);
    tap.say(tick(1));
    await turn();
    nowMs = 9000;
    tap.say(tick(9));
    await turn();
    assert.is(order(seen), "t1 t9");
    nowMs = 11_000;
    tap.say(tick(11));
    tap.say(line(11.5));
    tap.end();
    await running;
    assert.is(order(seen), "t1 t9 r11 r11 t11 r11.5");
  },
);

tests("each of the tap's words is handed on before it is told", async () => {
  const { tap, lines, running } = rig();
  tap.say(line(1));
  tap.say(tick(2));
  tap.end();
  await running;
  assert.is(lines.length, 2);
});

tests.run();
