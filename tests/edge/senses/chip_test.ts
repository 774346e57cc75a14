import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lineNumber } from "../../../edge/senses/lines/chip.ts";
import { readChips } from "../../../edge/senses/lines/chip_file.ts";

const tests = suite("chips of lines");

const PI4 = [
  { label: "raspberrypi-exp-gpio", base: 570, lines: 8 },
  { label: "pinctrl-bcm2711", base: 512, lines: 58 },
];

async function folderOf(chips: typeof PI4): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-gpio-" });
  for (const { label, base, lines } of chips) {
    await Deno.mkdir(`${folder}/gpiochip${base}`);
    await Deno.writeTextFile(`${folder}/gpiochip${base}/label`, `${label}\n`);
    await Deno.writeTextFile(`${folder}/gpiochip${base}/base`, `${base}\n`);
    await Deno.writeTextFile(`${folder}/gpiochip${base}/ngpio`, `${lines}\n`);
  }
  return folder;
}

tests("a BCM number is counted from the base of the chip with the Pi's label", () => {
  assert.equal(lineNumber(PI4, null, 17), { ok: true, value: 529 });
  const older = [{ label: "pinctrl-bcm2835", base: 0, lines: 54 }];
  assert.equal(lineNumber(older, null, 17), { ok: true, value: 17 });
  const pi5 = [{ label: "gpio-brcmstb", base: 512, lines: 32 }, {
    label: "pinctrl-rp1",
    base: 571,
    lines: 54,
  }];
  assert.equal(lineNumber(pi5, null, 4), { ok: true, value: 575 });
});

tests("another board's chip is found by the label that was given", () => {
  const chips = [...PI4, { label: "9030000.pl061", base: 578, lines: 8 }];
  assert.equal(lineNumber(chips, "9030000.pl061", 3), { ok: true, value: 581 });
});

tests("a chip or a line that isn't there is refused with what is", () => {
  const none = lineNumber(PI4, "pl061", 1);
  assert.match(none.ok ? "" : none.issue, /a chip pl061 was required, got 'rasp/);
  const beyond = lineNumber(PI4, null, 58);
  assert.match(beyond.ok ? "" : beyond.issue, /one of 0 to 57 of pinctrl-bcm2711 was required/);
  assert.not(lineNumber([], null, 1).ok);
});

tests("chips are read from the kernel's folder, and a strange entry is passed over", async () => {
  const folder = await folderOf(PI4);
  await Deno.mkdir(`${folder}/gpiochip99`);
  await Deno.writeTextFile(`${folder}/export`, "");
  const chips = await readChips(folder);
  assert.equal(chips, { ok: true, value: [PI4[1], PI4[0]] });
  await Deno.remove(folder, { recursive: true });
});

tests("a kernel without such a folder is refused in a sentence", async () => {
  const chips = await readChips("/nowhere/gpio");
  assert.match(chips.ok ? "" : chips.issue, /^Cannot look for lines: \/nowhere\/gpio was required/);
});

tests.run();
