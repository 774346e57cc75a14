import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Store } from "../../../edge/publish/store.ts";

const delivered = suite("the count of what was delivered");

let folder = "";
delivered.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "delivered-" });
});
delivered.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

function open() {
  const store = new Store(`${folder}/edge.db`, 4_000_000, () => {});
  const outbox = new Outbox(store, 1e6);
  const send = (about: string, revision: number, more: Partial<OutboxMessage> = {}) => {
    outbox.add({
      subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
      msgId: `${about}.${revision}`,
      about,
      revision,
      class: "deviation",
      bytes: new Uint8Array(10),
      ...more,
    });
    outbox.sent(outbox.next(0, 10).map(({ seq }) => seq));
  };
  const of = (printer: string) => outbox.deliveredOf(printer).revisions;
  return { store, outbox, send, of };
}

delivered("adds up each deviation's highest revision, whatever was given up in between", () => {
  const { store, send, of } = open();
  send("a", 1);
  send("a", 2);
  send("b", 1);
  assert.is(of("p1"), 3);
  send("b", 5);
  assert.is(of("p1"), 7, "revisions 2 to 4 never left");
  send("b", 5);
  send("b", 3);
  assert.is(of("p1"), 7, "what was sent twice or late counts once");
  store.close();
});

delivered("counts what the broker has acknowledged, and nothing that waits", () => {
  const { store, outbox, of } = open();
  outbox.add({
    subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
    msgId: "a.1",
    about: "a",
    revision: 1,
    class: "threat",
    bytes: new Uint8Array(10),
  });
  assert.is(of("p1"), 0);
  outbox.sent(outbox.next(0, 1).map(({ seq }) => seq));
  assert.is(of("p1"), 1);
  store.close();
});

delivered("keeps printers apart and leaves presences out", () => {
  const { store, send, of } = open();
  send("a", 1);
  send("b", 2, { subject: "printwarden.v1.s1.d1.p2.deviation.undetermined.flow" });
  send("c", 1, { subject: "printwarden.v1.s1.d1.p2.presence", class: "presence" });
  assert.equal([of("p1"), of("p2"), of("p3")], [1, 2, 0]);
  store.close();
});

delivered("goes on after a restart; another store counts anew and says so", async () => {
  const first = open();
  first.send("a", 2);
  const { since } = first.outbox.deliveredOf("p1");
  first.store.close();
  const second = open();
  second.send("a", 3);
  assert.equal(second.outbox.deliveredOf("p1"), { since, revisions: 3 });
  second.store.close();
  await Deno.remove(`${folder}/edge.db`);
  const other = open();
  assert.is.not(other.outbox.deliveredOf("p1").since, since);
  assert.is(other.of("p1"), 0);
  other.store.close();
});

delivered.run();
