import { headers, type JetStreamClient, type JetStreamManager, NatsError } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { StreamChangedError } from "../../../cloud/broker/broker.ts";
import { STREAMS } from "../../../cloud/broker/streams.ts";
import { tail } from "../../../cloud/broker/tail.ts";

const tests = suite("the tail of a stream");

function missing(): NatsError {
  const error = new NatsError("", "404");
  error.api_error = { code: 404, err_code: 10037, description: "no message found" };
  return error;
}

function messageOf(seq: number, deliverySequence: number) {
  const info = { deliverySequence, timestampNanos: seq * 1e6, pending: 0 };
  return { seq, subject: "s", data: new Uint8Array([seq]), info };
}

/**
 * A cluster whose leader has `last` messages; each reader is put where so many of them are seen.
 *
 * @param ends what the leader says of its end, each time it is asked; the last one from then on
 * @param shift how much later the leader stored what it has under a number, ms
 */
function cluster(last: number, seenBy: readonly number[], ends: number[] = [last], shift = 0) {
  let opened = 0;
  const starts: number[] = [];
  const manager = {
    streams: {
      info: () => {
        const end = ends.length > 1 ? ends.shift()! : ends[0]!;
        return Promise.resolve({ state: { messages: end, last_seq: end } });
      },
      getMessage(_stream: string, { seq }: { seq: number }) {
        if (seq > ends[0]!) return Promise.reject(missing());
        return Promise.resolve({ header: headers(), time: new Date(seq + shift) });
      },
    },
    consumers: {
      add(_stream: string, config: { opt_start_seq: number }) {
        starts.push(config.opt_start_seq);
        return Promise.resolve({ name: String(opened++) });
      },
    },
  };
  function consumer(name: string) {
    const seen = seenBy[Number(name)] ?? last;
    const first = starts[Number(name)]!;
    let next = first;
    return {
      async fetch() {
        // As a fetch that nothing comes to: it ends by itself.
        await new Promise((resolve) => setTimeout(resolve, 1));
        const some: ReturnType<typeof messageOf>[] = [];
        for (; next <= seen; next++) some.push(messageOf(next, next - first + 1));
        return Object.assign(some, { stop() {} });
      },
      info: () => Promise.resolve({ delivered: { consumer_seq: next - first } }),
    };
  }
  const client = {
    consumers: { get: (_: string, name: string) => Promise.resolve(consumer(name)) },
  };
  return {
    starts,
    read: (signal: AbortSignal) =>
      tail(
        client as unknown as JetStreamClient,
        manager as unknown as JetStreamManager,
        STREAMS.cases,
        0,
        signal,
        () => {},
      ),
  };
}

async function firstOf(
  count: number,
  read: (signal: AbortSignal) => AsyncIterable<{ sequence: number }>,
) {
  const stop = new AbortController();
  const found: number[] = [];
  for await (const { sequence } of read(stop.signal)) {
    found.push(sequence);
    if (found.length === count) stop.abort();
  }
  return found;
}

tests("goes on elsewhere where a member has fallen behind the stream's leader", async () => {
  const { read, starts } = cluster(3, [2, 2]);
  assert.equal(await firstOf(3, read), [1, 2, 3]);
  assert.equal(starts, [1, 2, 2], "each begins with the last one read");
});

tests("stays where it is while there is nothing more", async () => {
  const { read, starts } = cluster(2, []);
  const stop = new AbortController();
  const found: number[] = [];
  setTimeout(() => stop.abort(), 60);
  for await (const { sequence } of read(stop.signal)) found.push(sequence);
  assert.equal(found, [1, 2]);
  assert.equal(starts, [1]);
});

tests("ends where the stream has come to end before what was read of it", async () => {
  const { read } = cluster(3, [], [2]);
  const fault = await firstOf(4, read).catch((error) => error);
  assert.instance(fault, StreamChangedError);
  assert.match(fault.message, "the message read as number 3 was required, got another one");
});

tests("ends where the leader has another message under the number of what was read", async () => {
  const { read } = cluster(3, [], [3], 5_000);
  assert.instance(await firstOf(4, read).catch((error) => error), StreamChangedError);
});

tests("goes on where a new leader only took a moment to know its own end", async () => {
  const { read } = cluster(3, [], [2, 2, 3]);
  const stop = new AbortController();
  const found: number[] = [];
  setTimeout(() => stop.abort(), 60);
  for await (const { sequence } of read(stop.signal)) found.push(sequence);
  assert.equal(found, [1, 2, 3]);
});

tests.run();
