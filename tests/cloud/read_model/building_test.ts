import { DatabaseSync } from "node:sqlite";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { finishBuilding, inTransaction, isBuilding } from "../../../cloud/read_model/building.ts";
import { openDatabase, openToBuild, settings } from "../../../cloud/read_model/database.ts";

const building = suite("building a read model from nothing");
const ADD = "INSERT INTO cursor VALUES ('x', 'y', 1, 'z', 2)";
const rows = (database: DatabaseSync) => database.prepare("SELECT * FROM cursor").all().length;
const objects = (database: DatabaseSync) =>
  database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();

async function withFile(work: (file: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  work(`${folder}/read-model.sqlite`);
  await Deno.remove(folder, { recursive: true });
}

building("ends with the same tables and indexes as one opened whole", () =>
  withFile((file) => {
    const built = openToBuild(file);
    const wanted = objects(openDatabase(":memory:"));
    assert.ok(objects(built).length < wanted.length);
    finishBuilding(built, settings);
    assert.equal(objects(built), wanted);
    assert.is(built.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
    built.close();
  }));

building("what was finished is there when it is opened again", () =>
  withFile((file) => {
    const built = openToBuild(file);
    built.exec(ADD);
    finishBuilding(built, settings);
    built.close();
    const again = openToBuild(file);
    assert.is(isBuilding(again), false);
    assert.is(rows(again), 1);
    finishBuilding(again, settings);
    assert.is(rows(again), 1);
    again.close();
  }));

building("what wasn't finished is made anew, however it is opened", () =>
  withFile((file) => {
    for (const open of [openToBuild, openDatabase]) {
      const half = openToBuild(file);
      half.exec(ADD);
      half.close();
      const again = open(file);
      assert.is(rows(again), 0);
      again.close();
    }
  }));

building(
  "a batch that fails leaves nothing behind, and the next one counts",
  () =>
    withFile((file) => {
      const built = openToBuild(file);
      finishBuilding(built, settings);
      const failing = () => {
        built.exec(ADD);
        throw new Error("half-way");
      };
      assert.throws(() => inTransaction(built, failing), /half-way/);
      assert.is(rows(built), 0);
      inTransaction(built, () => built.exec(ADD));
      assert.is(rows(built), 1);
      built.close();
    }),
);

building("while it is built, no batch is on the disk before all are", () =>
  withFile((file) => {
    const built = openToBuild(file);
    inTransaction(built, () => built.exec(ADD));
    const other = new DatabaseSync(file, { readOnly: true });
    assert.is(rows(other), 0);
    other.close();
    finishBuilding(built, settings);
    assert.is(rows(built), 1);
    built.close();
  }));

building.run();
