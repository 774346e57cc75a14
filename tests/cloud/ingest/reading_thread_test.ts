import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { plainReading, type Unread } from "../../../cloud/ingest/read_deviation.ts";
import { threadedReading } from "../../../cloud/ingest/reading_thread.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { deviceSigningKey } from "../../../shared/device_key.ts";
import { signDetached } from "../../../shared/signing.ts";
import { ADDRESS, deviationOf } from "../site_fixture.ts";

const reading = suite("reading deviations in another thread");
const pair = nkeys.createUser();
const publicKey = pair.getPublicKey();
const key = deviceSigningKey(new TextDecoder().decode(pair.getSeed()), publicKey);

async function unread(sequence: number, spoil = false): Promise<Unread> {
  const { subject, bytes } = deviationMessage(ADDRESS, deviationOf("p1", "void"));
  const signature = await signDetached(bytes, key);
  return {
    subject,
    bytes: spoil ? bytes.slice(1) : bytes,
    sequence,
    signature,
    sender: { key: publicKey },
  };
}

reading("says of many what this thread says of each, in their order", async () => {
  const threaded = threadedReading(() => null);
  const messages: Unread[] = [];
  for (let at = 0; at < 40; at++) messages.push(await unread(at + 1, at % 7 === 3));
  messages.push({ ...await unread(41), subject: "nonsense" });
  const batches = [messages, messages.slice(0, 3), messages.toReversed()];
  const found = await Promise.all(batches.map((batch) => threaded.readAll(batch)));
  const wanted = await Promise.all(batches.map((batch) => plainReading().readAll(batch)));
  assert.equal(found, wanted);
  assert.is(found[0]!.filter(({ ok }) => !ok).length, 7);
  threaded.close();
});

reading("leaves the messages as they were", async () => {
  const threaded = threadedReading(() => null);
  const messages = await Promise.all(Array.from({ length: 12 }, (_, at) => unread(at + 1)));
  const before = messages.map(({ bytes }) => bytes.slice());
  await threaded.readAll(messages);
  assert.equal(messages.map(({ bytes }) => bytes), before);
  threaded.close();
});

reading.run();
