import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  DECLARED_S_MAX,
  declaredBetween,
  declareIntent,
  initDeclaredIntent,
  withIntent,
} from "../../../edge/analysis/declared_intent.ts";
import type { StreamEvent } from "../../../edge/analysis/command_findings.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { knownPrinter, print, run, threats } from "./runs.ts";

const windows = suite("announced changes");

const told = (eventTimeS: number, untilS: number) => ({
  eventTimeS,
  untilS,
  what: "warmer first layer",
  by: "anna",
});

windows("hold from the announcement to its end", () => {
  const state = initDeclaredIntent();
  declareIntent(state, told(100, 160));
  const at = (s: number) => declaredBetween(state, s, s) !== null;
  assert.equal([99, 100, 160, 161].map(at), [false, true, true, false]);
});

windows("cover what was only found out later but may have happened within", () => {
  const state = initDeclaredIntent();
  declareIntent(state, told(100, 160));
  assert.is(declaredBetween(state, 20, 900)?.by, "anna");
  assert.is(declaredBetween(state, 161, 900), null);
});

windows("are taken back by one that has ended", () => {
  const state = initDeclaredIntent();
  declareIntent(state, told(100, 900));
  declareIntent(state, told(150, 150));
  assert.is(declaredBetween(state, 151, 151), null);
});

windows("are bounded in number, length and words", () => {
  const state = initDeclaredIntent();
  for (let at = 0; at < 50; at++) {
    declareIntent(state, { ...told(at, Infinity), what: "x".repeat(5000) });
  }
  assert.ok(state.windows.length <= 8);
  assert.ok(state.windows.every((each) => each.untilS - each.sinceS <= DECLARED_S_MAX));
  assert.ok(JSON.stringify(state).length < 4000);
});

const event = (name: StreamEvent["name"], features: Record<string, number>): StreamEvent => ({
  name,
  eventTimeS: 100,
  layer: null,
  lines: [],
  text: "it",
  features: { declared: 0, ...features },
});
const window = { sinceS: 0, untilS: 900, what: "tuning", by: "anna" };

windows(
  "never cover what no person does by hand, nor a protection switched off while printing",
  () => {
    const declared = (one: StreamEvent) => withIntent(one, window).features.declared;
    assert.is(declared(event("command-temperature", { byHand: 1 })), 1);
    assert.is(declared(event("firmware-changed", {})), 1);
    assert.is(declared(event("command-flow", { byHand: 0 })), 0);
    assert.is(declared(event("command-protection", { byHand: 1, printing: 1 })), 0);
    assert.is(declared(event("command-protection", { byHand: 1, printing: 0 })), 1);
  },
);

windows.run();

const prints = suite("an announced change in a print");
const A01 = { id: "A01", atS: 90, size: -10, forS: 20 };
const A06 = { id: "A06", atS: 90, size: -10, forS: 20 };

function announced(seen: Observation[], atS: number): Observation[] {
  const at = seen.findIndex((one) => one.eventTimeS >= atS);
  const says: Observation = {
    type: "declared",
    eventTimeS: atS,
    untilS: atS + 60,
    what: "-10 °C",
    by: "anna",
  };
  return [...seen.slice(0, at), says, ...seen.slice(at)];
}

prints("a set point within the window is recorded as expected", () => {
  const findings = run(knownPrinter(2), announced(print(2, [A01]).seen, 80)).findings;
  assert.equal(threats(findings), []);
  const { cause, summary } = findings.find(({ kind }) => kind === "temperature")!;
  assert.is(cause.id, "announced-temperature");
  assert.match(summary, "announced by anna");
});

prints("moves rewritten within the window stay a threat", () => {
  const findings = run(knownPrinter(2), announced(print(2, [A06]).seen, 80)).findings;
  assert.ok(threats(findings).some(({ kind }) => kind === "flow"));
});

prints.run();
