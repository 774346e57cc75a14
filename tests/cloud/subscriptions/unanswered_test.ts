import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Case } from "../../../cloud/cases/case.ts";
import { alertQueries } from "../../../cloud/read_model/alert_queries.ts";
import { caseColumns } from "../../../cloud/read_model/case_columns.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { unanswered } from "../../../cloud/subscriptions/unanswered_shell.ts";
import { caseAfter, DECIDED, newId, NOW_MS } from "../cases/case_fixture.ts";

const tests = suite("unanswered cases");
const LONG_AGO = "2020-01-01T00:00:00.000Z";

/** Cases that nobody has answered, the later ones changed earlier; some changed together. */
function filled(count: number, ...more: Case[]) {
  const database = openDatabase(":memory:");
  const write = database.prepare(`INSERT INTO case_row VALUES (${Array(25).fill("?").join(", ")})`);
  const plain = caseAfter();
  const cases = Array.from({ length: count }, (_, n): Case => ({
    ...plain,
    id: newId(),
    verdict: n % 3 === 0 ? "undetermined" : "expected-anomaly",
    updatedAt: new Date(NOW_MS - Math.floor(n / 4) * 1000).toISOString(),
  }));
  database.exec("BEGIN");
  [...cases, ...more].forEach((one, n) => write.run(...caseColumns(one, n, n, n)));
  database.exec("COMMIT");
  return { cases, queries: alertQueries(database), database };
}

tests(
  "each of them comes within a few rounds, however many there are, and none twice a round",
  () => {
    const { cases, queries } = filled(2600);
    const walk = unanswered(queries);
    for (let pass = 0; pass < 2; pass++) {
      const seen = new Set<string>();
      for (let round = 0; round < 8; round++) {
        const ids = walk.next(LONG_AGO).map(({ id }) => id);
        assert.is(new Set(ids).size, ids.length);
        ids.forEach((id) => seen.add(id));
      }
      assert.is(seen.size, cases.length);
    }
  },
);

tests("the latest come in every round, threats among them", () => {
  const threat: Case = { ...caseAfter(), id: newId(), verdict: "potential-cyberthreat" };
  const { cases, queries } = filled(2600, threat);
  const walk = unanswered(queries);
  for (let round = 0; round < 8; round++) {
    const ids = new Set(walk.next(LONG_AGO).map(({ id }) => id));
    assert.ok(ids.has(threat.id));
    for (const { id } of cases.slice(0, 200)) assert.ok(ids.has(id));
  }
});

tests("answered ones and those that didn't change since are left out", () => {
  const decided = { ...caseAfter(DECIDED), id: newId() };
  const { cases, queries } = filled(12, decided);
  const since = new Date(NOW_MS - 1000).toISOString();
  const ids = unanswered(queries).next(since).map(({ id }) => id);
  assert.equal(new Set(ids), new Set(cases.slice(0, 8).map(({ id }) => id)));
});

tests.run();
