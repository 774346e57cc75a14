import * as assert from "uvu/assert";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import { DEVICE, siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared, stateOf } from "./console_fixture.ts";
import { field, type Visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("the list of cases");

const text = async (who: Visitor, path: string) => await (await who.get(path)).text();
const idsOf = (html: string) =>
  [...html.matchAll(/class="case [^"]*" href="\/cases\/([^"]+)"/g)].map(([, id]) => id!);

if (!skipped) {
  tests("every filter narrows the list, alone and together", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const fan = await newCase(site, "dead-fan");
    const void_ = await newCase(site, "void");
    const ids = async (query: string) => idsOf(await text(expert, `/?${query}`));
    const own = `printer=${fan.address.printer}`;
    assert.equal(await ids(own), [fan.id]);
    assert.equal(await ids(`${own}&verdict=expected-anomaly`), []);
    assert.equal(await ids(`${own}&verdict=undetermined&state=new`), [fan.id]);
    assert.equal(await ids(`${own}&kind=${fan.deviation.kind}&since=1h`), [fan.id]);
    assert.equal(await ids(`${own}&kind=link`), []);
    assert.equal(await ids(`${own}&severity=critical`), []);
    assert.equal(await ids(`${own}&severity=low`), [fan.id]);
    assert.equal(await ids(`${own}&site=${fan.address.site}`), [fan.id]);
    assert.equal(await ids(`${own}&site=elsewhere`), []);
    assert.equal(await ids(`${own}&from=2020-01-01&to=2020-01-02`), []);
    const today = new Date().toISOString().slice(0, 10);
    assert.equal(await ids(`${own}&from=${today}&to=${today}`), [fan.id]);
    assert.equal(await ids("q=part+FAN+stood"), [fan.id]);
    assert.equal(await ids("q=region+mater"), [void_.id]);
    assert.equal(await ids("q=%22*+OR+-x"), []);
    assert.match(await text(expert, "/?printer=nobody"), /No case fits/);
    const wallTime = new Date().toISOString();
    const wish = { label: "Zebra stripe", wallTime };
    await site.send(DEVICE, presenceMessage(void_.address, wish));
    const labels = () => aggregator.parts.model.fleet.labels(99).some(([, l]) => l === wish.label);
    await until("the label", labels);
    assert.equal(await ids("q=zebra"), [void_.id]);
    assert.equal(await ids("q=zebra+region"), [void_.id]);
    assert.equal(await ids("q=zebra+fan"), []);
  });

  tests("a filter that is none is refused, one that is empty doesn't count", async ({ site }) => {
    const { expert } = await prepared(site);
    const queries = ["state=gone", "verdict=x", "limit=0", "limit=1e9", "after=x", "from=1"];
    const more = ["kind=none", "since=2h", "said=x", "unreviewed=no", `q=${"x".repeat(81)}`, "a=1"];
    for (const query of [...queries, ...more]) {
      assert.is((await expert.get(`/?${query}`)).status, 400, query);
    }
    assert.is((await expert.get("/?verdict=&kind=&q=&from=")).status, 200);
  });

  tests("the list goes on where its page ends, without a case twice", async ({ site }) => {
    const { expert } = await prepared(site);
    for (let made = 0; made < 3; made++) await newCase(site, "void");
    const seen: string[] = [];
    let path = "/?limit=2&state=new";
    for (let page = 0; page < 30 && path; page++) {
      const html = await text(expert, path);
      seen.push(...idsOf(html));
      path = /class="more" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    }
    assert.ok(seen.length >= 3);
    assert.is(new Set(seen).size, seen.length);
  });

  tests("cases that go on don't change places: the one opened last stands first", async (
    { site },
  ) => {
    const { aggregator, expert } = await prepared(site);
    const first = await newCase(site, "void");
    const second = await newCase(site, "void");
    const order = async () =>
      idsOf(await text(expert, "/")).filter((id) => id === first.id || id === second.id);
    assert.equal(await order(), [second.id, first.id]);
    const actor = { kind: "person", id: crypto.randomUUID(), name: "Ada" } as const;
    await aggregator.parts.desk.comment(first.id, actor, crypto.randomUUID(), "seen");
    assert.equal(await order(), [second.id, first.id]);
  });

  tests("new threats stand above what is expected, however old they are", async ({ site }) => {
    const { expert } = await prepared(site);
    const threat = await newCase(site, "tampered-set-point");
    const draught = await newCase(site, "external-fan");
    const ids = idsOf(await text(expert, "/"));
    assert.ok(ids.indexOf(threat.id) < ids.indexOf(draught.id));
    assert.ok(ids.indexOf(threat.id) >= 0);
  });

  tests("ticked cases are acknowledged at once, changed ones are left", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const made = [await newCase(site), await newCase(site, "void"), await newCase(site)];
    const seen = (id: string) => String(aggregator.parts.model.cases.caseById(id)!.lastSequence);
    const form: Record<string, string> = { back: "verdict=potential-cyberthreat" };
    for (const { id } of made) form[`case-${id}`] = seen(id);
    form[`case-${made[2]!.id}`] = String(Number(seen(made[2]!.id)) - 1);
    const response = await expert.post("/cases/acknowledge", form);
    assert.is(response.status, 303);
    const location = response.headers.get("Location")!;
    assert.is(location, "/?verdict=potential-cyberthreat&said=acknowledged.2.1");
    assert.match(await text(expert, location), /2 cases acknowledged; 1 case had changed/);
    assert.equal(made.map(({ id }) => stateOf(aggregator, id)), [
      "acknowledged",
      "acknowledged",
      "new",
    ]);
    assert.is((await expert.post("/cases/acknowledge", { back: "" })).status, 422);
    assert.is((await expert.post("/cases/acknowledge", { "case-x": "1" })).status, 422);
    assert.is((await expert.post("/cases/acknowledge", { back: "", x: "1" })).status, 422);
  });

  tests("a view is kept under its name, found again, and forgotten", async ({ site }) => {
    const { expert } = await prepared(site);
    const query = "verdict=undetermined&since=24h";
    const saved = await expert.post("/views/save", { name: "Night <watch>", query });
    assert.is(saved.headers.get("Location"), `/?${query}`);
    const html = await text(expert, "/");
    assert.match(html, /href="\/\?verdict=undetermined&amp;since=24h"/);
    assert.match(html, /Night &lt;watch&gt;/);
    assert.match(await text(expert, `/?${query}`), /Forget this view/);
    for (
      const bad of [{ name: " ", query }, { name: "x", query: "a=1" }, { name: "x" }, {
        name: "x".repeat(41),
        query,
      }] as Record<string, string>[]
    ) {
      assert.is((await expert.post("/views/save", bad)).status, 422, JSON.stringify(bad));
    }
    await expert.post("/views/drop", { name: "Night <watch>", query });
    assert.not.match(await text(expert, "/"), /Night/);
  });

  tests("a broken rule of views is said on the list", async ({ site }) => {
    const { expert } = await prepared(site);
    const refused = await expert.post("/views/save", { name: "", query: "" });
    assert.match(await refused.text(), /Please give the view a name/);
    assert.ok(field(await text(expert, "/"), "back") === "");
  });
}

tests.run();
