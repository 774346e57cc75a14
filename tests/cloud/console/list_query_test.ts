import { suite } from "uvu";
import * as assert from "uvu/assert";
import { filterOf, listUrl, readListQuery } from "../../../cloud/console/list_query.ts";

const tests = suite("the query of a list");

const NOW_MS = Date.parse("2026-10-05T12:00:00.000Z");
const labels = new Map([["k3v9", "Ender 3, shelf A"], ["m8qd", "Prusa"]]);
const context = { nowMs: NOW_MS, personId: "me", sites: null, labels };

function read(text: string) {
  const query = readListQuery(Object.fromEntries(new URLSearchParams(text)));
  if (!query.ok) throw new Error(query.issue);
  return query.value;
}

tests("nothing asked means all that is open", () => {
  const filter = filterOf(read(""), context);
  assert.is(filter.state, "open");
  assert.equal([filter.since, filter.before, filter.sites], [null, null, null]);
  assert.is(listUrl(read("")), "/");
});

tests("the narrower of two beginnings holds, and a day is whole", () => {
  const both = filterOf(read("since=24h&from=2026-10-05&to=2026-10-05"), context);
  assert.is(both.since, "2026-10-05T00:00:00.000Z");
  assert.is(both.before, "2026-10-06T00:00:00.000Z");
  assert.is(filterOf(read("since=1h&from=2026-10-01"), context).since, "2026-10-05T11:00:00.000Z");
});

tests("a word stands for a printer that is called so", () => {
  const { words } = filterOf(read("q=Shelf+k3v+über-all"), context);
  assert.equal(words, [
    { word: "shelf", printers: ["k3v9"] },
    { word: "k3v", printers: ["k3v9"] },
    { word: "über", printers: [] },
    { word: "all", printers: [] },
  ]);
});

tests("nobody is shown a site that isn't theirs by asking for it", () => {
  const mine = { ...context, sites: ["workshop"] };
  assert.equal(filterOf(read("site=workshop"), mine).sites, ["workshop"]);
  assert.equal(filterOf(read("site=lab"), mine).sites, []);
  assert.equal(filterOf(read(""), mine).sites, ["workshop"]);
});

tests("an address keeps what narrows the list and drops what belongs to one page of it", () => {
  const query = read("state=all&q=fan&said=reviewed.1.0&limit=9&severity=high");
  assert.is(listUrl(query), "/?state=all&severity=high&q=fan");
  assert.is(listUrl(query, { state: "open", q: "" }), "/?severity=high");
});

tests.run();
