import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alertQueries } from "../../../cloud/read_model/alert_queries.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { followed } from "../../../cloud/subscriptions/followed_shell.ts";

const tests = suite("what was told and isn't done");

function told(lane: string, count: number, database = openDatabase(":memory:")) {
  const write = database.prepare("INSERT INTO alert_told VALUES (?, ?, '', 1, ?, ?, '[]')");
  for (let n = 0; n < count; n++) write.run(lane, `case/${1_000_000 + n}`, n, 1);
  return database;
}

tests("is followed whole within a few rounds, however much there is", () => {
  const database = told("a", 1700);
  told("b", 3, database);
  database.prepare("INSERT INTO alert_told VALUES ('b', 'x', '', 1, 0, 0, '[]')").run();
  const follow = followed(alertQueries(database));
  for (let pass = 0; pass < 2; pass++) {
    const seen = new Set<string>();
    for (let round = 0; round < 4; round++) {
      follow("a").forEach(({ key }) => seen.add(key));
      assert.is(follow("b").length, 3, "and a short list in every round");
    }
    assert.is(seen.size, 1700);
  }
});

tests("begins again at once where the last stride ended it", () => {
  const follow = followed(alertQueries(told("a", 500)));
  for (let round = 0; round < 4; round++) assert.is(follow("a").length, 500);
});

tests.run();
