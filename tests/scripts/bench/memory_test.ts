import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hoursOfLines } from "../../../scripts/bench/memory/hour_of_lines.ts";
import { residentOf } from "../../../scripts/bench/memory/resident.ts";
import { environmentOf } from "../../../scripts/bench_memory.ts";

const memory = suite("what the memory bench measures");

memory("a unit's variables are read as systemd reads them", () => {
  const unit = "[Service]\nEnvironment=A=1 FLAGS=--x=1,--y=2\n# Environment=B=no\nEnvironment=C=\n";
  assert.equal(environmentOf(unit), { A: "1", FLAGS: "--x=1,--y=2", C: "" });
});

memory("an agent and a tap are told to keep their heaps small", () => {
  for (const unit of ["printwarden-tap@", "printwarden-agent"]) {
    const file = new URL(`../../../scripts/systemd/${unit}.service`, import.meta.url);
    assert.match(
      environmentOf(Deno.readTextFileSync(file)).DENO_V8_FLAGS!,
      /--max-semi-space-size=1/,
    );
  }
});

memory("a tenth of an hour holds both sides' lines in order, and no more than that", () => {
  let before = 0;
  const count = { host: 0, printer: 0 };
  for (const { atS, from } of hoursOfLines(0.1, 7)) {
    assert.ok(atS >= before && atS <= 360);
    before = atS;
    count[from] += 1;
  }
  assert.ok(before > 350, `the last at ${before} s`);
  assert.ok(count.host > 1000 && count.printer > 1000);
});

memory("what a process holds is read from the kernel", () => {
  const { residentMB, peakMB, ownMB } = residentOf(Deno.pid);
  assert.ok(residentMB > 20 && peakMB >= residentMB && ownMB > 5 && ownMB < residentMB);
});

memory.run();
