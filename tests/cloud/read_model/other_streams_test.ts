import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, allCases, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("a read model that was built from other streams");

if (!skipped) {
  tests("is emptied and built anew, its search included", async ({ site }) => {
    const first = await site.aggregator();
    const deviation = deviationOf("p1", "void");
    await site.send(DEVICE, deviationMessage(ADDRESS, deviation));
    await until("the case", () => allCases(first).length === 1);
    const words = [{ word: "region", printers: [] }];
    const search = { state: "all", after: null, limit: 10, words } as const;
    assert.is(first.parts.model.cases.list(search).length, 1);
    await first.close();

    const file = join(site.state, "read-model.sqlite");
    const database = new DatabaseSync(file);
    database.exec("UPDATE cursor SET created = 'another day'");
    database.exec("UPDATE case_row SET summary = 'of another stream', number = number + 1000");
    database.close();

    const again = await site.aggregator();
    const [row, ...rest] = again.parts.model.cases.list(search);
    assert.is(row?.summary, deviation.summary);
    assert.is(rest.length, 0);
  });
}

tests.run();
