import * as assert from "uvu/assert";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import type { Deviation } from "../../../shared/deviation.ts";
import { DEVICE, siteSuite, until } from "../site_fixture.ts";
import { decisionForm, newCase, prepared, stateOf } from "./console_fixture.ts";
import { BASE, field } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("a case's forms");

if (!skipped) {
  tests(
    "a case is acknowledged, decided, closed and taken up again by its forms",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const page = async () => await (await expert.get(`/cases/${id}`)).text();
      const act = async (name: string, form: Record<string, string>) =>
        await expert.post(`/cases/${id}/${name}`, { seen: field(await page(), "seen"), ...form });

      assert.is((await act("acknowledge", {})).headers.get("Location"), `/cases/${id}`);
      assert.is(stateOf(aggregator, id), "acknowledged");
      const decisionId = field(await page(), "decisionId");
      const decision = {
        decisionId,
        determination: "expected",
        response: "none",
        learn: "until",
        untilDate: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10),
        reason: "the window is open <this> week",
      };
      const review = await act("decision", decision);
      assert.is(review.status, 200);
      const confirm = await review.text();
      assert.match(confirm, /Sign this\?/);
      assert.match(confirm, /the window is open &lt;this&gt; week/);
      assert.is(field(confirm, "decisionId"), decisionId);
      assert.is(stateOf(aggregator, id), "acknowledged", "a review records nothing");
      const edit = await (await act("decision", { ...decision, step: "edit" })).text();
      assert.match(edit, /value="expected" checked/);
      assert.match(edit, /the window is open &lt;this&gt; week<\/textarea>/);
      assert.is(stateOf(aggregator, id), "acknowledged");
      const sent = { ...decision, step: "send" };
      assert.is((await act("decision", sent)).status, 303);
      assert.is((await act("decision", sent)).status, 303, "sent twice it is one decision");
      const { about } = aggregator.parts.model.cases.caseById(id)!;
      assert.is(about.decisions.length, 1);
      assert.is(about.decisions[0]?.learn.mode, "until");
      assert.match(await page(), /the window is open &lt;this&gt; week/);
      assert.is((await act("close", { nature: "change", note: "" })).status, 303);
      assert.is(stateOf(aggregator, id), "closed");
      const reopened = await expert.post(`/cases/${id}/reopen`, {});
      assert.is(reopened.status, 303);
      assert.is.not(reopened.headers.get("Location"), `/cases/${id}`);
      assert.match(await page(), /Taken up again as another case/);
      const again = await (await expert.get(reopened.headers.get("Location")!)).text();
      assert.match(again, /Takes up an earlier, closed case/);
      assert.is((await expert.post(`/cases/${id}/reopen`, {})).status, 422);
    },
  );

  tests(
    "a form from a page that is out of date is refused, and what was typed is kept",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const html = await (await expert.get(`/cases/${id}`)).text();
      const seen = field(html, "seen");
      await expert.post(`/cases/${id}/acknowledge`, { seen });
      const response = await expert.post(`/cases/${id}/decision`, {
        seen,
        decisionId: field(html, "decisionId"),
        determination: "threat-confirmed",
        response: "stop",
        learn: "no",
        untilDate: "",
        reason: "typed <b>with care</b>",
      });
      assert.is(response.status, 409);
      const back = await response.text();
      assert.match(back, /has changed since you opened it/);
      assert.match(back, /typed &lt;b&gt;with care&lt;\/b&gt;/);
      assert.match(back, /value="threat-confirmed" checked/);
      assert.is.not(field(back, "seen"), seen);
      assert.is(stateOf(aggregator, id), "acknowledged");
    },
  );

  tests("a guard that goes on telling the same takes nobody's form away", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id, deviation, address } = await newCase(site);
    const { cases } = aggregator.parts.model;
    const html = await (await expert.get(`/cases/${id}`)).text();
    const revise = async (change: Partial<Deviation>) => {
      const before = cases.caseById(id)!.lastSequence;
      const { revision } = cases.deviationById(deviation.id)!;
      const told = { ...deviation, ...change, revision: revision + 1 };
      await site.send(DEVICE, deviationMessage(address, told));
      await until("the revision", () => cases.caseById(id)!.lastSequence > before);
    };
    const decision = decisionForm(html);
    const post = (form: Record<string, string>) => expert.post(`/cases/${id}/decision`, form);
    await revise({ score: 20, probability: 0.93 });
    const review = await post(decision);
    assert.is(review.status, 200);
    await revise({ score: 30 });
    const early = Number(decision.seen) - 1;
    assert.is((await post({ ...decision, step: "send", seen: String(early) })).status, 409);
    assert.is((await post({ ...decision, step: "send", seen: "999999" })).status, 409);
    assert.is((await post({ ...decision, step: "send" })).status, 303);
    assert.is(stateOf(aggregator, id), "decided");
  });

  tests("a deviation that became graver meanwhile has to be looked at first", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id, deviation, address } = await newCase(site, "external-fan");
    const { cases } = aggregator.parts.model;
    const html = await (await expert.get(`/cases/${id}`)).text();
    const before = cases.caseById(id)!.lastSequence;
    const graver = { verdict: "potential-cyberthreat", severity: "critical" } as const;
    const told = { ...deviation, ...graver, revision: 2 };
    await site.send(DEVICE, deviationMessage(address, told));
    await until("the revision", () => cases.caseById(id)!.lastSequence > before);
    const response = await expert.post(
      `/cases/${id}/decision`,
      decisionForm(html, { step: "send" }),
    );
    assert.is(response.status, 409);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests(
    "forms with wrong, missing, doubled or oversized fields change nothing",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const html = await (await expert.get(`/cases/${id}`)).text();
      const good = decisionForm(html, { reason: "x" });
      const post = (form: Record<string, string>) => expert.post(`/cases/${id}/decision`, form);
      for (
        const [change, status, said] of [
          [{ determination: "" }, 422, /Please say what it was/],
          [{ determination: "maybe" }, 422, /Please say what it was/],
          [{ response: "explode" }, 422, /what the printer should do/],
          [{ reason: "   " }, 422, /Please say why/],
          [{ reason: "x".repeat(1001) }, 422, /Too long: why/],
          [{ reason: "x".repeat(40_000) }, 413, /Too large/],
          [{ learn: "until" }, 422, /until when/],
          [{ learn: "until", untilDate: "2020-01-01" }, 422, /an instant ahead/],
          [{ learn: "until", untilDate: "soon" }, 422, /until when/],
          [{ learn: "yes", determination: "threat-confirmed" }, 422, /Cannot learn/],
          [{ decisionId: "1" }, 422, /load it again/],
          [{ seen: "-1" }, 422, /load it again/],
          [{ step: "sign" }, 422, /load it again/],
          [{ admin: "yes" }, 422, /load it again/],
        ] as [Record<string, string>, number, RegExp][]
      ) {
        const response = await post({ ...good, ...change });
        assert.is(response.status, status, JSON.stringify(change).slice(0, 60));
        assert.match(await response.text(), said);
      }
      const asked = async (init: RequestInit) =>
        await aggregator.request(`${BASE}/cases/${id}/decision`, {
          method: "POST",
          ...init,
          headers: { Cookie: expert.cookie, Origin: BASE, ...init.headers },
        });
      const form = "application/x-www-form-urlencoded";
      const twice = await asked({ headers: { "Content-Type": form }, body: "seen=1&seen=2" });
      assert.is(twice.status, 415);
      const json = await asked({ headers: { "Content-Type": "application/json" }, body: "{}" });
      assert.is(json.status, 415);
      const files = new FormData();
      files.set("reason", new File(["x"], "x.txt"));
      assert.is((await asked({ body: files })).status, 415);
      assert.is(stateOf(aggregator, id), "new");
      for (const path of [`/cases/${crypto.randomUUID()}/decision`, "/cases/x/decision"]) {
        assert.is((await expert.post(path, good)).status, 404);
      }
      assert.is(
        (await expert.post(`/cases/${id}/close`, { seen: good.seen, nature: "change" })).status,
        422,
      );
    },
  );
}

tests.run();
