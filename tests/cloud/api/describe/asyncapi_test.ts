import { Parser } from "@asyncapi/parser";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { asyncApi, CHANNELS } from "../../../../cloud/api/describe/asyncapi.ts";
import { CommandVerb } from "../../../../shared/command.ts";
import { PAYLOADS } from "../../../../shared/envelope.ts";
import { Kind } from "../../../../shared/kinds.ts";
import {
  commandSubject,
  decisionSubject,
  deviationSubject,
  parseSubject,
  presenceSubject,
} from "../../../../shared/subjects.ts";
import { Verdict } from "../../../../shared/verdict.ts";
import { ADDRESS } from "../../../shared/payloads.ts";

const api = suite("the subjects' description");
const document = JSON.parse(JSON.stringify(asyncApi()));

api("is AsyncAPI 3.0", async () => {
  const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
  const faults = diagnostics.filter(({ severity }) => severity === 0);
  assert.equal(faults.map(({ message, path }) => `${path.join(".")}: ${message}`), []);
  assert.is(parsed?.operations().all().length, 5);
});

api("the parser would find a fault", async () => {
  const broken = structuredClone(document);
  broken.channels.presence.addres = broken.channels.presence.address;
  const { diagnostics } = await new Parser().parse(JSON.stringify(broken));
  assert.ok(diagnostics.some(({ severity }) => severity === 0));
});

const filled = (address: string, more: Record<string, string> = {}) =>
  address.replace(/\{(\w+)\}/g, (_, name) => ({ ...ADDRESS, ...more })[name as "site"] ?? name);

api("every subject of the contract is one of its channels", () => {
  const { deviation, presence, decision, command } = CHANNELS;
  assert.is(filled(presence.address), presenceSubject(ADDRESS));
  assert.is(filled(decision.address), decisionSubject(ADDRESS));
  for (const verb of CommandVerb.options) {
    assert.is(filled(command.address, { verb }), commandSubject(ADDRESS, verb));
  }
  for (const verdict of Verdict.options) {
    for (const kind of Kind.options) {
      const subject = deviationSubject(ADDRESS, verdict, kind);
      assert.is(filled(deviation.address, { verdict, kind }), subject);
      assert.ok(parseSubject(subject).ok);
    }
  }
});

api("every payload of the contract is one of its messages, in a strict envelope", () => {
  const { notice, ...contract } = document.components.messages;
  assert.equal(Object.keys(contract).sort(), Object.keys(PAYLOADS).sort());
  assert.is(notice.payload.$ref, "#/components/schemas/Notice");
  const messages: [string, { payload: { $ref: string } }][] = Object.entries(contract);
  for (const [type, message] of messages) {
    assert.is(message.payload.$ref, `#/components/schemas/${type}Event`);
    const payload = document.components.schemas[`${type}Event`];
    assert.is(payload.additionalProperties, false, type);
    assert.ok(payload.required.includes("specversion"), type);
  }
});

api.run();
