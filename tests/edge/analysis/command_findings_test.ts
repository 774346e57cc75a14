import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  calmStreamEvents,
  type CommandFindings,
  initCommandFindings,
  type StreamEvent,
  tellStreamEvent,
} from "../../../edge/analysis/command_findings.ts";
import { type Episodes, initEpisodes } from "../../../edge/analysis/episodes.ts";
import type { Finding } from "../../../edge/finding.ts";
import { EventName, type KnownIssue } from "../../../shared/known_issue.ts";
import { Kind } from "../../../shared/kinds.ts";
import { ISSUE } from "../../shared/payloads.ts";
import { ISSUES } from "./runs.ts";

function event(more: Partial<StreamEvent> = {}): StreamEvent {
  return {
    name: "command-temperature",
    eventTimeS: 100,
    layer: 4,
    lines: ["M104 S195"],
    text: "another set point: 'M104 S195' came where the job has nothing",
    features: { tampered: 1 },
    ...more,
  };
}

const TAMPERED: KnownIssue = {
  ...ISSUE,
  id: "tampered",
  title: "tampered set point",
  kind: "temperature",
  verdict: "potential-cyberthreat",
  severity: "high",
  events: ["command-temperature", "command-fan"],
  features: { tampered: { low: 1, high: 1, soft: 0.1, text: "nobody announced it" } },
  techniques: ["T0836"],
  summary: "The set point was tampered with",
};

class Teller {
  state: CommandFindings = initCommandFindings();
  episodes: Episodes = initEpisodes();
  constructor(readonly issues: readonly KnownIssue[] = [TAMPERED]) {}

  tell(more: Partial<StreamEvent> = {}): Finding[] {
    return tellStreamEvent(this.state, event(more), this.issues, this.episodes);
  }

  calm(nowS: number): Finding[] {
    return calmStreamEvents(this.state, this.episodes, nowS);
  }
}

const test = suite("findings of the command stream");

test("are told at once, with the line, in the known issue's words", () => {
  const [found, ...more] = new Teller().tell();
  assert.equal(more, []);
  assert.equal([found!.phase, found!.kind, found!.verdict, found!.severity], [
    "opened",
    "temperature",
    "potential-cyberthreat",
    "high",
  ]);
  assert.equal([found!.startedS, found!.detectedS, found!.layer], [100, 100, 4]);
  assert.equal(found!.evidence.lines, ["M104 S195"]);
  assert.equal(found!.cause, { id: "tampered", title: "tampered set point" });
  assert.match(found!.summary, /^The set point was tampered with: another set point/);
  assert.equal(found!.techniques, ["T0836"]);
});

test("say themselves first what came, and then why it is called so", () => {
  const [found] = new Teller().tell();
  assert.equal(found!.reasons.map(({ signal }) => signal), ["command-temperature", "tampered"]);
});

test("that nothing known explains are undetermined and say so", () => {
  const [found] = new Teller([]).tell();
  assert.equal([found!.verdict, found!.severity, found!.cause.id], [
    "undetermined",
    "medium",
    "unknown-command-temperature",
  ]);
  assert.match(found!.summary, /^The command stream is unusual: /);
  assert.equal(found!.techniques, []);
});

test("may be undetermined in a known issue's own words, where the evidence is equal", () => {
  const equal = { ...TAMPERED, verdict: "undetermined" as const, summary: "It may be either" };
  const [found] = new Teller([equal]).tell();
  assert.equal([found!.verdict, found!.cause.id], ["undetermined", "tampered"]);
  assert.match(found!.summary, /^It may be either: /);
});

test("that go on are told again no oftener than every ten seconds, with their count", () => {
  const teller = new Teller();
  const told: number[] = [];
  for (let atS = 100; atS < 135; atS += 0.5) {
    const [found] = teller.tell({ eventTimeS: atS });
    if (found) told.push(atS);
    if (found && atS > 100) assert.is(found.phase, "updated");
  }
  assert.equal(told, [100, 110, 120, 130]);
  const [closed] = teller.calm(200);
  assert.is(closed!.score, 70);
});

test("keep the five first lines, each shortened to what the wire takes", () => {
  const teller = new Teller();
  for (let i = 0; i < 9; i++) {
    teller.tell({ eventTimeS: 100 + i, lines: [`G1 X${i} ${"0".repeat(200)}`] });
  }
  const [closed] = teller.calm(200);
  assert.is(closed!.evidence.lines.length, 5);
  assert.ok(closed!.evidence.lines.every((line) => line.length === 120 && line.endsWith("…")));
  assert.match(closed!.evidence.lines[4]!, /^G1 X4 /);
});

test("are closed when they haven't shown for half a minute, as of when they last did", () => {
  const teller = new Teller();
  teller.tell();
  teller.tell({ eventTimeS: 104 });
  assert.equal(teller.calm(133.9), []);
  const [closed] = teller.calm(134);
  assert.equal([closed!.phase, closed!.endedS, closed!.startedS], ["closed", 104, 100]);
  assert.equal(teller.calm(500), []);
});

test("of two names run beside each other", () => {
  const fan = { ...TAMPERED, id: "fan", kind: "fan" as const, events: ["command-fan" as const] };
  const teller = new Teller([{ ...TAMPERED, events: ["command-temperature"] }, fan]);
  teller.tell();
  assert.is(teller.tell({ name: "command-fan", eventTimeS: 101 })[0]!.phase, "opened");
  assert.equal(teller.calm(131).length, 2);
});

test("that come back within the quiet period are the same deviation again", () => {
  const teller = new Teller();
  teller.tell();
  teller.calm(200);
  const [again] = teller.tell({ eventTimeS: 300 });
  assert.equal([again!.phase, again!.episode], ["updated", 1]);
  teller.calm(400);
  assert.is(teller.tell({ eventTimeS: 2000 })[0]!.episode, 2);
});

test("have a kind of the contract, whatever the event", () => {
  for (const name of EventName.options.filter((name) => !/^(heat|sensor)-/.test(name))) {
    const [found] = new Teller([]).tell({ name });
    assert.ok(Kind.safeParse(found!.kind).success, `${name}: ${found!.kind}`);
  }
});

test("stay within what the wire takes, however long the words", () => {
  const long = "x".repeat(500);
  const [found] = new Teller().tell({ text: long, lines: Array(20).fill(long) });
  assert.is(found!.summary.length, 300);
  assert.ok(found!.reasons.every(({ text }) => text.length <= 300));
  assert.is(found!.evidence.lines.length, 5);
});

test("don't change the event, and go through JSON in between", () => {
  const teller = new Teller();
  const given = Object.freeze(event({ lines: Object.freeze(["M104 S195"]) as string[] }));
  tellStreamEvent(teller.state, given, teller.issues, teller.episodes);
  assert.equal(JSON.parse(JSON.stringify(teller.state)), teller.state);
});

const shipped = suite("the shipped known issues on commands that differ from the registered job");

const PLAIN = {
  reference: 1,
  declared: 0,
  lines: 1,
  pauseLike: 0,
  startScript: 0,
  rewritten: 0,
  truncated: 0,
  skipped: 0,
};

for (const kind of ["temperature", "fan", "flow", "speed", "geometry", "inserted", "settings"]) {
  shipped(`call an unannounced ${kind} a threat, and an announced one expected`, () => {
    const name = `command-${kind}` as EventName;
    const [threat] = new Teller(ISSUES).tell({ name, features: PLAIN });
    assert.is(threat!.verdict, "potential-cyberthreat");
    assert.ok(threat!.techniques.length > 0);
    const [declared] = new Teller(ISSUES).tell({ name, features: { ...PLAIN, declared: 1 } });
    assert.is(declared!.verdict, "expected-anomaly");
  });
}

test.run();
shipped.run();
