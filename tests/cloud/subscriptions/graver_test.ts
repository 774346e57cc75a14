/** A case that gets graver is another occasion from that moment on, not from its opening. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { foldCase } from "../../../cloud/cases/fold.ts";
import { occasionOfCase } from "../../../cloud/subscriptions/occasion.ts";
import { planLane } from "../../../cloud/subscriptions/plan.ts";
import { ADDRESS, event, sighting } from "../cases/case_fixture.ts";
import { lane, shown, subscription, told } from "./lane_fixture.ts";

const tests = suite("a case that gets graver");
const at = (clock: string, day = "05") => `2026-10-${day}T${clock}:00.000Z`;
const ms = (clock: string, day = "05") => Date.parse(at(clock, day));

const act = { type: "opened", address: ADDRESS, reopens: null, follows: null } as const;
const first = sighting({ verdict: "undetermined", severity: "medium" });
const opened = event({ ...act, sightings: [first] }, { at: at("06:00") });
const same = sighting({ verdict: "undetermined", severity: "medium", probability: 0.9 });
const graver = sighting({ verdict: "potential-cyberthreat", severity: "high" });
const joined = (one: typeof first, clock: string) =>
  event({ type: "joined", sighting: one }, { at: at(clock) });

function folded(...events: ReturnType<typeof event>[]) {
  const about = foldCase([opened, ...events]);
  if (!about.ok) throw new Error(about.issue);
  return about.value;
}

tests("is as grave since the event that made it so, and no later one", () => {
  assert.is(folded().graveSince, at("06:00"));
  assert.is(folded(joined(same, "06:30")).graveSince, at("06:00"));
  const worse = folded(joined(same, "06:30"), joined(graver, "10:00"), joined(same, "10:30"));
  assert.is(worse.graveSince, at("10:00"));
});

tests("waits for the digest after that, as everything that is new since the last", () => {
  const before = occasionOfCase(folded(), "", null);
  const now = occasionOfCase(folded(joined(graver, "10:00")), "", null);
  const about = subscription({ digestMinute: 7 * 60 });
  const settled = lane({ subscription: about, told: [{ ...told(before.key), personIds: [] }] });
  const step = (clock: string, day?: string) => shown(planLane(settled, [now], ms(clock, day)));
  assert.equal(step("10:01"), [`hold digest ${now.key}`]);
  assert.equal(step("06:59", "06"), [`hold digest ${now.key}`]);
  assert.equal(step("07:00", "06"), [`digest 0 MIRA ${now.key}`]);
});

tests.run();
