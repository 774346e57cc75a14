/** Forms that come twice: an impatient thumb, or a browser without our script. */
import * as assert from "uvu/assert";
import { siteSuite } from "../site_fixture.ts";
import { decisionForm, newCase, prepared, stateOf } from "./console_fixture.ts";
import { field, type Visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("forms that come twice");

const TIMES = 4;

/** Sends a form several times at once; gives what each was answered. */
async function together(
  who: Visitor,
  path: string,
  form: Record<string, string>,
): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: TIMES }, () => who.post(path, form)));
  await Promise.all(answers.map((one) => one.body?.cancel()));
  return answers.map(({ status }) => status);
}

if (!skipped) {
  tests("one decision is recorded, and nobody is told that theirs failed", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const html = await (await expert.get(`/cases/${id}`)).text();
    const form = decisionForm(html, { step: "send" });
    const statuses = await together(expert, `/cases/${id}/decision`, form);
    assert.ok(statuses.every((status) => status === 303), `${statuses}`);
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 1);
  });

  tests(
    "of different decisions from one page, one counts and the others are refused",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const html = await (await expert.get(`/cases/${id}`)).text();
      const answers = await Promise.all(
        Array.from({ length: TIMES }, (_, at) =>
          expert.post(
            `/cases/${id}/decision`,
            decisionForm(html, {
              decisionId: crypto.randomUUID(),
              determination: at % 2 === 0 ? "expected" : "threat-confirmed",
              reason: `person ${at}`,
              step: "send",
            }),
          )),
      );
      const statuses = answers.map(({ status }) => status);
      assert.is(statuses.filter((status) => status === 303).length, 1, `${statuses}`);
      for (const refused of answers.filter(({ status }) => status !== 303)) {
        assert.is(refused.status, 409);
        assert.match(await refused.text(), /has changed since you opened it/);
      }
      assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 1);
      assert.is(stateOf(aggregator, id), "decided");
    },
  );

  tests("a comment stands once", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id } = await newCase(site);
    const page = async () => await (await expert.get(`/cases/${id}`)).text();
    const form = { commentId: field(await page(), "commentId"), text: "look at the nozzle" };
    await together(expert, `/cases/${id}/comment`, form);
    assert.is((await page()).split("look at the nozzle").length - 1, 1);
  });

  tests("a channel and a subscription are there once", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { alerts, auth } = aggregator.parts.model;
    const person = auth.people(1)[0]!;
    const ways: Record<string, string>[] = [
      { type: "email", name: "Mail", address: "a@example.org" },
      { type: "webhook", name: "Hook", url: "https://hooks.example/x" },
    ];
    for (const way of ways) {
      const statuses = await together(expert, "/alerts/channels", way);
      assert.ok(statuses.includes(303), `${statuses}`);
    }
    assert.is(alerts.channelsOf(person.id).length, 2);
    const [channel] = alerts.channelsOf(person.id);
    const html = await (await expert.get("/alerts/new")).text();
    const form = {
      formId: field(html, "formId"),
      name: "Threats",
      "verdict.undetermined": "on",
      severityMin: "medium",
      [`channel.${channel!.id}`]: "on",
      cooldownS: "600",
      repeatEveryS: "0",
      repeatsMax: "3",
    };
    assert.ok((await together(expert, "/alerts/new", form)).includes(303));
    assert.is((await expert.post("/alerts/new", form)).status, 303, "and once more, later");
    assert.is(alerts.subscriptionsOf(person.id).length, 1);
  });

  tests("a channel that was removed comes back", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { alerts, auth } = aggregator.parts.model;
    const personId = auth.people(1)[0]!.id;
    const way = { type: "email", name: "Other mail", address: "b@example.org" };
    await expert.post("/alerts/channels", way);
    const added = alerts.channelsOf(personId).find(({ name }) => name === "Other mail")!;
    await expert.post(`/alerts/channels/${added.id}/remove`, {});
    assert.not(alerts.channelsOf(personId).some(({ name }) => name === "Other mail"));
    await expert.post("/alerts/channels", way);
    assert.ok(alerts.channelsOf(personId).some(({ name }) => name === "Other mail"));
  });
}

tests.run();
