import * as assert from "uvu/assert";
import { checkConfirmations } from "../../../edge/respond/confirmed.ts";
import { parseTrust } from "../../../edge/respond/trust.ts";
import { verifyDecision } from "../../../edge/respond/verify.ts";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newInvitation } from "../../../cloud/auth/accounts.ts";
import { certifyExpert, listExperts, peopleOf } from "../../../cloud/decisions/experts_shell.ts";
import { readSigningKey } from "../../../cloud/provision/key_files.ts";
import { startAggregator } from "../../../cloud/aggregator.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { CONFIRMATIONS_HEADER } from "../../../shared/expert.ts";
import { SIGNATURE_HEADER } from "../../../shared/signing.ts";
import type { Authenticator, Bend } from "../../authenticator.ts";
import { joinWithPasskey } from "../auth/passkey_fixture.ts";
import { field, type Visitor, visitor } from "../console/http_fixture.ts";
import { ADDRESS, deviationOf, DEVICE, SITE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("decisions confirmed by passkey");

interface Expert {
  key: Authenticator;
  visitor: Visitor;
}

/** The same person's browser at the name that passkeys are made for. */
function atLocalhost(aggregator: Aggregator, cookie: string): Visitor {
  const base = { Cookie: cookie, "User-Agent": "Firefox/140.0" };
  const at = "http://localhost";
  return {
    cookie,
    get: async (path) => await aggregator.request(at + path, { headers: base }),
    post: async (path, form) =>
      await aggregator.request(at + path, {
        method: "POST",
        headers: { ...base, Origin: at },
        body: new URLSearchParams(form),
      }),
  };
}

async function expertNamed(aggregator: Aggregator, name: string): Promise<Expert> {
  const made = newInvitation("expert", new Date(), 600);
  await aggregator.parts.accounts.write(made.record, 0);
  const { key, cookie } = await joinWithPasskey(aggregator, made.credential, name);
  return { key, visitor: atLocalhost(aggregator, cookie) };
}

let printers = 0;
async function newCase(site: ProvisionedSite, aggregator: Aggregator): Promise<string> {
  const printer = `signed${printers++}`;
  const deviation = deviationOf(printer, "cold-block");
  await site.send(DEVICE, deviationMessage({ ...ADDRESS, printer }, deviation));
  const { cases } = aggregator.parts.model;
  return (await until("the case", () => cases.caseOfDeviation(deviation.id))).about.id;
}

const entities = (html: string) => html.replaceAll("&quot;", '"').replaceAll("&amp;", "&");

function formOf(html: string) {
  return {
    seen: field(html, "seen"),
    decisionId: field(html, "decisionId"),
    determination: "threat-confirmed",
    response: "pause",
    reason: "the block is cold",
  };
}

/** Reads the confirm page back: what would be signed, and the form that goes with it. */
function toSign(html: string) {
  const options = /data-options="([^"]*)"/.exec(html)?.[1];
  return {
    challengeId: field(html, "challengeId"),
    options: options ? JSON.parse(entities(options)) : null,
  };
}

async function review(expert: Expert, id: string, act = "decision", form = {}) {
  const page = await (await expert.visitor.get(`/cases/${id}`)).text();
  const typed = { ...formOf(page), ...form };
  const answer = await expert.visitor.post(`/cases/${id}/${act}`, typed);
  const html = await answer.text();
  assert.is(answer.status, 200, html.slice(0, 2000));
  return { typed, ...toSign(html) };
}

/** The form of a decision that its author has confirmed, not sent yet. */
async function confirmed(expert: Expert, id: string, bend: Bend = {}, change = {}) {
  const { typed, challengeId, options } = await review(expert, id);
  const assertion = JSON.stringify(await expert.key.get(options, bend));
  return { ...typed, challengeId, assertion, step: "send", ...change };
}

async function decide(expert: Expert, id: string, bend: Bend = {}, change = {}) {
  const sent = await confirmed(expert, id, bend, change);
  return { sent, answer: await expert.visitor.post(`/cases/${id}/decision`, sent) };
}

/** The decision as it stands in the stream, looked at with the edge's own eyes. */
async function atTheEdge(site: ProvisionedSite, decisionId: string, expertsRequired = 1) {
  const nats = await site.user("aggregator");
  const manager = await nats.jetstreamManager();
  const message = await until("the decision", async () => {
    const { state } = await manager.streams.info("PW_DECISIONS");
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const found = await manager.streams.getMessage("PW_DECISIONS", { seq });
      if (found.string().includes(decisionId)) return found;
    }
    return null;
  });
  await nats.close();
  const trustFile = `${site.provisioned.deviceFolders[DEVICE]}/trust.json`;
  const trust = parseTrust(await Deno.readTextFile(trustFile));
  if (!trust.ok) throw new Error(trust.issue);
  const claimed = {
    subject: message.subject,
    bytes: message.data,
    signature: message.header.get(SIGNATURE_HEADER),
    confirmations: message.header.get(CONFIRMATIONS_HEADER),
  };
  const context = {
    site: SITE,
    device: DEVICE,
    printers: new Set(Array.from({ length: 50 }, (_, n) => `signed${n}`)),
    keys: trust.value.keys,
    experts: { ...trust.value.experts, required: expertsRequired },
    nowMs: Date.now(),
    clockQuality: "synced" as const,
  };
  return { claimed, context, verified: await verifyDecision(claimed, context) };
}

async function vouchFor(site: ProvisionedSite, name: string) {
  const broker = await site.broker();
  const auth = await peopleOf(broker);
  const root = await readSigningKey(site.provisioned.rootKeyFile);
  const wish = { name, site: SITE, root, days: 90, now: new Date() };
  return await certifyExpert(auth, accounts(broker, () => Promise.resolve()), wish);
}

if (!skipped) {
  let running: Promise<Aggregator> | null = null;
  const started = (site: ProvisionedSite) => (running ??= site.aggregator());

  tests(
    "a passkey's decision is believed by the edge, which needs no word of the aggregator's",
    async ({ site }) => {
      const aggregator = await started(site);
      const mira = await expertNamed(aggregator, "Mira");
      assert.ok((await vouchFor(site, "Mira")).ok);
      await until("the certificate", () => {
        const person = aggregator.parts.model.auth.personNamed("Mira")!;
        const [passkey] = aggregator.parts.model.auth.passkeysOf(person.id);
        return aggregator.parts.model.auth.certificateOf(passkey!.credentialId);
      });
      const id = await newCase(site, aggregator);
      const { sent, answer } = await decide(mira, id);
      assert.is(answer.status, 303, await answer.text());
      const { verified } = await atTheEdge(site, sent.decisionId);
      assert.ok(verified.ok, JSON.stringify(verified));
      if (verified.ok) assert.match(verified.value.note, /confirmed by Mira/);
      const page = await (await mira.visitor.get(`/cases/${id}`)).text();
      assert.match(page, /own passkey/);
      assert.not.match(page, /nobody has vouched/);
      assert.match(await (await mira.visitor.get("/account")).text(), /printers believe it/);
      assert.match(listExperts(await peopleOf(await site.broker()), new Date()), /Mira .* vouched/);
    },
  );

  tests(
    "without a root's word the edge takes the site's key for it, and says so",
    async ({ site }) => {
      const aggregator = await started(site);
      const ben = await expertNamed(aggregator, "Ben");
      const id = await newCase(site, aggregator);
      const { sent } = await decide(ben, id);
      assert.match(await (await ben.visitor.get(`/cases/${id}`)).text(), /nobody has vouched/);
      const alone = await atTheEdge(site, sent.decisionId, 0);
      assert.ok(alone.verified.ok && /site's key alone/.test(alone.verified.value.note));
      assert.not.ok((await atTheEdge(site, sent.decisionId, 1)).verified.ok);
    },
  );

  tests("a guard that tells more of the same voids no signature", async ({ site }) => {
    const aggregator = await started(site);
    const una = await expertNamed(aggregator, "Una");
    const printer = `signed${printers++}`;
    const [one, two] = [deviationOf(printer, "cold-block"), deviationOf(printer, "cold-block")];
    const { cases } = aggregator.parts.model;
    const tell = async (deviation: typeof one) => {
      await site.send(DEVICE, deviationMessage({ ...ADDRESS, printer }, deviation));
      return await until("the case", () => {
        const found = cases.caseOfDeviation(deviation.id);
        const known = found?.about.sightings.find((each) => each.deviationId === deviation.id);
        return known?.revision === deviation.revision ? found : null;
      });
    };
    const { about: { id } } = await tell(one);
    assert.is((await tell({ ...two, times: { ...one.times } })).about.id, id);
    const { typed, challengeId, options } = await review(una, id);
    await tell({ ...one, revision: 2, score: 77 });
    const assertion = JSON.stringify(await una.key.get(options, {}));
    const sent = { ...typed, challengeId, assertion, step: "send" };
    const answer = await una.visitor.post(`/cases/${id}/decision`, sent);
    assert.is(answer.status, 303, await answer.text());
  });

  tests("who has a passkey can't leave it out, on the page or by the API", async ({ site }) => {
    const aggregator = await started(site);
    const eve = await expertNamed(aggregator, "Eve");
    const id = await newCase(site, aggregator);
    const { typed } = await review(eve, id);
    const left = await eve.visitor.post(`/cases/${id}/decision`, { ...typed, step: "send" });
    assert.is(left.status, 422);
    assert.match(await left.text(), /passkey/);
    const elsewhere = await visitor(aggregator, eve.visitor.cookie)
      .post(`/cases/${id}/decision`, { ...typed, step: "send" });
    assert.is(elsewhere.status, 422);
    assert.match(await elsewhere.text(), /localhost/);
    const byApi = await aggregator.request(`http://localhost/api/v1/cases/${id}/decision`, {
      method: "POST",
      headers: {
        Cookie: eve.visitor.cookie,
        Origin: "http://localhost",
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ determination: "expected", reason: "x" }),
    });
    assert.is(byApi.status, 422);
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 0);
  });

  const BENDS: [string, Bend, Record<string, string>][] = [
    ["another page's origin", { origin: "https://evil.example" }, {}],
    ["another challenge", { challenge: "A".repeat(43) }, {}],
    ["an unverified person", { flags: 0x01 }, {}],
    ["a response that was changed since", {}, { response: "stop" }],
    ["a reason that was changed since", {}, { reason: "all is well" }],
    ["an answer that is none", {}, { assertion: "{}" }],
    ["an answer that is no JSON", {}, { assertion: "<script>" }],
    ["a challenge that nobody gave", {}, { challengeId: crypto.randomUUID() }],
  ];
  tests("whatever else was signed decides nothing", async ({ site }) => {
    const aggregator = await started(site);
    const ada = await expertNamed(aggregator, "Ada");
    const id = await newCase(site, aggregator);
    for (const [what, bend, change] of BENDS) {
      const { answer } = await decide(ada, id, bend, change);
      assert.is(answer.status, 422, what);
    }
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 0);
  });

  tests(
    "one answer makes one decision, and another person's passkey makes none",
    async ({ site }) => {
      const aggregator = await started(site);
      const [one, two] = [
        await expertNamed(aggregator, "One"),
        await expertNamed(aggregator, "Two"),
      ];
      const id = await newCase(site, aggregator);
      const stolen = await decide({ visitor: one.visitor, key: two.key }, id);
      assert.is(stolen.answer.status, 422);
      const { sent, answer } = await decide(one, id);
      assert.is(answer.status, 303);
      assert.is((await one.visitor.post(`/cases/${id}/decision`, sent)).status, 303, "sent twice");
      const other = await newCase(site, aggregator);
      const moved = { ...sent, decisionId: crypto.randomUUID() };
      assert.not.equal((await one.visitor.post(`/cases/${other}/decision`, moved)).status, 303);
      assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 1);
      assert.is(aggregator.parts.model.cases.caseById(other)!.about.decisions.length, 0);
    },
  );

  tests("of two people who confirm at the same moment one decides, the other is told", async (
    { site },
  ) => {
    const aggregator = await started(site);
    const both = [await expertNamed(aggregator, "Ann"), await expertNamed(aggregator, "Bob")];
    const id = await newCase(site, aggregator);
    const forms = await Promise.all(both.map((one) => confirmed(one, id)));
    const answers = await Promise.all(
      both.map((one, at) => one.visitor.post(`/cases/${id}/decision`, forms[at]!)),
    );
    const statuses = answers.map(({ status }) => status);
    assert.equal(statuses.toSorted(), [303, 409]);
    const html = await answers[statuses.indexOf(409)]!.text();
    assert.match(html, /has changed since you opened it/);
    assert.match(html, /the block is cold/, "what was typed is still there");
    const { decisions } = aggregator.parts.model.cases.caseById(id)!.about;
    assert.equal(decisions.map((one) => one.id), [forms[statuses.indexOf(303)]!.decisionId]);
  });

  tests("one confirmation sent several times at once is one decision, and done", async (
    { site },
  ) => {
    const aggregator = await started(site);
    const eager = await expertNamed(aggregator, "Eager");
    const id = await newCase(site, aggregator);
    const form = await confirmed(eager, id);
    const send = () => eager.visitor.post(`/cases/${id}/decision`, form);
    const answers = await Promise.all([send(), send(), send()]);
    assert.equal(answers.map(({ status }) => status), [303, 303, 303]);
    assert.is(aggregator.parts.model.cases.caseById(id)!.about.decisions.length, 1);
  });

  tests("where two people must agree, the printer hears of it once they have", async ({ site }) => {
    const first = await started(site);
    const config = {
      ...site.config,
      decisions: { ...site.config.decisions, twoPeople: "responses" as const },
    };
    await first.close();
    const aggregator = await startAggregator(config, await site.broker());
    running = Promise.resolve(aggregator);
    try {
      const [kim, lou, max] = [
        await expertNamed(aggregator, "Kim"),
        await expertNamed(aggregator, "Lou"),
        await expertNamed(aggregator, "Max"),
      ];
      for (const name of ["Kim", "Lou"]) assert.ok((await vouchFor(site, name)).ok);
      const id = await newCase(site, aggregator);
      const { sent } = await decide(kim, id);
      const { decisionId } = sent;
      const actor = { kind: "person", id: "x", name: "x" } as const;
      await aggregator.parts.desk.comment(id, actor, crypto.randomUUID(), "waiting");
      assert.equal(aggregator.parts.model.cases.view(id)!.sentDecisions, []);
      const own = await kim.visitor.post(`/cases/${id}/second`, {
        seen: field(await (await kim.visitor.get(`/cases/${id}`)).text(), "seen"),
        decisionId,
        step: "send",
      });
      assert.is(own.status, 422, "nobody agrees with themselves");
      const page = await (await lou.visitor.get(`/cases/${id}`)).text();
      assert.match(page, /second person must agree/);
      const agreeing = async (one: Expert) => {
        const form = { seen: field(page, "seen"), decisionId };
        const asked = await one.visitor.post(`/cases/${id}/second`, form);
        const { challengeId, options } = toSign(await asked.text());
        const assertion = JSON.stringify(await one.key.get(options));
        return { ...form, challengeId, assertion, step: "send" };
      };
      const forms = [await agreeing(lou), await agreeing(max)] as const;
      const agreed = await Promise.all([
        lou.visitor.post(`/cases/${id}/second`, forms[0]),
        lou.visitor.post(`/cases/${id}/second`, forms[0]),
      ]);
      assert.equal(agreed.map(({ status }) => status), [303, 303], "sent twice at once");
      const late = await max.visitor.post(`/cases/${id}/second`, forms[1]);
      assert.is(late.status, 409);
      assert.match(await late.text(), /has changed since you opened it/);
      const { verified, claimed, context } = await atTheEdge(site, decisionId, 2);
      assert.ok(verified.ok, JSON.stringify(verified));
      if (!verified.ok) return;
      assert.match(verified.value.note, /confirmed by Kim and Lou/);
      const { decision } = verified.value;
      const forged = { ...decision, response: "stop" as const };
      const told = await checkConfirmations(
        forged,
        claimed.confirmations,
        context.experts,
        Date.now(),
      );
      assert.not.ok(told.ok, "the aggregator can't turn it into another decision");
    } finally {
      await aggregator.close();
    }
  });
}

tests.run();
