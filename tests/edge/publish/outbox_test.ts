import type { DatabaseSync } from "node:sqlite";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { counter } from "../../../edge/publish/counter.ts";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { OVERFLOW_MAX } from "../../../edge/publish/overflow.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Store } from "../../../edge/publish/store.ts";
import { withPageLimit } from "./full_disk.ts";

const outbox = suite("outbox");
const MIB = 1_048_576;

interface Opened {
  outbox: Outbox;
  store: Store;
  resets: string[];
}

let folder = "";
outbox.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "outbox-" });
});
outbox.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

function open(bytesMax = MIB, ageMaxS = 1000): Opened {
  const resets: string[] = [];
  const store = new Store(`${folder}/edge.db`, bytesMax, (moved) => resets.push(moved));
  return { store, outbox: new Outbox(store, ageMaxS), resets };
}

function message(about: string, revision = 1, more: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    subject: `printwarden.v1.s.d.p.deviation.undetermined.flow`,
    msgId: `${about}.${revision}`,
    about,
    revision,
    class: "deviation",
    bytes: new Uint8Array(4096).fill(revision),
    ...more,
  };
}

const ids = (opened: Opened, limit = 1000) => opened.outbox.next(0, limit).map((m) => m.msgId);

outbox("gives back what it was given, in order and across a restart", () => {
  const first = open();
  for (const about of ["a", "b", "c"]) assert.ok(first.outbox.add(message(about)));
  first.store.close();
  const second = open();
  assert.equal(ids(second), ["a.1", "b.1", "c.1"]);
  assert.equal(second.outbox.next(0, 1)[0]?.bytes, new Uint8Array(4096).fill(1));
  second.outbox.sent(second.outbox.next(0, 2).map((queued) => queued.seq));
  assert.equal(ids(second), ["c.1"]);
  assert.is(second.outbox.counts().bytes, 4096);
  second.store.close();
});

outbox("takes the same message twice as once", () => {
  const opened = open();
  opened.outbox.add(message("a"));
  opened.outbox.add(message("a"));
  assert.is(opened.outbox.counts().pending, 1);
  assert.is(opened.outbox.counts().bytes, 4096);
  opened.store.close();
});

outbox("gives up superseded revisions first, then the oldest, threats last", () => {
  const opened = open();
  opened.outbox.add(message("threat", 1, { class: "threat" }));
  opened.outbox.add(message("old"));
  for (let revision = 1; revision <= 200; revision++) {
    opened.outbox.add(message("updated", revision));
  }
  opened.outbox.add(message("young"));
  while (opened.outbox.counts().dropped === 0) opened.outbox.add(message(crypto.randomUUID()));
  const kept = ids(opened);
  assert.ok(["threat.1", "old.1", "young.1", "updated.200"].every((id) => kept.includes(id)));
  assert.not.ok(kept.includes("updated.1"));
  for (let index = 0; index < 300; index++) opened.outbox.add(message(crypto.randomUUID()));
  const later = ids(opened);
  assert.ok(later.includes("threat.1"));
  assert.not.ok(later.includes("old.1"));
  assert.ok(opened.outbox.counts().bytes <= MIB);
  opened.store.close();
});

outbox("keeps threats rather than a new message of less weight", () => {
  const opened = open();
  for (let index = 0; index < 255; index++) {
    opened.outbox.add(message(`threat${index}`, 1, { class: "threat" }));
  }
  opened.outbox.add(message("threat255", 1, { class: "threat" }));
  opened.outbox.add(message("lesser"));
  const kept = ids(opened);
  assert.not.ok(kept.includes("lesser.1"));
  assert.is(kept.length + opened.outbox.counts().dropped, 257);
  opened.store.close();
});

outbox("counts what it drops across restarts", () => {
  const first = open();
  for (let index = 0; index < 300; index++) first.outbox.add(message(`m${index}`));
  const { dropped, pending } = first.outbox.counts();
  assert.is(dropped + pending, 300);
  first.store.close();
  const second = open();
  assert.is(second.outbox.counts().dropped, dropped);
  second.store.close();
});

outbox("drops by age in its own running time, whatever the wall clock does", () => {
  const first = open(MIB, 1000);
  first.outbox.add(message("old"));
  first.outbox.tick(600);
  first.store.close();
  const second = open(MIB, 1000);
  second.outbox.add(message("young"));
  second.outbox.tick(300);
  assert.equal(ids(second), ["old.1", "young.1"]);
  second.outbox.tick(200);
  assert.equal(ids(second), ["young.1"]);
  assert.is(second.outbox.counts().dropped, 1);
  second.store.close();
});

outbox("grows older by its messages alone, as in an agent that is killed before each tick", () => {
  for (let life = 0; life < 4; life++) {
    const { store, outbox } = open();
    outbox.pass(1);
    outbox.add(message(`m${life}`));
    assert.is(store.read((db) => counter(db, "age_s")), life + 1);
    store.close();
  }
});

outbox("parks what the broker refuses for good, and goes on with the rest", () => {
  const opened = open();
  opened.outbox.add(message("a"));
  opened.outbox.add(message("b"));
  const [first] = opened.outbox.next(0, 1);
  opened.outbox.park(first!, "permissions violation");
  assert.equal(ids(opened), ["b.1"]);
  const { parked, pending } = opened.outbox.counts();
  assert.equal({ parked, pending }, { parked: 1, pending: 1 });
  opened.store.close();
});

outbox("runs the further writes of a message in the same transaction", () => {
  const opened = open();
  assert.throws(() =>
    opened.outbox.add(message("a"), () => {
      throw new TypeError("no");
    })
  );
  assert.equal(ids(opened), []);
  opened.store.close();
});

outbox("refuses a second agent on the same state folder with a sentence that says so", () => {
  const first = open();
  first.outbox.add(message("a"));
  assert.throws(() => open(), /no other agent uses/);
  first.store.close();
  open().store.close();
});

outbox("moves a corrupt file aside, says so and starts anew", async () => {
  const first = open();
  first.outbox.add(message("lost"));
  first.store.close();
  await Deno.writeFile(`${folder}/edge.db`, new Uint8Array(8192).fill(0x55));
  const second = open();
  assert.is(second.store.resets, 1);
  assert.match(second.resets[0]!, /corrupt-1$/);
  assert.ok(second.outbox.add(message("next")));
  assert.equal(ids(second), ["next.1"]);
  second.store.close();
});

outbox("survives a file that turns corrupt in its midst", async () => {
  const first = open();
  for (let index = 0; index < 200; index++) first.outbox.add(message(`m${index}`));
  first.store.close();
  const file = await Deno.open(`${folder}/edge.db`, { write: true });
  await file.seek(4096 * 5, Deno.SeekMode.Start);
  await file.write(new Uint8Array(4096 * 40).fill(0xa5));
  file.close();
  const second = open();
  second.outbox.add(message("next"));
  assert.ok(ids(second).includes("next.1"));
  assert.is(second.store.resets, 1);
  second.store.close();
});

outbox("keeps two corrupt files at most", async () => {
  for (let round = 0; round < 4; round++) {
    await Deno.writeTextFile(`${folder}/edge.db`, "not a database".repeat(100));
    open().store.close();
    await Deno.remove(`${folder}/edge.db`);
  }
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  assert.equal(names.filter((name) => name.includes("corrupt")).length, 2);
});

outbox("offers what was refused once more after a start: somebody may have seen to it", () => {
  const opened = open();
  opened.outbox.add(message("a"));
  opened.outbox.park(opened.outbox.next(0, 1)[0]!, "permissions violation");
  assert.equal(ids(opened), []);
  opened.store.close();
  const again = open();
  assert.equal(ids(again), ["a.1"]);
  assert.is(again.outbox.counts().parked, 0);
  again.store.close();
});

outbox("goes on in memory while the disk is full, and catches up when there is room", () => {
  const opened = open();
  opened.outbox.add(message("before"));
  // SQLite's own ceiling answers as a full disk does, without needing one.
  withPageLimit(opened.store, 1);
  let kept = true;
  for (let index = 0; kept; index++) kept = opened.outbox.add(message(`m${index}`));
  opened.outbox.add(message("threat", 1, { class: "threat" }));
  assert.ok(ids(opened).includes("threat.1"));
  assert.ok(opened.outbox.counts().diskFaults >= 2);
  withPageLimit(opened.store, 100_000);
  opened.outbox.tick(1);
  const reopened = ids(opened);
  opened.store.close();
  const again = open();
  assert.equal(ids(again).sort(), reopened.sort());
  assert.ok(ids(again).includes("threat.1"));
  again.store.close();
});

outbox("never gives again what was sent, though a full disk can't forget it", () => {
  const opened = open();
  for (let index = 0; index < 20; index++) opened.outbox.add(message(`m${index}`));
  const run = opened.store.run.bind(opened.store);
  const batch = opened.outbox.next(0, 5);
  const held = (db: DatabaseSync) =>
    Number(db.prepare("SELECT COUNT(*) AS n FROM message").get()?.n);
  opened.store.run = (work) =>
    run((db) => {
      const before = held(db);
      const result = work(db);
      if (held(db) < before) throw new Error("database or disk is full");
      return result;
    });
  opened.outbox.sent(batch.map((queued) => queued.seq));
  assert.equal(ids(opened)[0], "m5.1");
  assert.is(opened.outbox.counts().pending, 15);
  assert.ok(opened.outbox.isOverflowing);
  opened.store.run = run;
  opened.outbox.tick(1);
  assert.not.ok(opened.outbox.isOverflowing);
  opened.store.close();
  const again = open();
  assert.is(again.outbox.counts().pending, 15);
  again.store.close();
});

outbox("bounds what waits in memory, threats last to go", () => {
  const opened = open();
  withPageLimit(opened.store, 1);
  while (opened.outbox.add(message(crypto.randomUUID())));
  opened.outbox.add(message("threat", 1, { class: "threat" }));
  for (let index = 0; index < OVERFLOW_MAX * 2; index++) opened.outbox.add(message(`x${index}`));
  const waiting = opened.outbox.next(0, OVERFLOW_MAX + 10).filter((queued) => queued.seq < 0);
  assert.is(waiting.length, OVERFLOW_MAX);
  assert.ok(waiting.some((queued) => queued.msgId === "threat.1"));
  assert.ok(opened.outbox.counts().dropped >= OVERFLOW_MAX);
  opened.store.close();
});

outbox.run();
