import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type GpioClass, OnoffLines } from "../../../edge/senses/lines/onoff_lines.ts";
import {
  max31855AtLines,
  max31855AtSpidev,
  temperatureFile,
} from "../../../edge/senses/lines/thermometers.ts";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { max31855Word } from "./fake_board.ts";
import { FakeLines } from "./fake_lines.ts";

const tests = suite("onoff's lines");
const CHIPS = [{ label: "pinctrl-bcm2711", base: 512, lines: 58 }];

/** A stand-in for onoff's class: what it was made with, and a level for each line. */
function standIn(levels = new Map<number, 0 | 1>()) {
  const made: unknown[][] = [];
  const watchers = new Map<number, (error: Error | null, value: 0 | 1) => void>();
  const closed: number[] = [];
  class FakeGpio {
    constructor(
      private readonly gpio: number,
      direction: string,
      edge?: string,
      options?: unknown,
    ) {
      if (gpio === 530) throw new Error("EBUSY: resource busy, write");
      made.push([gpio, direction, edge, options]);
      // As the kernel does: a line that is an output already keeps its level.
      if (direction !== "in" && !levels.has(gpio)) levels.set(gpio, direction === "high" ? 1 : 0);
    }
    readSync() {
      return levels.get(this.gpio) ?? 0;
    }
    writeSync(value: 0 | 1) {
      levels.set(this.gpio, value);
    }
    watch(callback: (error: Error | null | undefined, value: 0 | 1) => void) {
      watchers.set(this.gpio, callback);
    }
    unwatchAll() {
      watchers.delete(this.gpio);
    }
    unexport() {
      closed.push(this.gpio);
    }
  }
  return { Gpio: FakeGpio as unknown as GpioClass, made, levels, watchers, closed };
}

tests("an input is found by its chip, and inverted where an isolator inverts", () => {
  const { Gpio, made, levels, watchers, closed } = standIn();
  const line = new OnoffLines(Gpio, CHIPS, null, () => {}).input(17, true, "both");
  assert.equal(made, [[529, "in", "both", {}]]);
  if (!line.ok) throw new Error(line.issue);
  assert.is(line.value.read(), 1);
  levels.set(529, 1);
  assert.is(line.value.read(), 0);
  const seen: number[] = [];
  line.value.watch((level) => void seen.push(level));
  watchers.get(529)!(null, 0);
  watchers.get(529)!(new Error("EIO"), 1);
  assert.equal(seen, [1]);
  line.value.unwatch();
  assert.is(watchers.size, 0);
  line.value.close();
  assert.equal(closed, [529]);
});

tests("a rising edge behind an inverting isolator is a falling one of the line", () => {
  const { Gpio, made } = standIn();
  const lines = new OnoffLines(Gpio, CHIPS, null, () => {});
  lines.input(22, false, "rising");
  lines.input(23, true, "rising");
  assert.equal(made.map(([, , edge]) => edge), ["rising", "falling"]);
});

tests(
  "an output begins at rest without ever having moved, and stays as it is when found so",
  () => {
    const fresh = standIn();
    const relay = new OnoffLines(fresh.Gpio, CHIPS, null, () => {}).output(4, true);
    assert.equal(fresh.made, [[516, "high", "none", { reconfigureDirection: false }]]);
    assert.is(relay.ok && relay.value.read(), 0);
    const found = standIn(new Map([[538, 1 as const]]));
    const energised = new OnoffLines(found.Gpio, CHIPS, null, () => {}).output(26, false);
    if (!energised.ok) throw new Error(energised.issue);
    assert.is(energised.value.read(), 1);
    assert.ok(energised.value.write(0));
    assert.is(found.levels.get(538), 0);
    energised.value.close();
    assert.equal(found.closed, [], "a line that is given back may move");
  },
);

tests("a line that is taken, or that the chip hasn't, is refused in a sentence", () => {
  const lines = new OnoffLines(standIn().Gpio, CHIPS, null, () => {});
  const taken = lines.input(18, false, "both");
  assert.match(taken.ok ? "" : taken.issue, /^Cannot use line 18 \(530\): .*got: EBUSY/);
  assert.not(lines.input(99, false, "both").ok);
  assert.not(new OnoffLines(standIn().Gpio, CHIPS, "pl061", () => {}).output(1, false).ok);
});

tests("a line that udev hasn't given away yet is tried again, but not for ever", () => {
  let tries = 0;
  const { Gpio } = standIn();
  class Slow {
    constructor(...given: ConstructorParameters<GpioClass>) {
      if (++tries < 4) throw new Error("EACCES: permission denied, open 'value'");
      return new Gpio(...given);
    }
  }
  let pausedS = 0;
  const pause = (seconds: number) => pausedS += seconds;
  const late = new OnoffLines(Slow as unknown as GpioClass, CHIPS, null, pause);
  assert.ok(late.input(17, false, "both").ok);
  assert.ok(pausedS > 0.2 && pausedS < 0.5);
  class Never {
    constructor() {
      throw new Error("EACCES: permission denied, open 'value'");
    }
  }
  const never = new OnoffLines(Never as unknown as GpioClass, CHIPS, null, pause);
  const refused = never.input(17, false, "both");
  assert.match(refused.ok ? "" : refused.issue, /the right to write .* EACCES/);
  assert.ok(pausedS < 2);
});

tests("a MAX31855 at three lines is clocked bit by bit", () => {
  const lines = new FakeLines();
  const [clockPin, selectPin, dataPin] = [11, 8, 9];
  const word = max31855Word(213.25, 31.5);
  let bit = 31;
  const output = (pin: number) => {
    const line = lines.output(pin);
    if (!line.ok) throw new Error(line.issue);
    const { write } = line.value;
    return {
      ...line.value,
      write(level: 0 | 1) {
        // The chip shows its first bit when selected, the next ones as the clock falls.
        if (pin === selectPin && level === 0) bit = 31;
        if (pin === clockPin && level === 0 && lines.level(pin) === 1) bit--;
        const isDone = write(level);
        lines.set(dataPin, ((word >>> Math.max(0, bit)) & 1) as 0 | 1);
        return isDone;
      },
    };
  };
  const data = lines.input(dataPin);
  if (!data.ok) throw new Error(data.issue);
  const read = max31855AtLines(output(clockPin), output(selectPin), data.value);
  assert.equal(read(), { ok: true, value: { hotC: 213.25, coldC: 31.5 } });
  assert.equal(read(), { ok: true, value: { hotC: 213.25, coldC: 31.5 } });
  assert.is(lines.level(selectPin), 1);
});

tests("a MAX31855 behind a device is read as four bytes, most significant first", async () => {
  const device = await Deno.makeTempFile();
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, max31855Word(213.25, 31.5));
  await Deno.writeFile(device, bytes);
  const read = max31855AtSpidev(loadLibc(), device);
  assert.equal(read(), { ok: true, value: { hotC: 213.25, coldC: 31.5 } });
  const nobody = read();
  assert.match(nobody.ok ? "" : nobody.issue, "nobody answers");
  const over = read();
  assert.match(over.ok ? "" : over.issue, "gives no reading");
  assert.throws(() => max31855AtSpidev(loadLibc(), "/dev/spidev9.9"), /Cannot open \/dev\/spidev9/);
  await Deno.remove(device);
});

tests("a driver's file is read, with the scale beside an IIO channel", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/temp1_input`, "205250\n");
  await Deno.writeTextFile(`${folder}/in_temp_raw`, "821\n");
  await Deno.writeTextFile(`${folder}/in_temp_scale`, "250\n");
  assert.equal(await temperatureFile(`${folder}/temp1_input`, false)(), {
    ok: true,
    value: 205.25,
  });
  assert.equal(await temperatureFile(`${folder}/in_temp_raw`, false)(), {
    ok: true,
    value: 205.25,
  });
  const gone = await temperatureFile(`${folder}/none`, false)();
  assert.match(gone.ok ? "" : gone.issue, /none: No such file/);
  await Deno.remove(folder, { recursive: true });
});

tests.run();
