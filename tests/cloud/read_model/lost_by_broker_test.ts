import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Broker, StreamChangedError } from "../../../cloud/broker/broker.ts";
import { caseSubject, STREAMS } from "../../../cloud/broker/streams.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { startProjector } from "../../../cloud/read_model/projector.ts";
import { readModelOf } from "../../../cloud/read_model/read_model.ts";
import { type ProvisionedSite, startProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { hasNatsServer } from "../../nats_server.ts";

const lost = suite("a message that the broker lost after it was read");

/** No case's event, and so kept by its subject as refused. */
async function append(broker: Broker, caseId: string): Promise<void> {
  const id = crypto.randomUUID();
  await broker.append(caseSubject(caseId), new TextEncoder().encode("x"), { id, triesMax: 15 });
}

/** What nats-server stores until this resolves is lost to it, as its own kill can have it. */
async function forgetting(site: ProvisionedSite, work: () => Promise<void>): Promise<void> {
  const [store, copy] = ["jetstream", "copy"].map((name) => join(site.state, "broker", name));
  const run = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args }).output().then(({ success }) => assert.ok(success));
  await site.killNats();
  await run("cp", "-a", store!, copy!);
  await site.startNats();
  await work();
  await site.killNats();
  await run("rm", "-r", store!);
  await run("mv", copy!, store!);
  await site.startNats();
}

async function open(site: ProvisionedSite, file: string) {
  const stop = new AbortController();
  const broker = await site.broker();
  const database = openDatabase(file);
  const projector = await startProjector(database, broker, stop.signal);
  const ended = projector.ended.then(() => null, (error: unknown) => error);
  await projector.catchUp();
  return {
    broker,
    projector,
    ended,
    subjects: () =>
      readModelOf(database).fleet.refused(10).map(({ subject }) => subject.split(".").at(-1))
        .toSorted(),
    async close() {
      stop.abort();
      await ended;
      await broker.close();
      database.close();
    },
  };
}

if (await hasNatsServer()) {
  lost("ends who read it and goes on, and is in no table of the next start", async () => {
    const site = await startProvisionedSite([]);
    const file = join(site.state, "read-model.sqlite");
    const first = await open(site, file);
    await append(first.broker, "one");
    await forgetting(site, async () => {
      await append(first.broker, "lost");
      await first.projector.catchUp();
      assert.equal(first.subjects(), ["lost", "one"]);
    });
    for (const name of ["other", "third"]) await append(first.broker, name);
    const error = await first.ended;
    assert.instance(error, StreamChangedError);
    assert.match((error as Error).message, /'PW_CASES': the message read as number 2 was required/);
    await first.close();
    const second = await open(site, file);
    assert.equal(second.subjects(), ["one", "other", "third"]);
    await second.close();
    await site.stop();
  });

  lost("while nobody was reading has the tables built anew", async () => {
    const site = await startProvisionedSite([]);
    const file = join(site.state, "read-model.sqlite");
    const first = await open(site, file);
    await append(first.broker, "one");
    await forgetting(site, async () => {
      await append(first.broker, "lost");
      await first.projector.catchUp();
      await first.close();
    });
    const broker = await site.broker();
    for (const name of ["other", "third"]) await append(broker, name);
    const second = await open(site, file);
    assert.equal(second.subjects(), ["one", "other", "third"]);
    assert.equal(await broker.markAt(STREAMS.cases, 99), null);
    await second.close();
    const third = await open(site, file);
    assert.equal(third.subjects(), ["one", "other", "third"], "and is left alone once it is right");
    await third.close();
    await site.stop();
  });
} else {
  console.log("SKIPPED 'a message that the broker lost': nats-server was required, got none");
}

lost.run();
