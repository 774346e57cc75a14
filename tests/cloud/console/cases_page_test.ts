import * as assert from "uvu/assert";
import { siteSuite } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";

const { tests, skipped } = await siteSuite("the list of cases");

if (!skipped) {
  tests(
    "the list shows cases, filters them, and refuses filters that aren't any",
    async ({ site }) => {
      const { expert } = await prepared(site);
      const { address, deviation } = await newCase(site, "dead-fan");
      const text = async (path: string) => await (await expert.get(path)).text();
      assert.match(await text("/"), new RegExp(deviation.summary.slice(0, 30)));
      const own = `/?printer=${address.printer}`;
      assert.match(await text(own), /href="\/cases\//);
      assert.not.match(await text(`${own}&verdict=expected-anomaly`), /href="\/cases\//);
      assert.match(await text(`${own}&verdict=undetermined&state=new`), /href="\/cases\//);
      assert.match(await text("/?printer=nobody"), /No case fits/);
      for (const query of ["state=gone", "verdict=x", "limit=0", "limit=1e9", "after=x", "q=1"]) {
        assert.is((await expert.get(`/?${query}`)).status, 400, query);
      }
    },
  );

  tests("the list goes on where its page ends, without a case twice", async ({ site }) => {
    const { expert } = await prepared(site);
    for (let made = 0; made < 3; made++) await newCase(site, "void");
    const seen: string[] = [];
    let path = "/?limit=2&state=new";
    for (let page = 0; page < 30 && path; page++) {
      const html = await (await expert.get(path)).text();
      seen.push(
        ...[...html.matchAll(/class="case [^"]*" href="\/cases\/([^"]+)"/g)].map(([, id]) => id!),
      );
      path = /class="more" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    }
    assert.ok(seen.length >= 3);
    assert.is(new Set(seen).size, seen.length);
  });
}

tests.run();
