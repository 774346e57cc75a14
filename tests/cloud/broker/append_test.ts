import {
  headers,
  type JetStreamClient,
  type JetStreamManager,
  type JetStreamPublishOptions,
  type MsgHdrs,
  NatsError,
  type PubAck,
} from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { append } from "../../../cloud/broker/append.ts";
import { BrokerAwayError } from "../../../cloud/broker/broker.ts";

const appending = suite("what a cluster's acknowledgement is worth");
const SUBJECT = "printwarden-cloud.v1.alert.lane";
const BYTES = new Uint8Array(1);

function fault(code: number, err_code: number): NatsError {
  const error = new NatsError("", "API");
  error.api_error = { code, err_code, description: "" };
  return error;
}

/** A stream's leader that remembers ids as nats-server does, also of what it has lost. */
class Leader {
  messages: { id: string; header: MsgHdrs }[] = [];
  /** Where the message of each id was put in order; 0 before that. */
  known = new Map<string, number>();
  /** What the next publishes fail with. */
  faults: NatsError[] = [];

  publish = (_subject: string, _bytes: Uint8Array, how: Partial<JetStreamPublishOptions>) => {
    const failed = this.faults.shift();
    if (failed) return Promise.reject(failed);
    const id = how.msgID!;
    const seq = this.known.get(id);
    if (seq !== undefined) return this.#acknowledge(seq, true);
    const header = headers();
    for (const name of how.headers!.keys()) header.set(name, how.headers!.get(name));
    header.set("Nats-Msg-Id", id);
    this.messages.push({ id, header });
    this.known.set(id, this.messages.length);
    return this.#acknowledge(this.messages.length, false);
  };

  streams = {
    getMessage: (_stream: string, { seq }: { seq: number }) => {
      const found = this.messages[seq - 1];
      return found ? Promise.resolve(found) : Promise.reject(fault(404, 10037));
    },
    info: () => Promise.resolve({ state: { last_seq: this.messages.length } }),
  };

  /** Loses all messages from this one on; their ids stay known. */
  lose(from: number): void {
    this.messages = this.messages.slice(0, from - 1);
  }

  #acknowledge(seq: number, duplicate: boolean): Promise<PubAck> {
    return Promise.resolve({ stream: "S", seq, duplicate } as PubAck);
  }
}

/** Another subject's messages, from 1 to `count`. */
function leaderWith(count: number): Leader {
  const leader = new Leader();
  for (let n = 1; n <= count; n++) leader.messages.push({ id: `other${n}`, header: headers() });
  return leader;
}

function write(leader: Leader, id: string, lastSubjectSequence: number, triesMax = 5) {
  return append(
    leader as unknown as JetStreamManager,
    leader as unknown as JetStreamClient,
    SUBJECT,
    BYTES,
    { id, lastSubjectSequence, triesMax },
  );
}

appending("of two writers upon one sequence one is stored and the other is told", async () => {
  const leader = leaderWith(3);
  assert.equal(await write(leader, "a", 3), { type: "stored", sequence: 4, again: false });
  assert.equal(await write(leader, "b", 3), { type: "conflict" });
  assert.equal(await write(leader, "a", 3), { type: "stored", sequence: 4, again: true });
});

appending("an id whose message the broker lost keeps nobody out", async () => {
  const leader = leaderWith(3);
  await write(leader, "a", 3);
  leader.lose(4);
  assert.equal(await write(leader, "b", 3), { type: "stored", sequence: 4, again: false });
  assert.equal(await write(leader, "a", 3), { type: "conflict" }, "the next id is shared as well");
});

appending("nor does one whose place another subject's message has taken", async () => {
  const leader = leaderWith(3);
  await write(leader, "a", 3);
  leader.lose(4);
  leader.messages.push({ id: "another's", header: headers() });
  assert.equal(await write(leader, "b", 3), { type: "stored", sequence: 5, again: false });
});

appending("a message that its subject's next one replaced was no loss", async () => {
  const leader = leaderWith(3);
  await write(leader, "a", 3);
  await write(leader, "b", 4);
  delete leader.messages[3];
  assert.equal(await write(leader, "c", 3), { type: "conflict" });
  assert.is(leader.messages.length, 5);
});

appending("a known id without a message is asked after, and then passed over", async () => {
  const leader = leaderWith(3);
  leader.known.set(`${SUBJECT}@3`, 0);
  assert.equal(await write(leader, "a", 3), { type: "stored", sequence: 4, again: false });
  assert.equal(leader.messages.at(-1)?.id, `${SUBJECT}@3+1`);
});

appending("a known id whose message comes after all is that writer's", async () => {
  const leader = leaderWith(3);
  leader.known.set(`${SUBJECT}@3`, 0);
  const waiting = write(leader, "b", 3);
  leader.known.delete(`${SUBJECT}@3`);
  assert.equal(await write(leader, "a", 3), { type: "stored", sequence: 4, again: false });
  assert.equal(await waiting, { type: "conflict" });
});

appending("one that was never put in order isn't said to be stored", async () => {
  const leader = leaderWith(3);
  for (const id of ["own", "own+1", "own+2"]) leader.known.set(id, 0);
  const failed = await write(leader, "own", 0, 1).catch((error) => error);
  assert.instance(failed, BrokerAwayError);
});

appending("another message upon the sequence that is in process is waited for", async () => {
  const leader = leaderWith(3);
  leader.faults = [fault(400, 10164), fault(409, 10158)];
  assert.equal(await write(leader, "a", 3), { type: "stored", sequence: 4, again: false });
  leader.faults = [fault(400, 10164), fault(400, 10071)];
  assert.equal(await write(leader, "b", 3), { type: "conflict" });
});

appending.run();
