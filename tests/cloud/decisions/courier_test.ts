import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AppendOptions, Broker } from "../../../cloud/broker/broker.ts";
import { caseSubject, STREAMS } from "../../../cloud/broker/streams.ts";
import type { CaseAct } from "../../../cloud/cases/case_event.ts";
import { startCourier } from "../../../cloud/decisions/courier_shell.ts";
import { readModelOf } from "../../../cloud/read_model/read_model.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { createProjection, noChange } from "../../../cloud/read_model/projection.ts";
import { followsOf } from "../../../shared/follows.ts";
import { makeSigningKey, SIGNATURE_HEADER } from "../../../shared/signing.ts";
import { DECIDED, event, newId, NOW, openedWith, sighting } from "../cases/case_fixture.ts";

const test = suite("the courier of decisions");

/**
 * A read model of so many decided cases, which never hears of what was sent, and a courier to a
 * broker that refuses some decisions.
 */
async function office(acts: CaseAct[], refused: (id: string) => boolean) {
  const clock = { ms: Date.parse(NOW) };
  const database = openDatabase(":memory:");
  const { project, finish } = createProjection(database);
  let sequence = 0;
  for (const act of acts) {
    const caseId = newId();
    for (const one of [openedWith(sighting()), event(act)]) {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...one, caseId }));
      const where = { stream: STREAMS.cases, subject: caseSubject(caseId), sequence: ++sequence };
      const from = { storedMs: 0, id: one.id, signature: "", note: "", pending: 0 };
      project({ ...where, ...from, bytes }, noChange());
    }
  }
  finish();
  const sent: string[] = [];
  const follows: (string | null | undefined)[] = [];
  const broker = {
    append(_subject: string, _body: Uint8Array, { id, headers }: AppendOptions) {
      if (refused(id)) return Promise.reject(new Error("the broker takes none of it"));
      sent.push(id);
      follows.push(followsOf(headers![SIGNATURE_HEADER]!));
      return Promise.resolve({ type: "appended", sequence: sent.length });
    },
  } as unknown as Broker;
  const key = await makeSigningKey();
  const log = { write: () => Promise.reject(new Error("not asked for here")) };
  const { cases, auth } = readModelOf(database);
  const courier = startCourier(broker, cases, auth, key, () => new Date(clock.ms), log);
  return { courier, sent, follows, clock };
}

const decided = (more: Partial<Extract<CaseAct, { type: "decided" }>> = {}): CaseAct => ({
  ...DECIDED,
  decisionId: newId(),
  ...more,
});
const idOf = (act: CaseAct) => act.type === "decided" ? act.decisionId : "";

test("sends what is recorded, in the order in which it was decided", async () => {
  const acts = Array.from({ length: 40 }, () => decided());
  const { courier, sent } = await office(acts, () => false);
  await courier.deliver();
  courier.close();
  assert.equal(sent, acts.map(idOf));
});

test("one that the broker doesn't take holds up no other", async () => {
  const acts = [decided(), decided(), decided()];
  const { courier, sent } = await office(acts, (id) => id === idOf(acts[0]!));
  await courier.deliver();
  courier.close();
  assert.equal(sent, acts.slice(1).map(idOf));
});

test("however many wait for a second person, the others go", async () => {
  const waiting = Array.from({ length: 300 }, () => decided({ peopleRequired: 2 }));
  const ready = decided();
  const { courier, sent } = await office([...waiting, ready], () => false);
  await courier.deliver();
  courier.close();
  assert.equal(sent, [idOf(ready)]);
});

test("what the broker took goes again only if no table shows it for half a minute", async () => {
  const { courier, sent, clock } = await office([decided(), decided()], () => false);
  for (const waitedMs of [0, 10_000, 19_000]) {
    clock.ms += waitedMs;
    await courier.deliver();
  }
  assert.is(sent.length, 2);
  clock.ms += 1_000;
  await courier.deliver();
  courier.close();
  assert.equal(sent.slice(2), sent.slice(0, 2));
});

test("each names the one that it takes the place of, as far as that is recorded", async () => {
  const before = newId();
  const acts = [decided({ follows: null }), decided({ follows: before }), decided()];
  const { courier, follows } = await office(acts, () => false);
  await courier.deliver();
  courier.close();
  assert.equal(follows, [null, before, undefined]);
});

test.run();
