/** What a power cut leaves of the store: writes torn at any place, and disks that take nothing. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Store } from "../../../edge/publish/store.ts";
import { DecisionLog } from "../../../edge/respond/decision_log.ts";
import { seeded } from "../../../scripts/fabricate.ts";
import { DECISION } from "../../shared/payloads.ts";

const torn = suite("a torn store");
const MIB = 1_048_576;
const CUTS = 40;

let folder = "";
torn.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "torn-" });
});
torn.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

function message(index: number): OutboxMessage {
  return {
    subject: "printwarden.v1.s.d.p.deviation.undetermined.flow",
    msgId: `m${index}.1`,
    about: `m${index}`,
    revision: 1,
    class: "deviation",
    bytes: new Uint8Array(700).fill(index),
  };
}

function open(file: string) {
  const resets: string[] = [];
  const store = new Store(file, 8 * MIB, (moved) => resets.push(moved));
  return { store, outbox: new Outbox(store, 1e6), resets };
}

/** The store's files as they lie on the disk while 40 messages wait, as a power cut finds them. */
function filesInUse(
  also: (store: Store) => void = () => {},
): { main: Uint8Array; log: Uint8Array } {
  const { store, outbox } = open(`${folder}/edge.db`);
  for (let index = 0; index < 40; index++) {
    // What the file has taken over was safe in the log before: no power cut takes that back.
    if (index === 20) store.read((db) => db.exec("PRAGMA wal_autocheckpoint = 0"));
    outbox.add(message(index));
  }
  also(store);
  const main = Deno.readFileSync(`${folder}/edge.db`);
  const log = Deno.readFileSync(`${folder}/edge.db-wal`);
  store.close();
  return { main, log };
}

function reopened(name: string, main: Uint8Array, log: Uint8Array) {
  const file = `${folder}/${name}.db`;
  Deno.writeFileSync(file, main);
  Deno.writeFileSync(`${file}-wal`, log);
  return open(file);
}

torn("a log cut off anywhere costs the newest messages alone, and nothing is reset", () => {
  const { main, log } = filesInUse();
  const random = seeded(3);
  let most = 0, least = 40;
  for (let cut = 0; cut < CUTS; cut++) {
    const bytes = Math.floor(log.length * random());
    const { store, outbox, resets } = reopened(`cut${cut}`, main, log.slice(0, bytes));
    const ids = outbox.next(0, 100).map(({ msgId }) => msgId);
    assert.equal(ids, ids.map((_, index) => `m${index}.1`), "the oldest, without a gap");
    assert.equal(resets, []);
    assert.ok(outbox.add(message(99)), "and it takes new ones");
    [most, least] = [Math.max(most, ids.length), Math.min(least, ids.length)];
    store.close();
  }
  assert.ok(most > least, `cuts were felt: from ${least} to ${most} messages`);
});

torn("a log with bytes that were never written right is believed up to them only", () => {
  const { main, log } = filesInUse();
  const random = seeded(4);
  for (let turn = 0; turn < CUTS; turn++) {
    const at = Math.floor((log.length - 512) * random());
    const spoilt = log.slice();
    for (let index = at; index < at + 512; index++) spoilt[index] = Math.floor(random() * 256);
    const { store, outbox, resets } = reopened(`spoilt${turn}`, main, spoilt);
    const ids = outbox.next(0, 100).map(({ msgId }) => msgId);
    assert.equal(ids, ids.map((_, index) => `m${index}.1`));
    assert.equal(resets, []);
    store.close();
  }
});

torn("a file cut off in its midst is moved aside, and a new one begun", () => {
  const { store, outbox } = open(`${folder}/edge.db`);
  for (let index = 0; index < 200; index++) outbox.add(message(index));
  store.close();
  const whole = Deno.readFileSync(`${folder}/edge.db`);
  for (const part of [0.2, 0.5, 0.9]) {
    const { store, outbox, resets } = reopened(
      `short${part}`,
      whole.slice(0, Math.floor(whole.length * part)),
      new Uint8Array(0),
    );
    assert.is(resets.length, 1);
    assert.ok(outbox.add(message(1)));
    assert.is(outbox.counts().pending, 1);
    store.close();
  }
});

torn(
  "goes on in memory while the disk can only be read, and catches up when it can be written",
  () => {
    const { store, outbox } = open(`${folder}/edge.db`);
    outbox.add(message(0));
    readOnly(store, true);
    assert.not(outbox.add(message(1)));
    assert.equal(outbox.next(0, 10).map(({ msgId }) => msgId), ["m1.1", "m0.1"]);
    outbox.sent(outbox.next(1, 10).map(({ seq }) => seq));
    outbox.tick(60);
    assert.ok(outbox.counts().diskFaults >= 2);
    readOnly(store, false);
    outbox.tick(60);
    assert.not(outbox.isOverflowing);
    store.close();
    const again = open(`${folder}/edge.db`);
    assert.ok(again.outbox.next(0, 10).some(({ msgId }) => msgId === "m1.1"));
    again.store.close();
  },
);

torn("starts on a disk that may only be read, and says that it works in memory", async () => {
  const mounted = `${folder}/mounted`;
  await Deno.mkdir(mounted);
  const mount = await mounts(["-t", "tmpfs", "-o", "ro", "tmpfs", mounted]);
  if (!mount) return console.log("SKIPPED 'a read-only disk': the right to mount was required");
  try {
    const { store, outbox, resets } = open(`${mounted}/edge.db`);
    assert.ok(store.isInMemory);
    assert.ok(outbox.add(message(1)));
    assert.equal(outbox.next(0, 10).map(({ msgId }) => msgId), ["m1.1"]);
    assert.equal(resets, []);
    store.close();
  } finally {
    await new Deno.Command("umount", { args: [mounted] }).output();
  }
});

torn("on a disk that may only be read, what was decided and held before is known", async () => {
  const { main, log } = filesInUse((store) => {
    new DecisionLog(store).intend(DECISION);
    new DecisionLog(store).finish(DECISION.id);
    store.run((db) => db.exec("INSERT INTO hold VALUES ('p1', 'a hold')"));
  });
  const mounted = `${folder}/held`;
  await Deno.mkdir(mounted);
  if (!await mounts(["-t", "tmpfs", "tmpfs", mounted])) {
    return console.log("SKIPPED 'decided before': the right to mount was required");
  }
  try {
    Deno.writeFileSync(`${mounted}/edge.db`, main);
    Deno.writeFileSync(`${mounted}/edge.db-wal`, log);
    assert.ok(await mounts(["-o", "remount,ro", mounted]));
    const knowing = new Store(`${mounted}/edge.db`, 8 * MIB, () => {}, `${folder}/run`);
    assert.equal([knowing.isInMemory, knowing.isForgetful], [true, false]);
    assert.is(new DecisionLog(knowing).stateOf(DECISION.id), "done", "no broker can replay it");
    const hold = knowing.read((db) => db.prepare("SELECT record FROM hold").get());
    assert.is(hold?.record, "a hold");
    assert.equal([...Deno.readDirSync(`${folder}/run`)], [], "the copy is gone");
    knowing.close();
    const unknowing = new Store(`${mounted}/edge.db`, 8 * MIB, () => {}, `${mounted}/run`);
    assert.equal([unknowing.isInMemory, unknowing.isForgetful], [true, true]);
    unknowing.close();
  } finally {
    await new Deno.Command("umount", { args: [mounted] }).output();
  }
});

async function mounts(args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command("mount", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** SQLite then answers writes as a disk mounted read-only makes it: SQLITE_READONLY. */
function readOnly(store: Store, on: boolean): void {
  store.read((db) => {
    db.exec("COMMIT");
    db.exec(`PRAGMA query_only = ${on ? 1 : 0}`);
    db.exec("BEGIN");
  });
}

torn.run();
