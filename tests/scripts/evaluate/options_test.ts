import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readOptions } from "../../../scripts/evaluate/options.ts";

const options = suite("evaluate's options");

options("a full run is the default", () => {
  const { suites, prints, hours, set, seed } = readOptions([])!;
  assert.equal({ suites, prints, hours, set, seed }, {
    suites: ["S0", "S2"],
    prints: 150,
    hours: 5000,
    set: "evaluate",
    seed: 1,
  });
});

options("a quick run has 4 prints of a cell and 60 clean hours", () => {
  const { prints, hours } = readOptions(["--quick"])!;
  assert.equal([prints, hours], [4, 60]);
});

options("scenarios may come with commas, and bring no clean hours", () => {
  const { scenarios, hours } = readOptions(["--scenario", "B03,A01", "--scenario", "E01"])!;
  assert.equal([scenarios, hours], [["B03", "A01", "E01"], 0]);
});

options("help is help", () => assert.is(readOptions(["--help"]), null));

const BAD: [args: string[], says: RegExp][] = [
  [["--nonsense"], /nonsense/],
  [["--scenario", "Z99"], /'Z99'.*A01/],
  [["--suite", "S9"], /S0, S1, S2/],
  [["--set", "test"], /train, calibrate, evaluate/],
  [["--prints", "0"], /--prints/],
  [["--prints", "x"], /'x'/],
  [["--seed", "-1"], /seed|argument/],
  [["--seed", "1000000"], /--seed/],
  [["--hours", ""], /--hours/],
  [["--workers", "0"], /--workers/],
  [["--clean", "--scenario", "A01"], /got both/],
  [["stray"], /stray/],
];
for (const [args, says] of BAD) {
  options(`refused: ${args.join(" ")}`, () => assert.throws(() => readOptions(args), says));
}

options.run();
