import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OeeInput, oeeOf } from "../../../cloud/insights/oee.ts";
import { account, NO_TIME } from "./insight_fixture.ts";

const oee = suite("effectiveness by ISO 22400-2");
const HOUR = 3600;

function input(change: Partial<OeeInput> = {}): OeeInput {
  return {
    prints: [],
    spent: NO_TIME,
    spanS: 24 * HOUR,
    plannedHoursPerDay: 24,
    spoiled: new Set(),
    ...change,
  };
}

const near = (value: number | null, expected: number) =>
  assert.ok(value !== null && Math.abs(value - expected) < 1e-9, `${value}, not ${expected}`);

oee("multiplies availability, performance and quality", () => {
  const prints = [account(), account({ result: "unfinished", part: 0.5, printingS: 2160 })];
  const spent = { ...NO_TIME, printing: 12 * HOUR, paused: 3 * HOUR, idle: 9 * HOUR };
  const result = oeeOf(input({ prints, spent }));
  near(result.availability, 0.5);
  near(result.utilization, 12 / 15);
  near(result.performance, (3600 + 1800) / (4320 + 2160));
  near(result.quality, 0.5);
  near(result.oee, 0.5 * (5400 / 6480) * 0.5);
});

oee("plans only with the hours that a printer is meant to work", () => {
  const spent = { ...NO_TIME, printing: 6 * HOUR };
  near(oeeOf(input({ spent, plannedHoursPerDay: 8 })).availability, 0.75);
});

oee("counts a whole print with a confirmed threat in it as no good part", () => {
  const print = account();
  near(oeeOf(input({ prints: [print] })).quality, 1);
  near(oeeOf(input({ prints: [print], spoiled: new Set([print.id]) })).quality, 0);
});

oee("leaves out of quality what nobody knows, and of performance what has no plan", () => {
  const unknown = account({ result: "unknown", plannedS: null, part: null });
  const { quality, performance, terms } = oeeOf(input({ prints: [unknown, account()] }));
  near(quality, 1);
  near(performance, 3600 / 4320);
  assert.equal([terms.produced, terms.good], [1, 1]);
});

oee("says nothing where nothing is known, rather than nought", () => {
  const { availability, utilization, performance, quality, oee } = oeeOf(input({ spanS: 0 }));
  assert.equal([availability, utilization, performance, quality, oee], [
    null,
    null,
    null,
    null,
    null,
  ]);
});

oee.run();
