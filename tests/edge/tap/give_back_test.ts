import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { giveBackStart, untouchedOf } from "../../../edge/tap/give_back.ts";

const test = suite("memory given back after the start");
const DENO = "/usr/local/bin/deno";

test("the program's own code and constants are found, unless a page of them was written", () => {
  const part = (place: string, writtenKb: number) =>
    `${place}\nSize:  4096 kB\nAnonymous:  ${writtenKb} kB\nVmFlags: rd ex\n`;
  const smaps = part("3a0000000000-3a0000040000 r-xp 00000000 00:00 0 ", 0) +
    part(`55d000000000-55d000100000 r--p 00000000 08:01 77                     ${DENO}`, 0) +
    part(`55d000100000-55d000300000 r-xp 00100000 08:01 77                     ${DENO}`, 0) +
    part(`55d000300000-55d000310000 rw-p 00300000 08:01 77                     ${DENO}`, 0) +
    part(`55d000310000-55d000320000 r--p 00310000 08:01 77                     ${DENO}`, 64) +
    part("7f0000000000-7f0000100000 r-xp 00000000 08:01 12                     /lib/libc.so.6", 0);
  assert.equal(untouchedOf(smaps, DENO), [
    { begin: 0x55d000000000n, bytes: 0x100000n },
    { begin: 0x55d000100000n, bytes: 0x200000n },
  ]);
});

test("the process goes on as it was", () => {
  const before = residentKb();
  giveBackStart(loadLibc());
  const given = residentKb();
  assert.ok(given < before, `${before} kB before, ${given} kB after`);
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  assert.is(numbers.map((one) => one * 2).reduce((sum, one) => sum + one, 0), 999_000);
  assert.equal(JSON.parse(JSON.stringify({ a: [1, "two"] })), { a: [1, "two"] });
});

function residentKb(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]);
}

test.run();
