import { suite } from "uvu";
import * as assert from "uvu/assert";
import { klipperRules, type MarlinRules, marlinRules } from "../../../../edge/twin/motion/rules.ts";
import { rulesFromSettings } from "../../../../edge/twin/motion/settings_rules.ts";

const settings = suite("rules from settings");

const LIST = [
  "M92 X80.00 Y80.00 Z400.00 E93.00",
  "M203 X500.00 Y500.00 Z6.00 E60.00",
  "M201 X800.00 Y900.00 Z100.00 E5000.00",
  "M204 P500.00 R1000.00 T700.00",
];

settings("takes velocities and accelerations as the firmware lists them", () => {
  const rules = rulesFromSettings(marlinRules(), LIST) as MarlinRules;
  assert.equal(rules.maxVelocityMmPerS, { x: 500, y: 500, z: 6, e: 60 });
  assert.equal(rules.maxAccelMmPerS2, { x: 800, y: 900, z: 100, e: 5000 });
  assert.equal(
    [rules.printAccelMmPerS2, rules.retractAccelMmPerS2, rules.travelAccelMmPerS2],
    [500, 1000, 700],
  );
  assert.is(rules.junctionDeviationMm, marlinRules().junctionDeviationMm);
});

settings("tells classic jerk from junction deviation", () => {
  const jerk = rulesFromSettings(marlinRules(), [...LIST, "M205 B20000 S0 T0 X8 Y8 Z0.4 E5"]);
  assert.is((jerk as MarlinRules).junctionDeviationMm, null);
  assert.is((jerk as MarlinRules).jerkMmPerS.x, 8);
  const deviation = rulesFromSettings(marlinRules({ junctionDeviationMm: null }), [
    "M205 B20000 S0 T0 J0.08",
  ]);
  assert.is((deviation as MarlinRules).junctionDeviationMm, 0.08);
});

settings("leaves rules alone that the list says nothing of", () => {
  assert.equal(rulesFromSettings(marlinRules(), ["nonsense", ""]), marlinRules());
  assert.equal(rulesFromSettings(klipperRules(), ["M203 X1"]), klipperRules());
});

settings("a junction deviation that two decimals cut off is the one that Marlin ships with", () => {
  const rules = rulesFromSettings(marlinRules(), [
    "M205 B20000.00 S0.00 T0.00 J0.01",
  ]) as MarlinRules;
  assert.is(rules.junctionDeviationMm, 0.013);
});

settings.run();
