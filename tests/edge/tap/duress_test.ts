import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Duress, type Hardship } from "../../../scripts/bench/duress.ts";
import { disk, openHost, pause, pour, type Scene, seededBytes, withTap } from "./rig.ts";

const test = suite("a tap under duress");
const BYTES = 200_000;
/** What one run of Deno, libc and a small memory for the agent need at most, in KiB. */
const MEMORY_KIB_MAX = 90 * 1024;

/** Bytes of every value cross in both directions while something is hard for the tap. */
async function crosses({ tap, printer }: Scene, seed: number): Promise<void> {
  const host = openHost(tap.link);
  const [down, up] = [seededBytes(seed, BYTES), seededBytes(seed + 1, BYTES)];
  await Promise.all([pour(host, printer, down), pour(printer, host, up)]);
  assert.ok(same(printer.all, down), "host to printer");
  assert.ok(same(host.all, up), "printer to host");
  host.close();
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** The same under one hardship. */
async function crossesUnder(hardship: Hardship): Promise<void> {
  await withTap([], async (scene) => {
    const duress = new Duress(scene.tap.socket);
    try {
      await pause(700);
      await duress.set(hardship);
      await pause(700);
      await crosses(scene, 61);
    } finally {
      await duress.stop();
    }
  });
}

test("an agent that hangs changes no byte in either direction", () => crossesUnder("hung"));

test("an agent that crashes again and again changes no byte", () => crossesUnder("crashing"));

test("a lack of CPU changes no byte", () => crossesUnder("starved"));

test("its memory stays bounded whatever crosses it, with an agent that reads nothing", async () => {
  await withTap(["--replay-mib", "1"], async ({ tap, printer }) => {
    const duress = new Duress(tap.socket);
    try {
      await pause(700);
      await duress.set("hung");
      const host = openHost(tap.link);
      await pour(host, printer, seededBytes(70, 3 * BYTES));
      const first = residentKib(tap.child.pid);
      for (let turn = 0; turn < 4; turn++) {
        await pour(host, printer, seededBytes(71 + turn, 2 * BYTES));
      }
      const last = residentKib(tap.child.pid);
      assert.ok(last < MEMORY_KIB_MAX, `${last} KiB`);
      assert.ok(last - first < 12 * 1024, `${first} to ${last} KiB`);
      host.close();
    } finally {
      await duress.stop();
    }
  });
});

function residentKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(disk.readText(`/proc/${pid}/status`) ?? "")?.[1]);
}

test.run();
