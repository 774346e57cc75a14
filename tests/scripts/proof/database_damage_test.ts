import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { program } from "../../../scripts/card/program.ts";
import { withDatabases } from "../../../scripts/proof/with_databases.ts";
import { databaseDamage } from "../../../scripts/proof/database_damage.ts";

const tests = suite("databases after a power cut");
const PAGE_BYTES = 4096;

/** A partition with a database as a cut leaves it: its last rows stand in the journal alone. */
async function withPartition(
  harm: (folder: string) => Promise<void>,
  then: (partition: string) => Promise<void>,
): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "printwarden-partition-" });
  const lib = join(work, "tree/lib");
  await Deno.mkdir(join(lib, "profiles"), { recursive: true });
  const database = new DatabaseSync(join(work, "edge.db"));
  database.exec(
    "PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL; CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)",
  );
  for (let id = 0; id < 200; id++) {
    database.prepare("INSERT INTO kept VALUES (?, ?)").run(id, "x".repeat(200));
  }
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.exec("INSERT INTO kept VALUES (1000, 'only in the journal')");
  for (const name of ["edge.db", "edge.db-wal"]) {
    await Deno.copyFile(join(work, name), join(lib, name));
  }
  database.close();
  await harm(lib);
  const partition = join(work, "part");
  await program("make it", "truncate", ["--size=8M", partition]);
  await program("make it", "mke2fs", ["-q", "-t", "ext4", "-d", join(work, "tree"), partition]);
  await then(partition);
  await Deno.remove(work, { recursive: true });
}

const has = (name: string) =>
  program("look for it", "sh", ["-c", `command -v ${name}`])
    .then(() => true, () => false);

if (!await has("debugfs") || !await has("mke2fs")) {
  console.log("SKIPPED databases of a card: e2fsprogs was required, there is none");
} else {
  tests(
    "a journal that was not yet brought home is no damage",
    () =>
      withPartition(async () => {}, async (partition) => {
        assert.equal(await withDatabases(partition, databaseDamage), []);
      }),
  );

  tests("a torn page is told with the database's name", () =>
    withPartition(async (lib) => {
      using file = await Deno.open(join(lib, "edge.db"), { write: true });
      await file.seek(3 * PAGE_BYTES, Deno.SeekMode.Start);
      await file.write(new Uint8Array(PAGE_BYTES).fill(0xa5));
    }, async (partition) => {
      const [found] = await withDatabases(partition, databaseDamage);
      assert.match(found ?? "", /^edge\.db: /);
    }));
}

tests.run();
