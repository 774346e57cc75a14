import fc from "fast-check";
import type { Stored } from "../../../cloud/broker/broker.ts";
import { STREAMS } from "../../../cloud/broker/streams.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { createProjection, noChange } from "../../../cloud/read_model/projection.ts";
import { type ReadModel, readModelOf } from "../../../cloud/read_model/read_model.ts";
import { actAtConsole } from "../console_acts.ts";
import { type ConsoleSite, openConsole } from "../console_site.ts";
import { mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { makeTarget, type Target } from "../target.ts";

/** A stream's message that somebody has changed, as a bad broker or another version might. */
export async function streamTargets(): Promise<Target[]> {
  const opened = await openConsole();
  if (opened === null) {
    console.error("SKIPPED the streams: nats-server was required, got none");
    return [];
  }
  await actAtConsole(opened);
  const messages = await written(opened);
  await opened.site.stop();
  const database = openDatabase(":memory:");
  const model = readModelOf(database);
  const projection = createProjection(database);
  const project = (all: readonly Stored[]) => {
    for (const message of all) projection.project(message, noChange());
    projection.finish();
  };
  await projection.prepare(messages);
  return [makeTarget({
    name: "the aggregator's own streams",
    weight: 1,
    inputs: changed(messages),
    async run([at, message]) {
      await projection.prepare([message]);
      database.exec("BEGIN");
      try {
        project([...messages.slice(0, at), message, ...messages.slice(at + 1)]);
        ask(model);
      } finally {
        database.exec("ROLLBACK");
      }
    },
    close: () => Promise.resolve(database.close()),
  })];
}

/** One of the messages, by its place, with another text, another subject, or another row of the log. */
function changed(messages: readonly Stored[]): fc.Arbitrary<[at: number, message: Stored]> {
  const choices = messages.map((message, at) => {
    const text = new TextDecoder().decode(message.bytes);
    const bytes = fc.oneof(
      mutatedJson([JSON.parse(text)]).map((value) =>
        new TextEncoder().encode(JSON.stringify(value) ?? "")
      ),
      mutatedText([text]),
    );
    const field = <K extends string>(name: K, value: fc.Arbitrary<unknown>) =>
      value.map((it) => [at, { ...message, [name]: it }] as [number, Stored]);
    const textOf = (value: string) =>
      mutatedText([value]).map((it) => new TextDecoder().decode(it).slice(0, 500));
    return fc.oneof(
      { arbitrary: field("bytes", bytes), weight: 8 },
      { arbitrary: field("subject", textOf(message.subject)), weight: 1 },
      { arbitrary: field("note", textOf(message.note)), weight: 1 },
    );
  });
  return fc.oneof(...choices);
}

/** What pages and workers ask for must be answered, whatever was believed. */
function ask({ fleet, auth, cases, alerts, printers, insights }: ReadModel): void {
  fleet.printers(100);
  fleet.refused(100);
  auth.people(100);
  cases.list({ state: "all", after: null, limit: 100 });
  cases.counts();
  alerts.subscriptions();
  alerts.due(Number.MAX_SAFE_INTEGER, 100);
  printers.watched(100);
  printers.windowsAfter(0);
  insights.prints("2026-01-01");
}

/** Every message that the streams hold. */
async function written({ site }: ConsoleSite): Promise<Stored[]> {
  const broker = await site.broker();
  const found: Stored[] = [];
  for (const stream of Object.values(STREAMS)) {
    if ((await broker.head(stream)).empty) continue;
    const stop = new AbortController();
    for await (const message of broker.tail(stream, 0, stop.signal)) {
      found.push(message);
      if (message.pending === 0) break;
    }
    stop.abort();
  }
  return found;
}
