import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeMax31855 } from "../../../../edge/senses/signal/max31855.ts";
import { readTemperatureText } from "../../../../edge/senses/signal/temperature_text.ts";
import {
  initThermometer,
  readThermometer,
  stepThermometer,
} from "../../../../edge/senses/signal/thermometer.ts";
import { ok, refused } from "../../../../shared/result.ts";

const tests = suite("thermometers");

/** The data sheet's examples (tables 4 and 5): bits of the hot end and of the cold one. */
const HOT: [bits: string, c: number][] = [
  ["01100100000000", 1600],
  ["00111110100000", 1000],
  ["00000110010011", 100.75],
  ["00000001100100", 25],
  ["00000000000000", 0],
  ["11111111111111", -0.25],
  ["11111111111100", -1],
  ["11110000011000", -250],
];
const COLD: [bits: string, c: number][] = [
  ["011111110000", 127],
  ["011001001001", 100.5625],
  ["000110010000", 25],
  ["111111111111", -0.0625],
  ["111111110000", -1],
  ["111011000000", -20],
  ["110010010000", -55],
];

tests("the data sheet's own examples are decoded", () => {
  for (const [hot, hotC] of HOT) {
    for (const [cold, coldC] of COLD) {
      const word = parseInt(`${hot}00${cold}0000`, 2);
      assert.equal(decodeMax31855(word), { ok: true, value: { hotC, coldC } }, `${hot} ${cold}`);
    }
  }
});

tests("each fault is told in words, and a chip that isn't there as such", () => {
  const issue = (word: number) => {
    const read = decodeMax31855(word);
    return read.ok ? "" : read.issue;
  };
  assert.is(issue(0x0191_1901), "the thermocouple is open");
  assert.is(issue(0x0191_1902), "the thermocouple touches ground");
  assert.is(issue(0x0191_1904), "the thermocouple touches the supply");
  assert.match(issue(0x0191_1907), /open, .*ground, .*supply/);
  assert.match(issue(0x0191_1900), "a fault without a cause");
  for (const word of [0, 0xffff_ffff, 0x0002_0000, 8]) assert.match(issue(word), "nobody answers");
});

tests("measurements between two readings are averaged", () => {
  const state = initThermometer(0);
  for (const [at, c] of [200, 201, 202].entries()) stepThermometer(state, ok(c), at * 0.1);
  assert.equal(readThermometer(state, 0.5), { value: 201, fault: null });
  assert.equal(readThermometer(state, 0.6), { value: null, fault: null });
});

tests("one leap that no block makes is left out, five in a row are believed", () => {
  const state = initThermometer(0);
  stepThermometer(state, ok(200), 0);
  stepThermometer(state, ok(900), 0.1);
  stepThermometer(state, ok(200), 0.2);
  assert.is(readThermometer(state, 0.3).value, 200);
  for (let at = 0; at < 5; at++) stepThermometer(state, ok(100), 0.4 + at * 0.1);
  assert.is(readThermometer(state, 1).value, 100);
});

tests("a fault of the chip is told as long as it lasts", () => {
  const state = initThermometer(0);
  stepThermometer(state, ok(200), 0);
  stepThermometer(state, refused("the thermocouple is open"), 0.1);
  assert.is(readThermometer(state, 0.5).fault, "the thermocouple is open");
  stepThermometer(state, ok(200), 0.6);
  assert.is(readThermometer(state, 1).value, 200);
});

tests("silence is a fault after three seconds", () => {
  const state = initThermometer(0);
  assert.is(readThermometer(state, 1).fault, null);
  assert.is(readThermometer(state, 3.5).fault, "it doesn't answer");
});

tests("a hot block that never changes by a quarter degree is stuck, a cold one isn't", () => {
  for (const [c, stuck] of [[210, true], [21, false]] as const) {
    const state = initThermometer(0);
    for (let atS = 0; atS < 200; atS += 0.5) stepThermometer(state, ok(c), atS);
    assert.is(readThermometer(state, 200).fault !== null, stuck);
  }
});

tests("a kernel's thousandths are read, in each of their forms", () => {
  assert.equal(readTemperatureText("21562\n", true), ok(21.562));
  assert.equal(readTemperatureText("-4750", true), ok(-4.75));
  const w1 = "59 01 4b 46 7f ff 07 10 a1 : crc=a1 YES\n59 01 4b 46 7f ff 07 10 a1 t=21562\n";
  assert.equal(readTemperatureText(w1, true), ok(21.562));
  assert.equal(readTemperatureText("85000", false), ok(85));
});

tests("a wrong checksum, a sensor without power and other words are refused", () => {
  assert.not(readTemperatureText("00 : crc=00 NO\n00 t=0", true).ok);
  assert.not(readTemperatureText("85000\n", true).ok);
  for (const text of ["", "abc", "12.5", "99999999999"]) {
    const read = readTemperatureText(text, true);
    assert.match(read.ok ? "" : read.issue, "thousandths of a degree were required");
  }
});

tests.run();
