import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeControl, type TapControl } from "../../../edge/tap/control.ts";
import { encodeControl } from "../../../edge/tap/encode_control.ts";
import { readTapOptions } from "../../../edge/tap/options.ts";
import { readAgentMessage } from "../../../edge/tap/agent_message.ts";
import { AgentMessage, decodeAgentMessage, encodeAgentMessage } from "../../../edge/tap/orders.ts";
import { readsAsSchema } from "./read_as_schema.ts";

const test = suite("tap messages and options");
const ID = "11111111-1111-4111-8111-111111111111";
const state = { host: true, printer: true, bypass: false, held: false, blind: null, baud: 115_200 };

const controls: TapControl[] = [
  { type: "hello", tapId: ID, printer: "p", oldestSeq: 1, nextSeq: 9, orders: true, state },
  { type: "link", event: "host-open", detail: "115200 baud" },
  { type: "heartbeat" },
  { type: "gap", fromSeq: 3, missedFrames: 2, nextSeq: 9, state: { ...state, blind: "MeatPack" } },
  { type: "ack", id: ID, result: "refused", detail: "no host is there" },
  { type: "bye", reason: "the tap was stopped" },
];
for (const control of controls) {
  test(`a ${control.type} comes back as it was sent`, () => {
    assert.equal(decodeControl(encodeControl(control)), { ok: true, value: control });
  });
}

test("a detail that is too long is cut, not refused", () => {
  const long: TapControl = { type: "bye", reason: "x".repeat(1000) };
  const decoded = decodeControl(encodeControl(long));
  assert.ok(decoded.ok && decoded.value.type === "bye" && decoded.value.reason.length === 400);
});

const badControls = [
  "",
  "null",
  "[]",
  '{"type":"other"}',
  '{"type":"heartbeat","more":1}',
  '{"type":"gap","fromSeq":-1,"missedFrames":1}',
  '{"type":"link","event":"exploded","detail":""}',
  '{"type":"ack","id":"7","result":"applied","detail":""}',
];
for (const text of badControls) {
  test(`the control frame '${text}' is refused`, () => {
    assert.not(decodeControl(new TextEncoder().encode(text)).ok);
  });
}

const badMessages: [string, string][] = [
  ["no JSON", "hold"],
  ["another version", `{"v":2,"id":"${ID}","type":"release"}`],
  ["no id", '{"v":1,"type":"release"}'],
  ["a lease of 0", `{"v":1,"id":"${ID}","type":"hold","leaseS":0,"latched":false}`],
  ["a lease above a minute", `{"v":1,"id":"${ID}","type":"hold","leaseS":61,"latched":false}`],
  ["two lines in one", `{"v":1,"id":"${ID}","type":"inject","to":"host","line":"a\\nb"}`],
  ["a control character", `{"v":1,"id":"${ID}","type":"inject","to":"host","line":"a\\u0018"}`],
  ["an empty line", `{"v":1,"id":"${ID}","type":"inject","to":"host","line":""}`],
  ["a long line", `{"v":1,"id":"${ID}","type":"inject","to":"host","line":"${"x".repeat(256)}"}`],
  ["another receiver", `{"v":1,"id":"${ID}","type":"inject","to":"me","line":"x"}`],
  ["a place that is none", '{"v":1,"type":"resume","after":"yesterday"}'],
];
for (const [what, text] of badMessages) {
  test(`${what} from the agent is refused`, () => {
    assert.not(decodeAgentMessage(text).ok);
    assert.not(readAgentMessage(text).ok);
  });
}

const uuid = fc.uuid();
const place = fc.oneof(
  fc.constantFrom("oldest", "now", "then"),
  fc.record({ tapId: uuid, seq: fc.oneof(fc.nat(), fc.double()) }),
);
const field = fc.oneof(
  ...[fc.constant(1), uuid, place, fc.boolean(), fc.double(), fc.string()],
  fc.constantFrom("printer", "host", "M115", "M114 S", "G28", null),
);
const nearly = fc.record({
  v: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, field),
  type: fc.constantFrom("resume", "hold", "release", "inject", "ask", "bypass", "constructor"),
  id: fc.oneof({ weight: 9, arbitrary: uuid }, field),
  after: fc.oneof({ weight: 5, arbitrary: place }, field),
  leaseS: fc.oneof(fc.integer({ min: -1, max: 62 }), field),
  latched: fc.oneof(fc.boolean(), field),
  to: fc.oneof(fc.constantFrom("printer", "host"), field),
  line: fc.oneof(fc.constantFrom("M115", "M503", "G28"), field),
  on: fc.oneof(fc.boolean(), field),
  more: field,
}, { requiredKeys: [] });
test("the tap reads an agent's message as its schema does", () => {
  readsAsSchema(nearly, AgentMessage.options, readAgentMessage, decodeAgentMessage);
});

test("an agent's message comes back as it was sent, on a line of its own", () => {
  const message = { v: 1, type: "resume", after: { tapId: ID, seq: 7 } } as const;
  const text = encodeAgentMessage(message);
  assert.is(text.indexOf("\n"), text.length - 1);
  assert.equal(decodeAgentMessage(text.trimEnd()), { ok: true, value: message });
});

test("the link and the socket stand in the state folder unless told otherwise", () => {
  const read = (args: string[]) => {
    const options = readTapOptions(["--port", "/dev/x", "--printer", "p", ...args]);
    if (!options.ok || options.value === null) throw new Error("refused");
    return [options.value.linkPath, options.value.socketPath];
  };
  assert.equal(read([]), ["/run/printwarden/p.tty", "/run/printwarden/p.sock"]);
  assert.equal(read(["--state", "/s"]), ["/s/run/p.tty", "/s/run/p.sock"]);
  assert.equal(read(["--state", "/s", "--link", "/l"]), ["/l", "/s/run/p.sock"]);
});

test("every bound of the flags is kept", () => {
  const bad = [
    ["--baud", "0"],
    ["--baud", "4000001"],
    ["--baud", "1e5"],
    ["--baud", ""],
    ["--replay-mib", "257"],
    ["--agent-uid", "-1"],
    ["--agent-uid", "root"],
    ["--printer", "x".repeat(65)],
    ["surplus"],
  ];
  for (const args of bad) {
    const options = readTapOptions(["--port", "/dev/x", "--printer", "p", ...args]);
    assert.not(options.ok, args.join(" "));
  }
});

test("relative paths are seen from the folder of whoever typed them", () => {
  const args = ["--port", "tty", "--printer", "p", "--state", "s"];
  const seen = readTapOptions(args, "/home/me");
  assert.ok(seen.ok && seen.value);
  const { portPath, linkPath, socketPath } = seen.value;
  assert.equal([portPath, linkPath, socketPath], [
    "/home/me/tty",
    "/home/me/s/run/p.tty",
    "/home/me/s/run/p.sock",
  ]);
  const plain = readTapOptions(args);
  assert.is(plain.ok && plain.value?.portPath, "tty");
});

test("what is wrong is told in a sentence", () => {
  const issueOf = (...args: string[]) => {
    const read = readTapOptions(args);
    return read.ok ? "" : read.issue;
  };
  for (const args of [[], ["--printer", "p"], ["--baud"], ["--speed", "3"], ["x"]]) {
    assert.match(issueOf(...args), /^Cannot .* required,? .*got /, args.join(" "));
  }
});

test.run();
