import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RelayState } from "../../../edge/senses/protocol.ts";
import type { Sense } from "../../../edge/source/observation.ts";
import { until } from "../publish/site_fixture.ts";
import { FakeLines } from "./fake_lines.ts";
import { PINS, startSenses, WIRED } from "./senses_fixture.ts";

const tests = suite("senses' program");
type Rig = Awaited<ReturnType<typeof startSenses>>;

/** Everything that the agent hears of p1. */
function hear({ link }: Rig) {
  const values = new Map<Sense, (number | null)[]>();
  const relay: { states: (RelayState | null)[]; news: string[] } = { states: [], news: [] };
  link.listen("p1", {
    onReadings: ({ readings }) => {
      for (const { sense, value } of readings) {
        values.set(sense, [...values.get(sense) ?? [], value]);
      }
    },
    onRelay: (state, news) => {
      relay.states.push(state);
      if (news !== "") relay.news.push(news);
    },
  });
  return { values, relay, last: (sense: Sense) => values.get(sense)?.at(-1) };
}

/** A slow PWM by timers; ends when stopped. */
function pwm(lines: FakeLines, pin: number, duty: number, cycleMs = 130): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const turn = (level: 0 | 1) => {
    lines.set(pin, level);
    timer = setTimeout(
      () => turn(level === 1 ? 0 : 1),
      cycleMs * (level === 1 ? duty : 1 - duty),
    );
  };
  turn(1);
  return () => clearTimeout(timer);
}

tests("what the lines do reaches the agent as readings", async () => {
  const rig = await startSenses();
  const heard = hear(rig);
  rig.lines.set(PINS.supply, 1);
  const stop = pwm(rig.lines, PINS.gate, 0.4);
  for (const level of [1, 0, 1, 0] as const) {
    rig.lines.set(PINS.a, level);
    rig.lines.set(PINS.b, level);
  }
  const duties = () => heard.values.get("hotendDuty") ?? [];
  await until(() => duties().length >= 8, "readings");
  stop();
  // The middle one: a busy machine may hold single edges up.
  const middle = duties().toSorted((one, other) => Number(one) - Number(other))[4]!;
  assert.ok(Math.abs(middle - 0.4) < 0.12, `${duties()}`);
  assert.equal(
    [heard.last("doorOpen"), heard.last("supplyGood"), heard.last("fanDuty")],
    [0, 1, 0],
  );
  assert.is(heard.last("filamentMm"), 5.8);
  await rig.stop();
});

tests("a signed decision's order moves the relay, a person's word releases it", async () => {
  const rig = await startSenses();
  const heard = hear(rig);
  await until(() => heard.relay.states.length > 0, "the relay's state");
  assert.equal(rig.lines.driven, []);
  const done = await rig.link.stop("p1", crypto.randomUUID(), "an attack");
  assert.ok(done.ok && /heaters are cut/.test(done.value));
  assert.equal(rig.lines.driven, [[PINS.relay, 1]]);
  await until(() => heard.relay.states.at(-1)?.energised === true, "the news");
  assert.ok((await rig.link.release("p1", "a person")).ok);
  assert.equal(rig.lines.driven.at(-1), [PINS.relay, 0]);
  assert.ok(rig.logged.some((line) => /released by a person/.test(line)));
  const other = await rig.link.stop("p2", crypto.randomUUID(), "an attack");
  assert.match(other.ok ? "" : other.issue, "p2 has no senses here");
  await rig.stop();
});

tests("a heater forced on cuts itself off, with no agent and no network", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/temp1_input`;
  await Deno.writeTextFile(file, "180000");
  const rig = await startSenses(`${WIRED}[printer.senses.hotend]\ndevice = "${file}"\n`);
  const heard = hear(rig);
  await until(() => heard.values.has("secondHotendC"), "readings");
  const began = performance.now();
  const heats = setInterval(() => {
    const overMs = performance.now() - began;
    // It cools by 1 K/s; from four seconds on the gate is on, and a second later it heats up.
    const forcedS = Math.max(0, (overMs - 4500) / 1000);
    const c = 180 - overMs / 1000 + 3.4 * forcedS;
    Deno.writeTextFileSync(`${file}.new`, String(Math.round(c * 1000)));
    Deno.renameSync(`${file}.new`, file);
  }, 50);
  const asked = () => {
    const atS = rig.nowS();
    const off = { targetC: 0, reportedC: 175, duty: 0, tunes: false, stopped: false };
    rig.link.asked("p1", { ...off, changedS: atS - 9, reportS: atS });
  };
  const tells = setInterval(asked, 500);
  let forcedMs = 0;
  setTimeout(() => {
    clearInterval(tells);
    forcedMs = performance.now();
    rig.lines.set(PINS.gate, 1);
  }, 4000);
  await until(() => heard.relay.states.at(-1)?.energised === true, "the relay");
  const tookS = (performance.now() - forcedMs) / 1000;
  clearInterval(heats);
  assert.is(heard.relay.states.at(-1)?.cause, "forced-on");
  assert.match(heard.relay.news[0]!, "off by the firmware's word");
  assert.ok(tookS > 1 && tookS < 100, `${tookS} s`);
  await rig.stop();
  await Deno.remove(folder, { recursive: true });
});

tests("a line that is lost is told as a fault with its reason, and the rest goes on", async () => {
  const lines = new FakeLines();
  lines.missing.add(PINS.fan);
  const rig = await startSenses(WIRED, lines);
  const heard = hear(rig);
  await until(() => heard.values.has("fanDuty"), "readings");
  assert.is(heard.last("fanDuty"), null);
  assert.ok(rig.logged.some((line) => /fanDuty: Cannot use line 27/.test(line)));
  lines.break(PINS.gate);
  await until(() => heard.last("hotendDuty") === null, "the gate's fault");
  assert.is(heard.last("doorOpen"), 0);
  assert.ok(rig.troubles.some((line) => /p1, hotendDuty: its line can't be read/.test(line)));
  await rig.stop();
});

tests("a gate with too many edges is sampled instead, and told", async () => {
  const rig = await startSenses();
  const heard = hear(rig);
  const quick = setInterval(() => {
    for (let i = 0; i < 20; i++) rig.lines.set(PINS.fan, i % 2 === 0 ? 1 : 0);
    rig.lines.set(PINS.fan, Math.random() < 0.3 ? 1 : 0);
  }, 5);
  await until(() => !rig.lines.isWatched(PINS.fan), "sampling");
  const before = heard.values.get("fanDuty")?.length ?? 0;
  await until(() => (heard.values.get("fanDuty")?.length ?? 0) >= before + 5, "samples");
  clearInterval(quick);
  assert.ok(Math.abs(heard.last("fanDuty")! - 0.3) < 0.15, `${heard.last("fanDuty")}`);
  assert.ok(rig.logged.some((line) => /fanGate changes too often/.test(line)));
  await rig.stop();
});

tests("a relay whose contact can't be had moves all the same, and says what is wrong", async () => {
  const lines = new FakeLines();
  lines.missing.add(PINS.contact);
  const rig = await startSenses(`${WIRED}contactPin = ${PINS.contact}\n`, lines);
  const heard = hear(rig);
  await until(() => heard.relay.states.length > 0, "the relay's state");
  assert.match(heard.relay.states[0]?.fault ?? "", "Cannot use line 16");
  assert.ok((await rig.link.stop("p1", crypto.randomUUID(), "an attack")).ok);
  assert.equal(lines.driven, [[PINS.relay, 1]]);
  await rig.stop();
});

tests("heaters are never said to be cut where the relay's line can't be written", async () => {
  const rig = await startSenses();
  const heard = hear(rig);
  await until(() => heard.relay.states.length > 0, "the relay's state");
  rig.lines.break(PINS.relay);
  const done = await rig.link.stop("p1", crypto.randomUUID(), "an attack");
  assert.not.ok(done.ok);
  await until(() => heard.relay.news.length > 0, "the news");
  assert.match(heard.relay.news[0]!, /^the relay's line can't be written/);
  await rig.stop();
});

tests("a message that breaks its schema ends the connection, and the relay rests", async () => {
  const rig = await startSenses();
  for (
    const bad of [
      "{}\n",
      '{"v":1,"type":"stop","printer":"p1"}\n',
      `${"x".repeat(5000)}`,
      '{"v":2,"type":"release","id":"x","printer":"p1","by":"me"}\n',
    ]
  ) {
    const socket = await Deno.connect({ transport: "unix", path: rig.socketPath });
    await socket.write(new TextEncoder().encode(bad));
    const buffer = new Uint8Array(65_536);
    // It may be reset, since what we sent was not all read.
    const isOpen = () => socket.read(buffer).then((length) => length !== null, () => false);
    while (await isOpen());
    socket.close();
  }
  assert.equal(rig.lines.driven, []);
  await rig.stop();
});

tests("while nobody answers, an order is refused in a sentence", async () => {
  const rig = await startSenses();
  hear(rig);
  await until(async () => (await rig.link.release("p1", "me")).ok, "the connection");
  rig.senses.close();
  await until(async () => {
    const done = await rig.link.stop("p1", crypto.randomUUID(), "an attack");
    return !done.ok && /connection to the senses was required|was lost/.test(done.issue);
  }, "a refusal");
  await rig.stop();
});

tests.run();
