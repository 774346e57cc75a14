import { suite } from "uvu";
import * as assert from "uvu/assert";
import { counter } from "../../../edge/publish/counter.ts";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Store } from "../../../edge/publish/store.ts";

const unconfirmed = suite("what the broker has and nobody has confirmed");
const SOON_S = 60;
const MIB = 1_048_576;

let folder = "";
unconfirmed.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "unconfirmed-" });
});
unconfirmed.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

function open(bytesMax = MIB) {
  const store = new Store(`${folder}/edge.db`, bytesMax, () => {});
  const outbox = new Outbox(store, 30 * 86_400);
  const waiting = () => outbox.next(0, 1000);
  return {
    store,
    outbox,
    waiting,
    acknowledge: () => outbox.sent(waiting().map(({ seq }) => seq)),
    /** Adds a message and has the broker acknowledge it; gives its deviation's id. */
    deliver(about = crypto.randomUUID(), revision = 1, more: Partial<OutboxMessage> = {}) {
      outbox.add({
        subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
        msgId: `${about}.${revision}`,
        about,
        revision,
        class: "deviation",
        bytes: new Uint8Array(4096).fill(revision),
        ...more,
      });
      outbox.sent(outbox.next(0, 1000).map(({ seq }) => seq));
      return about;
    },
  };
}

unconfirmed("is asked after once it has stood for a while, by its highest revision", () => {
  const { store, outbox, deliver } = open();
  const id = deliver();
  deliver(id, 3);
  deliver(id, 2);
  assert.equal(outbox.unconfirmedOf("p1"), []);
  outbox.tick(SOON_S);
  assert.equal(outbox.unconfirmedOf("p1"), [{ id, revision: 3 }]);
  assert.equal(outbox.unconfirmedOf("p2"), []);
  assert.is(outbox.counts().pending, 0);
  store.close();
});

unconfirmed("is forgotten when the read model has it, and not before", () => {
  const { store, outbox, deliver } = open();
  const id = deliver(undefined, 2);
  outbox.tick(SOON_S);
  outbox.received("p1", { stored: [{ id, revision: 1 }], missing: [] });
  outbox.received("p2", { stored: [{ id, revision: 2 }], missing: [] });
  assert.equal(outbox.unconfirmedOf("p1"), [{ id, revision: 2 }]);
  outbox.received("p1", { stored: [{ id, revision: 2 }], missing: [] });
  assert.equal(outbox.unconfirmedOf("p1"), []);
  store.close();
});

unconfirmed("waits again, as it was, when the broker has lost it, also after a restart", () => {
  const first = open();
  const lost = { id: first.deliver(undefined, 2, { class: "threat" }), revision: 2 };
  const delivered = first.outbox.deliveredOf("p1");
  first.outbox.tick(SOON_S);
  first.store.close();
  const { store, outbox, waiting, acknowledge } = open();
  assert.equal(outbox.received("p1", { stored: [], missing: [lost] }), { offered: 1, givenUp: 0 });
  const [again] = waiting();
  assert.is(again?.msgId, `${lost.id}.2`);
  assert.is(again?.class, "threat");
  assert.equal(again?.bytes, new Uint8Array(4096).fill(2));
  acknowledge();
  assert.equal(waiting(), []);
  assert.equal(outbox.deliveredOf("p1"), delivered, "sent twice it counts once");
  outbox.tick(SOON_S * 2);
  assert.equal(outbox.unconfirmedOf("p1"), [lost], "until it is confirmed");
  store.close();
});

unconfirmed("is offered a few times, further and further apart, and no more", () => {
  const { store, outbox, deliver, acknowledge } = open();
  const lost = { id: deliver(), revision: 1 };
  const atS: number[] = [];
  let givenUp = 0;
  for (let passedS = 0; passedS < 9000; passedS += SOON_S) {
    outbox.tick(SOON_S);
    const said = outbox.received("p1", { stored: [], missing: [lost] })!;
    if (said.offered > 0) atS.push(passedS + SOON_S);
    givenUp += said.givenUp;
    acknowledge();
  }
  assert.equal(atS, [60, 180, 1080, 4680]);
  assert.is(givenUp, 1);
  assert.equal(outbox.unconfirmedOf("p1"), []);
  store.close();
});

unconfirmed("of what was never sent, or is another printer's, offers nothing", () => {
  const { store, outbox, waiting, deliver } = open();
  const id = deliver();
  outbox.tick(SOON_S);
  const strange = { id: crypto.randomUUID(), revision: 1 };
  outbox.received("p1", { stored: [], missing: [strange] });
  outbox.received("p2", { stored: [], missing: [{ id, revision: 1 }] });
  assert.equal(waiting(), []);
  store.close();
});

unconfirmed("takes up a part of the outbox at most, and none that waiting ones need", () => {
  const { store, outbox, deliver } = open(MIB);
  const threat = deliver(undefined, 1, { class: "threat" });
  const ids = Array.from({ length: 160 }, () => {
    outbox.tick(1);
    return deliver();
  });
  outbox.tick(SOON_S);
  const kept = outbox.unconfirmedOf("p1").map(({ id }) => id);
  assert.is(kept.length, 128, "half a mebibyte");
  assert.equal(kept.toSorted(), [threat, ...ids.slice(-127)].toSorted());
  for (let n = 0; n < 300; n++) {
    outbox.add({
      subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
      msgId: `${n}`,
      about: `${n}`,
      revision: 1,
      class: "deviation",
      bytes: new Uint8Array(4096),
    });
  }
  assert.ok(outbox.counts().bytes <= MIB);
  const left = outbox.unconfirmedOf("p1").length * 4096;
  assert.ok(outbox.counts().bytes + left <= MIB);
  assert.ok(outbox.counts().dropped > 0);
  store.close();
});

unconfirmed("knows what they take up without looking at each, also of a store of before", () => {
  const { store, outbox, deliver } = open(MIB);
  const stands = () =>
    store.read((db) => [
      counter(db, "unconfirmed bytes"),
      Number(db.prepare("SELECT COALESCE(SUM(LENGTH(bytes)), 0) AS n FROM unconfirmed").get()?.n),
    ]);
  const [first, second] = [deliver(), deliver()];
  deliver(first, 2, { bytes: new Uint8Array(700) });
  assert.equal(stands(), [4796, 4796]);
  outbox.received("p1", { stored: [{ id: second, revision: 1 }], missing: [] });
  assert.equal(stands(), [700, 700]);
  store.run((db) => db.exec("DELETE FROM counter WHERE name = 'unconfirmed bytes'"));
  store.close();
  const again = open(MIB);
  assert.is(again.store.read((db) => counter(db, "unconfirmed bytes")), 700);
  again.store.close();
});

unconfirmed("leaves presences out", () => {
  const { store, outbox, deliver } = open();
  deliver(undefined, 1, { subject: "printwarden.v1.s1.d1.p1.presence", class: "presence" });
  outbox.tick(SOON_S);
  assert.equal(outbox.unconfirmedOf("p1"), []);
  store.close();
});

unconfirmed.run();
