import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkSenses } from "../../../edge/doctor/senses.ts";
import { FakeLines } from "../senses/fake_lines.ts";
import { configOf, PINS, startSenses, WIRED } from "../senses/senses_fixture.ts";

const tests = suite("doctor on senses");
const of = (checks: Awaited<ReturnType<typeof checkSenses>>, name: string) =>
  checks.find((check) => check.name === name);

tests("each sense is told with what it says now, and the relay with how it stands", async () => {
  const rig = await startSenses();
  rig.lines.set(PINS.door, 1);
  rig.lines.set(PINS.gate, 1);
  const checks = await checkSenses(configOf(WIRED, rig.folder));
  assert.is(of(checks, "senses")?.state, "ok");
  assert.equal(of(checks, "doorOpen of p1")?.found, "the door is open");
  assert.match(of(checks, "hotendDuty of p1")!.found, "the heater's gate is on for");
  assert.is(of(checks, "supplyGood of p1")?.found, "the supply is bad");
  assert.is(of(checks, "stop relay of p1")?.state, "ok");
  assert.is(checks.filter(({ state }) => state === "do").length, 0);
  await rig.stop();
});

tests("a sense at fault is something to do, with its reason", async () => {
  const lines = new FakeLines();
  lines.missing.add(PINS.fan);
  const rig = await startSenses(WIRED, lines);
  const checks = await checkSenses(configOf(WIRED, rig.folder));
  assert.is(of(checks, "fanDuty of p1")?.state, "do");
  assert.match(of(checks, "fanDuty of p1")!.found, "Cannot use line 27: it is taken");
  assert.match(of(checks, "fanDuty of p1")!.todo!, "README.md");
  await rig.stop();
});

tests("a relay that cut the heaters says why and how to release it", async () => {
  const rig = await startSenses();
  rig.senses.boards.get("p1")!.stop(crypto.randomUUID(), "an attack");
  const relay = of(await checkSenses(configOf(WIRED, rig.folder)), "stop relay of p1");
  assert.is(relay?.state, "hint");
  assert.match(relay!.found, "the heaters are cut: an attack");
  assert.match(relay!.todo!, "edge resume --printer p1");
  await rig.stop();
});

tests("an encoder with one channel is a hint, with two it is none", async () => {
  const one = WIRED.replace(/pinB = \d+\n/, "");
  for (const [wired, state] of [[one, "hint"], [WIRED, "ok"]] as const) {
    const rig = await startSenses(wired);
    const checks = await checkSenses(configOf(wired, rig.folder));
    assert.is(of(checks, "filamentMm of p1")?.state, state);
    await rig.stop();
  }
});

tests("where nobody answers it says what to start; without senses it says nothing", async () => {
  const [check, ...more] = await checkSenses(configOf(WIRED, "/nowhere"));
  assert.is(check?.state, "do");
  assert.match(check!.todo!, "deno task senses");
  assert.is(more.length, 0);
  assert.equal(await checkSenses(configOf("")), []);
});

tests.run();
