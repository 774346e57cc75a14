import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeSnapshot, readSnapshot, writeSnapshot } from "../../../edge/agent/snapshot_file.ts";
import type { Finding } from "../../../edge/finding.ts";
import { finding } from "../publish/findings_fixture.ts";

const test = suite("a printer's snapshot");

async function readBack(waiting: unknown[]) {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/p1.snapshot.json`;
    const snapshot = { printer: "p1", position: null, analysis: {} };
    await writeSnapshot(file, encodeSnapshot({ ...snapshot, waiting: waiting as Finding[] }));
    return await readSnapshot(file, "p1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

test("brings back the findings that waited", async () => {
  const waiting = [finding({}), finding({ identity: "another" })];
  const read = await readBack(waiting);
  assert.equal(read.ok && read.value?.waiting, waiting);
});

test("leaves out what isn't a finding any longer, and starts all the same", async () => {
  const good = finding({});
  const { cause: _cause, ...without } = good;
  const read = await readBack([null, 7, {}, without, { ...good, episode: "first" }, good]);
  assert.equal(read.ok && read.value?.waiting, [good]);
});

test.run();
