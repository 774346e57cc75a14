import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Journal } from "../../../../scripts/evaluate/run/journal.ts";

const journals = suite("Journal");

const UNIT = { unit: 3, tookS: 1, prints: [] };

function withFolder(act: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    act(`${folder}/run`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

journals("finished units are there when a run goes on", () =>
  withFolder((folder) => {
    const first = Journal.open(folder, "abc", {});
    first.add(UNIT);
    first.close();
    const again = Journal.open(folder, "abc", {});
    assert.equal(again.records, [UNIT]);
    again.close();
  }));

journals("a line that was cut off is dropped, and the next is whole", () =>
  withFolder((folder) => {
    const first = Journal.open(folder, "abc", {});
    first.add(UNIT);
    first.close();
    Deno.writeTextFileSync(`${folder}/units.jsonl`, '{"unit":4,"took', { append: true });
    const again = Journal.open(folder, "abc", {});
    assert.equal(again.records, [UNIT]);
    again.add({ ...UNIT, unit: 4 });
    again.close();
    assert.equal(Journal.read(folder).records.map(({ unit }) => unit), [3, 4]);
  }));

journals("results of another plan are never mixed in", () =>
  withFolder((folder) => {
    Journal.open(folder, "abc", {}).close();
    assert.throws(() => Journal.open(folder, "def", {}), /another --out/);
  }));

journals("a folder that can't be written is told", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(folder, "a file");
    assert.throws(() => Journal.open(folder, "abc", {}), /writable folder/);
  }));

journals(
  "a folder without a run can't be judged",
  () => withFolder((folder) => assert.throws(() => Journal.read(folder), /plan\.json/)),
);

journals.run();
