import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readDeviation, readPresence } from "../../../cloud/ingest/read_message.ts";
import {
  deviationMessage,
  fabricateDeviation,
  presenceMessage,
  seeded,
} from "../../../scripts/fabricate.ts";

const ADDRESS = { site: "s", device: "d", printer: "p" };
const NOW = "2026-10-05T21:00:00.000Z";
const random = seeded(5);
const deviation = fabricateDeviation({ recipe: "void", printer: "p", random, wallTime: NOW });
const good = deviationMessage(ADDRESS, deviation);
const presence = presenceMessage(ADDRESS, { label: "P", wallTime: NOW });

const reading = suite("messages from an edge");

reading("a deviation is believed where subject and payload agree", () => {
  const read = readDeviation(good.subject, good.bytes);
  assert.equal(read, { ok: true, value: { address: ADDRESS, value: deviation } });
});

for (
  const [what, subject] of [
    ["another site", good.subject.replace(".s.", ".t.")],
    ["another device", good.subject.replace(".d.", ".e.")],
    ["another printer", good.subject.replace(".p.", ".q.")],
    ["another verdict", good.subject.replace("potential-cyberthreat", "undetermined")],
    ["another kind", good.subject.replace(/flow$/, "speed")],
    ["a presence", presence.subject],
    ["no subject of the contract", "printwarden.v1.s.d.p.telemetry"],
  ] as [string, string][]
) {
  reading(`a deviation under the subject of ${what} is refused`, () => {
    assert.not.ok(readDeviation(subject, good.bytes).ok);
  });
}

reading("a refusal names what was required and what came", () => {
  const read = readDeviation(good.subject.replace(/flow$/, "speed"), good.bytes);
  assert.ok(!read.ok && /kind 'speed' was required, got 'flow'/.test(read.issue));
});

reading("a presence is believed only from where it comes", () => {
  assert.ok(readPresence(presence.subject, presence.bytes).ok);
  assert.not.ok(readPresence(presence.subject.replace(".p.", ".q."), presence.bytes).ok);
  assert.not.ok(readPresence(presence.subject.replace(".d.", ".e."), presence.bytes).ok);
  assert.not.ok(readPresence(good.subject, good.bytes).ok);
  assert.not.ok(readPresence(presence.subject, new Uint8Array([0xff, 0xfe])).ok);
});

reading("any single flipped byte never makes another message of it", () => {
  for (let at = 0; at < good.bytes.length; at += 37) {
    const bytes = good.bytes.slice();
    bytes[at]! ^= 0x20;
    const read = readDeviation(good.subject, bytes);
    if (!read.ok) continue;
    assert.is(read.value.value.printer, "p");
    assert.is(read.value.value.verdict, deviation.verdict);
  }
});

reading.run();
