import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { KINDS } from "../../shared/kinds.ts";
import {
  commandSubject,
  decisionSubject,
  deviationSubject,
  deviceFilter,
  FLEET_DECISIONS,
  FLEET_DEVIATIONS,
  FLEET_PRESENCE,
  parseSubject,
  presenceSubject,
} from "../../shared/subjects.ts";
import { Verdict } from "../../shared/verdict.ts";
import type { Kind } from "../../shared/kinds.ts";
import { ADDRESS } from "./payloads.ts";

const BASE = "printwarden.v1.site1.pi_4.left-Ender";

/** Whether a NATS filter matches a subject: `*` is one token, `>` is at least one. */
function matches(filter: string, subject: string): boolean {
  const wanted = filter.split("."), tokens = subject.split(".");
  for (const [i, token] of wanted.entries()) {
    if (token === ">") return tokens.length > i;
    if (token !== "*" && token !== tokens[i]) return false;
  }
  return wanted.length === tokens.length;
}

const subjects = suite("subjects");

subjects("go from general to specific", () => {
  const deviation = deviationSubject(ADDRESS, "potential-cyberthreat", "hotend-heat");
  assert.is(deviation, `${BASE}.deviation.potential-cyberthreat.hotend-heat`);
  assert.is(presenceSubject(ADDRESS), `${BASE}.presence`);
  assert.is(decisionSubject(ADDRESS), `${BASE}.decision`);
  assert.is(commandSubject(ADDRESS, "job"), `${BASE}.command.job`);
});

subjects("are read back to what they were made of", () => {
  for (const verdict of Verdict.options) {
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const value = { address: ADDRESS, type: "deviation", verdict, kind };
      assert.equal(parseSubject(deviationSubject(ADDRESS, verdict, kind)), { ok: true, value });
    }
  }
  const address = ADDRESS;
  assert.equal(parseSubject(presenceSubject(ADDRESS)), {
    ok: true,
    value: { address, type: "presence" },
  });
  assert.equal(parseSubject(decisionSubject(ADDRESS)), {
    ok: true,
    value: { address, type: "decision" },
  });
  assert.equal(parseSubject(commandSubject(ADDRESS, "ping")), {
    ok: true,
    value: { address, type: "command", verb: "ping" },
  });
});

subjects("are read back for any identities", () => {
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(token, token, token, (site, device, printer) => {
      const address = { site, device, printer };
      const read = parseSubject(deviationSubject(address, "undetermined", "guard"));
      assert.ok(read.ok);
      if (read.ok) assert.equal(read.value.address, address);
    }),
    { seed: 1, numRuns: 200 },
  );
});

const BAD_TOKENS = [
  "",
  ".",
  "a.b",
  "*",
  ">",
  "a*",
  " ",
  "a b",
  "a\tb",
  "a\nb",
  "a\r\nPUB x 1",
  "ä",
  "日本",
  "a/b",
  "$JS",
  "a\u0000",
  "x".repeat(65),
];

for (const bad of BAD_TOKENS) {
  subjects(`no subject is built with the token ${JSON.stringify(bad).slice(0, 20)}`, () => {
    for (const part of ["site", "device", "printer"] as const) {
      const address = { ...ADDRESS, [part]: bad };
      const wanted = /^Cannot build a subject: each token must match /;
      assert.throws(() => deviationSubject(address, "undetermined", "link"), wanted);
      assert.throws(() => presenceSubject(address), wanted);
      assert.throws(() => decisionSubject(address), wanted);
      assert.throws(() => commandSubject(address, "ping"), wanted);
    }
  });

  subjects(`no subject is read with the token ${JSON.stringify(bad).slice(0, 20)}`, () => {
    for (let at = 0; at < 8; at++) {
      const tokens = `${BASE}.deviation.undetermined.link`.split(".");
      tokens[at] = bad;
      assert.not.ok(parseSubject(tokens.join(".")).ok, `token ${at}`);
    }
  });
}

const NONE_OF_OURS = [
  "",
  "printwarden",
  "printwarden.v1",
  BASE,
  `${BASE}.`,
  `${BASE}.telemetry`,
  `${BASE}.presence.more`,
  `${BASE}.decision.more`,
  `${BASE}.command`,
  `${BASE}.command.ping.more`,
  `${BASE}.deviation`,
  `${BASE}.deviation.undetermined`,
  `${BASE}.deviation.certain.link`,
  `${BASE}.deviation.undetermined.telemetry`,
  `${BASE}.deviation.link.undetermined`,
  `${BASE}.deviation.undetermined.link.more`,
  "printwarden.v2.site1.pi_4.left-Ender.presence",
  "other.v1.site1.pi_4.left-Ender.presence",
  "printwarden.v1.pi_4.left-Ender.presence",
  "PRINTWARDEN.V1.site1.pi_4.left-Ender.presence",
  "$JS.API.STREAM.INFO.deviations",
  "_INBOX.abc.1",
];

for (const subject of NONE_OF_OURS) {
  subjects(`'${subject}' is none of the contract's, and the refusal says so`, () => {
    const read = parseSubject(subject);
    assert.equal(read, {
      ok: false,
      issue: `Cannot read subject '${subject}': it is none of the contract's`,
    });
  });
}

subjects("no string makes the reader throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (subject) => {
      assert.not.ok(parseSubject(subject).ok);
    }),
    { seed: 2, numRuns: 500 },
  );
});

subjects("the fleet's filters catch their own kind of message and no other", () => {
  const sent = {
    deviation: deviationSubject(ADDRESS, "undetermined", "fan"),
    presence: presenceSubject(ADDRESS),
    decision: decisionSubject(ADDRESS),
    command: commandSubject(ADDRESS, "ping"),
  };
  const caught = (filter: string) =>
    Object.entries(sent).filter(([, subject]) => matches(filter, subject)).map(([name]) => name);
  assert.equal(caught(FLEET_DEVIATIONS), ["deviation"]);
  assert.equal(caught(FLEET_PRESENCE), ["presence"]);
  assert.equal(caught(FLEET_DECISIONS), ["decision"]);
});

subjects("a device's filter catches its own printers and no other device's", () => {
  const filter = deviceFilter("site1", "pi_4", "decision");
  assert.ok(matches(filter, decisionSubject(ADDRESS)));
  assert.ok(matches(filter, decisionSubject({ ...ADDRESS, printer: "right" })));
  assert.not.ok(matches(filter, decisionSubject({ ...ADDRESS, device: "pi_5" })));
  assert.not.ok(matches(filter, decisionSubject({ ...ADDRESS, site: "site2" })));
  assert.not.ok(matches(filter, presenceSubject(ADDRESS)));
  assert.ok(matches(deviceFilter("site1", "pi_4", "command.*"), commandSubject(ADDRESS, "job")));
});

subjects.run();
