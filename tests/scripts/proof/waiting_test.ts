import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Store } from "../../../edge/publish/store.ts";
import { waitingIn } from "../../../scripts/proof/waiting.ts";

const tests = suite("what a card's outbox still has to deliver");

function message(about: string, revision: number, more: Partial<OutboxMessage> = {}) {
  const bytes = new TextEncoder().encode("{}");
  const msgId = `${about}.${revision}`;
  return { subject: "pw.v1.x", msgId, about, revision, class: "threat" as const, bytes, ...more };
}

/** What a cut at this moment would leave, since the agent's own file is locked. */
async function left(folder: string) {
  const copy = await Deno.makeTempDir({ prefix: "printwarden-waiting-" });
  for await (const { name } of Deno.readDir(folder)) {
    await Deno.copyFile(join(folder, name), join(copy, name));
  }
  const waiting = await waitingIn(copy);
  await Deno.remove(copy, { recursive: true });
  return waiting;
}

async function withOutbox(look: (folder: string, outbox: Outbox) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-waiting-" });
  const store = new Store(join(folder, "edge.db"), 1_000_000, () => {});
  try {
    await look(folder, new Outbox(store, 1000));
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

tests(
  "the agent's own outbox, while it is open: the highest revision of each deviation",
  () =>
    withOutbox(async (folder, outbox) => {
      assert.equal(await left(folder), []);
      outbox.add(message("a", 1));
      outbox.add(message("a", 2));
      outbox.add(message("b", 1, { class: "deviation" }));
      outbox.add(message("printer1", 7, { class: "presence" }));
      assert.equal(await left(folder), [{ id: "a", revision: 2 }, { id: "b", revision: 1 }]);
    }),
);

tests(
  "what the broker has taken doesn't wait any more",
  () =>
    withOutbox(async (folder, outbox) => {
      outbox.add(message("a", 1));
      outbox.sent(outbox.next(0, 10).map(({ seq }) => seq));
      assert.equal(await left(folder), []);
    }),
);

tests("a card without an outbox has nothing to deliver", async () => {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-waiting-" });
  assert.equal(await waitingIn(folder), []);
  await Deno.remove(folder);
});

tests.run();
