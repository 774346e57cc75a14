import { suite } from "uvu";
import * as assert from "uvu/assert";
import { planLane } from "../../../cloud/subscriptions/plan.ts";
import {
  ANA,
  HOUR,
  lane,
  MINUTE,
  MIRA,
  NOON,
  occasion,
  shown,
  subscription,
  told,
  TOM,
} from "./lane_fixture.ts";

const tests = suite("planLane");
const at = (clock: string) => Date.parse(`2026-10-05T${clock}:00.000Z`);

tests("tells of what is due at once, all of it in one message, gravest first", () => {
  const small = occasion({ severity: "medium" });
  const grave = occasion({ severity: "critical" });
  const steps = planLane(lane(), [small, grave], NOON);
  assert.equal(shown(steps), [`first 0 MIRA ${grave.key},${small.key}`]);
});

tests("says nothing of what was told, doesn't match, or has an answer already", () => {
  const before = occasion();
  const others = [
    occasion({ severity: "low" }),
    occasion({ verdict: "expected-anomaly" }),
    occasion({ status: { type: "acknowledged", by: "Tom" } }),
    occasion({ status: { type: "over", how: "Tom decided" } }),
    occasion({ changedMs: Date.parse("2026-09-30T00:00:00.000Z") }),
  ];
  const steps = planLane(lane({ told: [told(before.key)] }), [before, ...others], NOON);
  assert.equal(steps, []);
});

tests("asked twice without anything recorded between, it asks for the same", () => {
  const one = occasion();
  assert.equal(planLane(lane(), [one], NOON), planLane(lane(), [one], NOON + 1000));
});

tests("holds back in quiet hours once on record, and tells what still stands after them", () => {
  const quiet = { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 22 * 60, toMinute: 7 * 60 };
  const one = occasion({ sinceMs: at("23:00"), changedMs: at("23:00") });
  const own = { quietHours: quiet };
  assert.equal(shown(planLane(lane({}, own), [one], at("23:01"))), [`hold quiet-hours ${one.key}`]);
  const held = new Map([[one.key, "quiet-hours"]]);
  assert.equal(planLane(lane({ held }, own), [one], at("23:02")), []);
  const morning = Date.parse("2026-10-06T07:00:00.000Z");
  assert.equal(planLane(lane({ held }, own), [one], morning - 1), []);
  assert.equal(shown(planLane(lane({ held }, own), [one], morning)), [`first 0 MIRA ${one.key}`]);
  const answered = { ...one, status: { type: "acknowledged", by: "Tom" } as const };
  assert.equal(planLane(lane({ held }, own), [answered], morning), []);
});

tests("lets what is grave enough through quiet hours, unless nothing may", () => {
  const quietHours = { days: [1], fromMinute: 0, toMinute: 0 };
  const one = occasion({ severity: "critical" });
  const kinds = (breakThrough: "critical" | "high" | null, severity: "critical" | "high") =>
    planLane(lane({}, { quietHours, breakThrough }), [{ ...one, severity }], NOON)[0]?.type;
  assert.is(kinds("critical", "critical"), "tell");
  assert.is(kinds("critical", "high"), "hold");
  assert.is(kinds("high", "high"), "tell");
  assert.is(kinds(null, "critical"), "hold");
});

tests("off duty nothing is told, not even what is grave; on duty what still stands is", () => {
  const schedule = { days: [1, 2, 3, 4, 5], fromMinute: 8 * 60, toMinute: 18 * 60 };
  const about = subscription({ schedule });
  const one = occasion({ severity: "critical" });
  const step = (clock: string) => shown(planLane(lane({ subscription: about }), [one], at(clock)));
  assert.equal(step("07:59"), [`hold schedule ${one.key}`]);
  assert.equal(step("08:00"), [`first 0 MIRA ${one.key}`]);
  assert.equal(step("18:00"), [`hold schedule ${one.key}`]);
});

tests("what happens within an announced change is never told", () => {
  const one = occasion({ maintenance: "new nozzle", severity: "critical" });
  const steps = planLane(lane(), [one], NOON);
  assert.equal(shown(steps), [`hold maintenance ${one.key}`]);
  assert.is(steps[0]?.type === "hold" && steps[0].hold.untilMs, null);
  const held = new Map([[one.key, "maintenance"]]);
  assert.equal(planLane(lane({ held }), [one], NOON + 48 * HOUR), []);
});

tests("a digest gathers until its minute, and is one message", () => {
  const about = subscription({ digestMinute: 18 * 60 });
  const early = occasion({ sinceMs: at("09:00") });
  const late = occasion({ sinceMs: at("18:30") });
  const step = (clock: string) =>
    shown(planLane(lane({ subscription: about }), [early, late], at(clock)));
  assert.equal(step("17:59"), [`hold digest ${early.key}`, `hold digest ${late.key}`]);
  assert.equal(step("18:00").at(-1), `digest 0 MIRA ${early.key}`);
  assert.ok(step("18:45").includes(`hold digest ${late.key}`));
});

tests("after a message the cooldown gathers, but never holds back what is graver", () => {
  const [one, two] = [occasion(), occasion({ severity: "medium" })];
  const cooling = { lastFirst: { atMs: NOON - MINUTE, severity: "high" } as const };
  assert.equal(shown(planLane(lane(cooling), [one, two], NOON)), [
    `hold cooldown ${one.key}`,
    `hold cooldown ${two.key}`,
  ]);
  const held = new Map([[one.key, "cooldown"], [two.key, "cooldown"]]);
  assert.equal(shown(planLane(lane({ ...cooling, held }), [two, one], NOON + 9 * MINUTE)), [
    `first 0 MIRA ${one.key},${two.key}`,
  ]);
  const grave = occasion({ severity: "critical" });
  assert.equal(shown(planLane(lane({ ...cooling, held }), [one, grave], NOON)), [
    `first 0 MIRA ${grave.key},${one.key}`,
  ]);
});

tests("repeats until somebody acknowledges, then goes on to the next person, then rests", () => {
  const about = subscription({ repeatEveryS: 300, repeatsMax: 1, escalateTo: [TOM, ANA] });
  const one = occasion();
  const step = (rounds: number, minutes: number, status = one.status) =>
    shown(planLane(
      lane({ subscription: about, told: [told(one.key, { rounds })] }),
      [{ ...one, status }],
      NOON + minutes * MINUTE,
    ));
  assert.equal(step(1, 4.9), []);
  assert.equal(step(1, 5), [`reminder 1 MIRA ${one.key}`]);
  assert.equal(step(2, 5), [`escalation 2 TOM ${one.key}`]);
  assert.equal(step(3, 5), [`escalation 3 TOM ${one.key}`]);
  assert.equal(step(4, 5), [`escalation 4 ANA ${one.key}`]);
  assert.equal(step(5, 5), [`escalation 5 ANA ${one.key}`]);
  assert.equal(step(6, 500), []);
  assert.equal(step(1, 5, { type: "acknowledged", by: "Tom" }), []);
});

tests("nobody is reminded in quiet hours, nor off duty", () => {
  const about = subscription({ repeatEveryS: 300, repeatsMax: 3 });
  const one = occasion();
  const before = { told: [told(one.key, { lastMs: NOON - HOUR })] };
  const quietHours = { days: [1], fromMinute: 11 * 60, toMinute: 13 * 60 };
  assert.equal(planLane(lane({ subscription: about, ...before }, { quietHours }), [one], NOON), []);
  const schedule = { days: [2], fromMinute: 0, toMinute: 0 };
  const away = { subscription: { ...about, schedule }, ...before };
  assert.equal(planLane(lane(away), [one], NOON), []);
  assert.is(planLane(lane({ subscription: about, ...before }), [one], NOON).length, 1);
});

tests("who is off duty or asleep is passed over, and the next person of the chain is told", () => {
  const chain = { repeatEveryS: 300, repeatsMax: 3, escalateTo: [TOM, ANA] };
  const about = subscription(chain);
  const one = occasion();
  const before = { told: [told(one.key, { lastMs: NOON - HOUR })] };
  const quietHours = { days: [1], fromMinute: 11 * 60, toMinute: 13 * 60 };
  const asleep = lane({ subscription: about, ...before }, { quietHours });
  assert.equal(shown(planLane(asleep, [one], NOON)), [`escalation 4 TOM ${one.key}`]);
  const schedule = { days: [2], fromMinute: 0, toMinute: 0 };
  const away = lane({ subscription: { ...about, schedule }, ...before });
  assert.equal(shown(planLane(away, [one], NOON)), [`escalation 4 TOM ${one.key}`]);
  const settings = new Map(away.settings).set(TOM, { ...away.settings.get(TOM)!, quietHours });
  assert.equal(shown(planLane({ ...away, settings }, [one], NOON)), [
    `escalation 8 ANA ${one.key}`,
  ]);
  assert.equal(
    planLane({ ...asleep, subscription: { ...about, escalateTo: [] } }, [one], NOON),
    [],
    "where there is nobody else it waits",
  );
});

tests("that it is over waits for the end of a person's quiet hours, for theirs alone", () => {
  const one = occasion({ status: { type: "over", how: "x" } });
  const quietHours = { days: [1], fromMinute: 11 * 60, toMinute: 13 * 60 };
  const before = { told: [told(one.key, { personIds: [MIRA, TOM] })] };
  const step = (atMs: number) => shown(planLane(lane(before, { quietHours }), [one], atMs));
  assert.equal(step(NOON), [`done 1 TOM ${one.key}`]);
  assert.equal(step(at("13:00")), [`done 1 MIRA ${one.key}`, `done 1 TOM ${one.key}`]);
  const no = lane({ ...before, subscription: subscription({ recovery: false }) }, { quietHours });
  assert.equal(shown(planLane(no, [one], NOON)), [`settle ${one.key}`]);
});

tests("says when it is over, to everybody who was told and to nobody else", () => {
  const over = { type: "over", how: "Tom decided: expected" } as const;
  const [one, never] = [occasion({ status: over }), occasion({ status: over })];
  const before = { told: [told(one.key, { rounds: 3, personIds: [MIRA, TOM] })] };
  assert.equal(shown(planLane(lane(before), [one, never], NOON)), [
    `done 3 MIRA ${one.key}`,
    `done 3 TOM ${one.key}`,
  ]);
  const half = { told: [told(one.key, { rounds: 3, personIds: [TOM] })] };
  assert.equal(shown(planLane(lane(half), [one], NOON)), [`done 3 TOM ${one.key}`]);
  assert.equal(planLane(lane({ told: [told(one.key, { personIds: [] })] }), [one], NOON), []);
});

tests("who wants no word of the end gets none, and that is settled once", () => {
  const one = occasion({ status: { type: "over", how: "x" } });
  const before = { told: [told(one.key)], subscription: subscription({ recovery: false }) };
  assert.equal(shown(planLane(lane(before), [one], NOON)), [`settle ${one.key}`]);
});

tests("what became graver is told anew, and the old occasion is settled in silence", () => {
  const old = occasion({ status: { type: "superseded" } });
  const now = occasion({ severity: "critical" });
  const before = {
    told: [told(old.key)],
    lastFirst: { atMs: NOON - MINUTE, severity: "high" } as const,
  };
  assert.equal(shown(planLane(lane(before), [old, now], NOON)), [
    `first 0 MIRA ${now.key}`,
    `settle ${old.key}`,
  ]);
});

tests("one message is about fifty at most, the gravest; the others come with the next", () => {
  const many = Array.from(
    { length: 60 },
    (_, index) => occasion({ severity: index === 59 ? "critical" : "medium" }),
  );
  const [step] = planLane(lane(), many, NOON);
  assert.is(step?.type, "tell");
  if (step?.type !== "tell") return;
  assert.is(step.occasions.length, 50);
  assert.is(step.occasions[0], many[59]);
});

tests("a person without settings here is told nothing at first, and passed over in a chain", () => {
  const stranger = subscription({ personId: "nobody" });
  assert.equal(planLane(lane({ subscription: stranger }), [occasion()], NOON), []);
  const about = subscription({ repeatEveryS: 60, escalateTo: ["nobody", TOM] });
  const one = occasion();
  const before = { subscription: about, told: [told(one.key)] };
  const steps = planLane(lane(before), [one], NOON + MINUTE);
  assert.equal(shown(steps), [`escalation 1 ? ${one.key}`]);
});

tests("what is switched off neither tells, reminds nor says the end", () => {
  const about = subscription({ enabled: false, repeatEveryS: 60, repeatsMax: 2 });
  const [open, over] = [occasion(), occasion({ status: { type: "over", how: "x" } })];
  const before = { subscription: about, told: [told(open.key), told(over.key)] };
  assert.equal(shown(planLane(lane(before), [open, over, occasion()], NOON + HOUR)), [
    `settle ${over.key}`,
  ]);
});

tests("never leaves what it was given changed", () => {
  const given = { lane: lane(), occasions: [occasion(), occasion()] };
  const before = structuredClone({ ...given, lane: { ...given.lane } });
  planLane(given.lane, given.occasions, NOON);
  assert.equal(given, before);
  assert.is(MIRA, given.lane.subscription.personId);
});

tests.run();
