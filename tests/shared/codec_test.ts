import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  COMMAND_BYTES_MAX,
  decode,
  edgeSource,
  encode,
  MESSAGE_BYTES_MAX,
  messageBytesMax,
} from "../../shared/codec.ts";
import { eventType, type MessageType, type Payload } from "../../shared/envelope.ts";
import { ABOUT, ADDRESS, changed, DEVIATION, objectPaths, REPLY, UUID, VALID } from "./payloads.ts";

const TYPES = Object.keys(VALID) as MessageType[];
const utf8 = new TextEncoder();

/** An event as it lies on the wire, before anybody checks it. */
function event(type: MessageType, data: unknown = VALID[type]): Record<string, unknown> {
  const datacontenttype = "application/json";
  return { specversion: "1.0", ...ABOUT, type: eventType(type), datacontenttype, data };
}

const bytesOf = (value: unknown) => utf8.encode(JSON.stringify(value));

function issueOf(type: MessageType, bytes: Uint8Array): string {
  const decoded = decode(type, bytes);
  assert.not.ok(decoded.ok, "a refusal was expected");
  return decoded.ok ? "" : decoded.issue;
}

const codec = suite("codec");

/** What guards of an earlier version don't tell yet. */
const MAY_BE_ABSENT = new Set(["presence.prints", "presence.wear"]);

for (const type of TYPES) {
  codec(`a ${type} comes back as it went`, () => {
    const decoded = decode(type, encode(type, ABOUT, VALID[type]));
    assert.equal(decoded, { ok: true, value: { about: ABOUT, data: VALID[type] } });
  });

  codec(`a ${type} is a CloudEvent 1.0 in structured JSON`, () => {
    const sent = JSON.parse(new TextDecoder().decode(encode(type, ABOUT, VALID[type])));
    assert.equal(sent, event(type));
    assert.is(sent.type, `printwarden.v1.${type}`);
  });

  codec(`a ${type} is refused as any other type`, () => {
    for (const other of TYPES.filter((name) => name !== type)) {
      assert.match(issueOf(other, encode(type, ABOUT, VALID[type])), `Cannot decode a ${other}: `);
    }
  });

  codec(`an unknown key anywhere in a ${type} is refused`, () => {
    // A command's body belongs to its verb, which decodes it again.
    const paths = objectPaths(VALID[type]).filter((path) => !/^body/.test(path));
    for (const path of paths) {
      const data = changed(VALID[type], path === "" ? "zzz" : `${path}.zzz`, 1);
      assert.match(issueOf(type, bytesOf(event(type, data))), "zzz", `at '${path}'`);
    }
  });

  codec(`a ${type} with any key missing is refused, but one that may be absent`, () => {
    for (const key of Object.keys(VALID[type])) {
      if (MAY_BE_ABSENT.has(`${type}.${key}`)) continue;
      const data = changed(VALID[type], key, undefined);
      assert.match(issueOf(type, bytesOf(event(type, data))), `'data.${key}'`, key);
    }
  });
}

const BAD_ENVELOPES: [key: string, value: unknown][] = [
  ["specversion", "0.3"],
  ["specversion", 1],
  ["id", ""],
  ["id", "x".repeat(81)],
  ["source", ""],
  ["source", "x".repeat(201)],
  ["type", "printwarden.v2.reply"],
  ["time", "yesterday"],
  ["time", "2026-03-01T12:00:00+01:00"],
  ["datacontenttype", "text/plain"],
  ["data", null],
  ["data", []],
  ["data", "here"],
  ["extra", true],
];

for (const [key, value] of BAD_ENVELOPES) {
  codec(`an envelope with ${key} = ${JSON.stringify(value).slice(0, 24)} is refused`, () => {
    issueOf("reply", bytesOf({ ...event("reply"), [key]: value }));
  });
}

for (const key of ["specversion", "id", "source", "type", "time", "datacontenttype", "data"]) {
  codec(`an envelope without ${key} is refused with its name`, () => {
    assert.match(issueOf("reply", bytesOf(changed(event("reply"), key, undefined))), `'${key}'`);
  });
}

codec("what isn't UTF-8 JSON is refused, with its size and the reason", () => {
  for (const text of ["", "{", "hello", "\u0000", "[1,", '{"a":NaN}']) {
    const bytes = utf8.encode(text);
    const issue = issueOf("reply", bytes);
    assert.match(issue, `UTF-8 JSON was required, got ${bytes.length} bytes`);
  }
  assert.match(issueOf("reply", Uint8Array.of(0xff, 0xfe)), "got 2 bytes");
  const lone = bytesOf(event("reply"));
  lone[lone.length - 10] = 0xc3;
  issueOf("reply", lone);
});

/** A message made larger by blanks, which JSON doesn't mind. */
function padded(type: MessageType, size: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set(encode(type, ABOUT, VALID[type]));
  return bytes;
}

for (const type of TYPES) {
  const bound = type === "command" ? 1_000_000 : 32_768;
  codec(`a ${type} one byte over ${bound} is refused unread, one at the bound is read`, () => {
    assert.is(messageBytesMax(type), bound);
    assert.ok(decode(type, padded(type, bound)).ok);
    const said = `at most ${bound} bytes are read, got ${bound + 1}`;
    assert.match(issueOf(type, padded(type, bound + 1)), said);
  });
}

codec("the largest command stays under nats-server's default payload, headers and all", () => {
  assert.ok(COMMAND_BYTES_MAX + 1024 < 1024 * 1024);
  assert.is(MESSAGE_BYTES_MAX, 32_768);
});

codec("a refusal names the type, says at most three issues and ends without a period", () => {
  const issue = issueOf("reply", bytesOf({ data: {} }));
  assert.match(issue, /^Cannot decode a reply: at 'specversion': /);
  assert.is(issue.split("; ").length, 3);
  assert.not.match(issue, /\.$/);
});

codec("to encode what breaks its own schema is a bug of the sender's and throws", () => {
  const bad = changed(REPLY, "detail", 7) as unknown as Payload<"reply">;
  assert.throws(() => encode("reply", ABOUT, bad), /^Cannot encode a reply: at 'data\.detail'/);
  assert.throws(() => encode("reply", { ...ABOUT, time: "noon" }, REPLY), /at 'time'/);
  assert.throws(() => encode("reply", { ...ABOUT, id: "" }, REPLY), /at 'id'/);
});

codec("whatever a deviation says in words comes back, in any script", () => {
  const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(words, words, fc.double({ min: 0, max: 1, noNaN: true }), (text, line, share) => {
      const data = {
        ...DEVIATION,
        summary: text.slice(0, 300),
        probability: share,
        evidence: { ...DEVIATION.evidence, lines: [line.slice(0, 120)] },
      };
      const decoded = decode("deviation", encode("deviation", ABOUT, data));
      assert.ok(decoded.ok);
      if (decoded.ok) assert.equal(decoded.value.data, normalised(data));
    }),
    { seed: 1, numRuns: 200 },
  );
});

/** JSON knows no negative zero, and half a surrogate pair isn't text. */
function normalised<T>(value: T): T {
  return JSON.parse(new TextDecoder().decode(utf8.encode(JSON.stringify(value))));
}

codec("no bytes whatever make it throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.not.ok(decode("decision", bytes).ok);
    }),
    { seed: 2, numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      assert.not.ok(decode("presence", utf8.encode(json)).ok);
    }),
    { seed: 3, numRuns: 500 },
  );
});

codec("a key that would change the prototype is refused like any unknown one", () => {
  const text = JSON.stringify(event("reply")).replace('"data":{', '"data":{"__proto__":{"x":1},');
  const decoded = decode("reply", utf8.encode(text));
  if (decoded.ok) assert.not.ok("x" in decoded.value.data);
  assert.not.ok("x" in {});
});

codec("a payload is not changed by encoding, and nothing is shared by decoding", () => {
  const before = structuredClone(DEVIATION);
  const bytes = encode("deviation", ABOUT, DEVIATION);
  assert.equal(DEVIATION, before);
  const [one, two] = [decode("deviation", bytes), decode("deviation", bytes)];
  assert.ok(one.ok && two.ok && one.value.data.evidence !== two.value.data.evidence);
});

codec("the source of an edge's messages names its place", () => {
  assert.is(edgeSource(ADDRESS), "printwarden/site1/pi_4/left-Ender");
  assert.ok(decode("reply", encode("reply", { ...ABOUT, source: edgeSource(ADDRESS) }, REPLY)).ok);
});

codec("a reply answers with the request's own id", () => {
  const decoded = decode("reply", encode("reply", { ...ABOUT, id: UUID }, REPLY));
  assert.ok(decoded.ok && decoded.value.about.id === UUID);
});

codec.run();
