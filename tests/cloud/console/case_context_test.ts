import * as assert from "uvu/assert";
import { siteSuite } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";
import { field, type Visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("what stands around a case");

const MINUTE_MS = 60_000;
const NOON_MS = Date.parse("2026-03-01T12:00:00.000Z");
/** Times of a deviation so many minutes from noon. */
const at = (minutes: number) => ({
  bootId: "7d1cc2a4-1f0e-4c1b-9f0a-3a54a4a3f001",
  startedEventS: 50_000 + minutes * 60 - 10,
  detectedEventS: 50_000 + minutes * 60,
  endedEventS: null,
  wallTime: new Date(NOON_MS + minutes * MINUTE_MS).toISOString(),
  clockQuality: "synced" as const,
});

const section = async (who: Visitor, id: string, name: string) => {
  const html = await (await who.get(`/cases/${id}`)).text();
  return new RegExp(`<section class="${name}".*?</section>`, "s").exec(html)?.[0] ?? "";
};

if (!skipped) {
  tests(
    "what happened near in time is named, on the printer and on the fleet",
    async ({ site }) => {
      const { expert } = await prepared(site);
      const here = await newCase(site, "cold-block", { times: at(0) }, "left");
      const earlier = await newCase(site, "external-fan", { times: at(-4) }, "left");
      const beside = await newCase(site, "dead-fan", { times: at(7) }, "right");
      const tooFar = await newCase(site, "dead-fan", { times: at(31) }, "middle");
      const text = await section(expert, here.id, "around");
      assert.match(text, new RegExp(`/cases/${earlier.id}[^]*4 min before`));
      assert.match(text, new RegExp(`/cases/${beside.id}[^]*right[^]*7 min after`));
      assert.match(text, /1 printer, 0 alike/);
      assert.not(text.includes(tooFar.id));
      assert.not(text.includes(`/cases/${here.id}"`));
      assert.match(await section(expert, tooFar.id, "around"), /All other printers quiet/);
    },
  );

  tests(
    "an earlier decision of the same cause is counted and can be taken over",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
      const first = await newCase(site, "external-fan");
      assert.match(await section(expert, first.id, "around"), /yours is the first/);
      await aggregator.parts.desk.decide(first.id, actor, null, {
        decisionId: crypto.randomUUID(),
        determination: "expected",
        response: "none",
        learn: { mode: "yes" },
        reason: "the <b>window</b> was open",
      });
      const second = await newCase(site, "external-fan");
      const text = await section(expert, second.id, "similar");
      assert.match(text, /<b>1<\/b> expected/);
      assert.match(text, /the &lt;b&gt;window&lt;\/b&gt; was open/);
      const like = /class="like" href="([^"]+)"/.exec(text)![1]!;
      const html = await (await expert.get(like)).text();
      assert.match(html, /value="expected" checked/);
      assert.match(html, /name="learn" value="yes" checked/);
      assert.match(html, /name="response" value="none" checked/);
      assert.match(html, /the &lt;b&gt;window&lt;\/b&gt; was open<\/textarea>/);
      for (const bad of ["x", crypto.randomUUID(), second.id]) {
        const plain = await (await expert.get(`/cases/${second.id}?like=${bad}`)).text();
        assert.not.match(plain, /name="determination" value="[^"]+" checked/);
      }
    },
  );

  tests("a deviation's address leads to its case", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id, deviation } = await newCase(site, "void");
    const found = await expert.get(`/deviations/${deviation.id}`);
    assert.is(found.headers.get("Location"), `/cases/${id}`);
    const lost = await expert.get(`/deviations/${crypto.randomUUID()}`);
    assert.is((await expert.get(lost.headers.get("Location")!)).status, 404);
  });

  tests("what to do is said for this kind, what can't wait first", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id } = await newCase(site, "cold-block");
    const text = await section(expert, id, "next");
    assert.match(text, /<ol><li>Stop it now if nobody stands at the printer/);
    assert.match(text, /Hold a thermometer to the block/);
  });

  tests("after a decision the page leads to the next case that waits", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id } = await newCase(site, "void");
    const waiting = await newCase(site, "tampered-set-point");
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.not.match(html, /data-next/);
    await expert.post(`/cases/${id}/decision`, {
      seen: field(html, "seen"),
      decisionId: field(html, "decisionId"),
      determination: "threat-confirmed",
      response: "none",
      reason: "the file was changed",
      step: "send",
    });
    const after = await (await expert.get(`/cases/${id}`)).text();
    const next = /href="\/cases\/([^"]+)" data-next/.exec(after)?.[1];
    assert.ok(next && next !== id);
    assert.ok(waiting.id);
  });

  tests("a comment is kept, shown as it was written, and decides nothing", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site, "void");
    const text = "seen <i>from</i> the train\u202e";
    const commentId = crypto.randomUUID();
    const post = async (text: string) =>
      (await expert.post(`/cases/${id}/comment`, { commentId, text })).status;
    assert.equal([await post(text), await post(text)], [303, 303]);
    assert.is(aggregator.parts.model.cases.caseById(id)?.about.comments.length, 1);
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.match(html, /seen &lt;i&gt;from&lt;\/i&gt; the train⟨202E⟩/);
    assert.is(aggregator.parts.model.cases.caseById(id)?.about.state, "new");
    assert.equal([await post("  "), await post("x".repeat(1001))], [422, 422]);
    const found = await (await expert.get("/?q=train&state=all")).text();
    assert.match(found, new RegExp(`/cases/${id}`));
  });
}

tests.run();
