import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeLine } from "../../../edge/senses/encode_line.ts";
import {
  decodeSensesMessage,
  decodeToSenses,
  type SensesMessage,
  ToSenses,
} from "../../../edge/senses/protocol.ts";
import { readToSenses } from "../../../edge/senses/read_to_senses.ts";
import { readsAsSchema } from "../tap/read_as_schema.ts";

const tests = suite("messages of the senses");
const ID = "3f0c2f6e-6d6b-4c8e-9a53-0f5a2c1b7d11";

const uuid = fc.uuid();
const celsius = fc.oneof(fc.double({ min: -120, max: 2100 }), fc.constant(null));
const asked = fc.record({
  targetC: celsius,
  changedS: fc.double(),
  reportedC: celsius,
  reportS: fc.double(),
  duty: fc.oneof(fc.double({ min: -0.2, max: 1.2 }), fc.constant(null)),
  tunes: fc.boolean(),
  stopped: fc.boolean(),
  more: fc.string(),
}, { requiredKeys: ["targetC", "changedS", "reportedC", "reportS", "tunes"] });
const field = fc.oneof(fc.constant(1), uuid, fc.boolean(), fc.double(), fc.string(), asked);
const printer = fc.constantFrom("p1", "mk3-left", "a b", "", "x".repeat(65));
const nearly = fc.record({
  v: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, field),
  type: fc.constantFrom("asked", "stop", "release", "hello", "constructor"),
  id: fc.oneof({ weight: 9, arbitrary: uuid }, field),
  decisionId: fc.oneof({ weight: 9, arbitrary: uuid }, field),
  printer: fc.oneof({ weight: 9, arbitrary: printer }, field),
  asked: fc.oneof({ weight: 9, arbitrary: asked }, field),
  reason: fc.oneof(fc.string(), fc.constantFrom("x".repeat(400), "x".repeat(401)), field),
  by: fc.oneof(fc.string(), field),
  more: field,
}, { requiredKeys: [] });
tests("the senses read an agent's message as its schema does", () => {
  readsAsSchema(nearly, ToSenses.options, readToSenses, decodeToSenses);
});

tests("what is no message is refused with what came", () => {
  for (const text of ["", "null", "[]", "5", "{", '{"v":1,"type":"stop"}']) {
    const read = readToSenses(text);
    assert.match(read.ok ? "" : read.issue, /^Cannot decode the agent's message to the senses: /);
  }
});

tests("a message goes over in one line, and a text that is too long is cut", () => {
  const message: SensesMessage = {
    v: 1,
    type: "ack",
    id: ID,
    result: "refused",
    detail: `a\nb${"x".repeat(500)}`,
  };
  const line = encodeLine(message);
  assert.is(line.indexOf("\n"), line.length - 1);
  const back = decodeSensesMessage(line);
  assert.ok(back.ok && back.value.type === "ack" && back.value.detail.length === 400);
});

tests("a fault's value is none, and no number that JSON can't hold goes over", () => {
  const readings = [{ sense: "hotendDuty" as const, value: null }];
  const line = encodeLine({ v: 1, type: "readings", printer: "p1", eventTimeS: 5, readings });
  assert.ok(decodeSensesMessage(line).ok);
  for (const bad of ['"value":"1"', '"value":true', '"sense":"nose"']) {
    const broken = line.replace(/"value":null/, bad).replace(
      bad.startsWith('"sense"') ? /"sense":"hotendDuty"/ : /$^/,
      bad,
    );
    if (broken !== line) assert.not(decodeSensesMessage(broken).ok, bad);
  }
});

tests.run();
