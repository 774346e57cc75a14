import { suite } from "uvu";
import * as assert from "uvu/assert";
import { delayOf } from "../../../../scripts/evaluate/judge/baselines.ts";
import { print } from "../records.ts";

const rows = suite("scripts/evaluate/judge baselines");
const NAME = "Klipper verify_heater";

function delay(alarms: { name: string; atS: number }[], endS: number | null = 600) {
  return delayOf(NAME, print({ told: [], startS: 500, endS, over: { alarms } }));
}

rows("an alarm within the event, or soon after it, is a detection", () => {
  assert.is(delay([{ name: NAME, atS: 512 }]), 12);
  assert.is(delay([{ name: NAME, atS: 640 }]), 140);
  assert.is(delay([{ name: NAME, atS: 2000 }], null), 1500);
});

rows("the first of several counts, and clocks read in steps are forgiven", () => {
  assert.is(delay([{ name: NAME, atS: 530 }, { name: NAME, atS: 505 }]), 5);
  assert.is(delay([{ name: NAME, atS: 499.5 }]), 0);
});

rows("alarms before it, long after it or of another baseline are none", () => {
  assert.is(delay([{ name: NAME, atS: 498 }]), null);
  assert.is(delay([{ name: NAME, atS: 641 }]), null);
  assert.is(delay([{ name: "Marlin thermal runaway", atS: 510 }]), null);
});

rows("a print without an event has nothing to detect", () => {
  const clean = print({ told: [], startS: 500, endS: 600, over: { event: null } });
  assert.is(delayOf(NAME, { ...clean, alarms: [{ name: NAME, atS: 510 }] }), null);
});

rows.run();
