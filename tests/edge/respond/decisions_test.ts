import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Decision } from "../../../shared/decision.ts";
import type { DecisionOutcome } from "../../../shared/presence.ts";
import { makeSigningKey } from "../../../shared/signing.ts";
import { DecisionDesk } from "../../../edge/respond/desk.ts";
import { DecisionLog } from "../../../edge/respond/decision_log.ts";
import type { DecidedLabel } from "../../../edge/respond/decided.ts";
import type { KeptLesson } from "../../../edge/respond/lessons.ts";
import { grant } from "../../../edge/respond/policy.ts";
import { NO_EXPERTS, parseTrust, type PinnedKeys } from "../../../edge/respond/trust.ts";
import { verifyDecision } from "../../../edge/respond/verify.ts";
import { DeviationRecords } from "../../../edge/publish/deviation_record.ts";
import { Store } from "../../../edge/publish/store.ts";
import { claimed, decision, DEVIATION, NOW_MS, offset, trusted } from "./decisions_fixture.ts";
import { silent } from "../publish/site_fixture.ts";
import { withPageLimit } from "../publish/full_disk.ts";

const trust = suite("pinned keys");

trust("are read by key id", async () => {
  const { key } = await trusted();
  const read = parseTrust(JSON.stringify({ keys: [{ ...key.publicJwk, kid: key.kid }] }));
  assert.ok(read.ok && read.value.keys.has(key.kid));
});

trust(
  "refuse a private key, a key of another kind, a key without id, and what is no JSON",
  async () => {
    const { key } = await trusted();
    const bad = [
      { keys: [{ ...key.privateJwk, kid: key.kid }] },
      { keys: [{ kty: "RSA", n: "x", e: "AQAB", kid: "k" }] },
      { keys: [key.publicJwk] },
      { keys: [{ ...key.publicJwk, kid: "k" }, { ...key.publicJwk, kid: "k" }] },
      {},
    ];
    for (const one of bad) assert.not.ok(parseTrust(JSON.stringify(one)).ok, JSON.stringify(one));
    assert.not.ok(parseTrust("{").ok);
  },
);
trust.run();

const policy = suite("response policy");
const GRANTS = [
  ["watch", "none", "none"],
  ["watch", "pause", "none"],
  ["watch", "stop", "none"],
  ["pause", "none", "none"],
  ["pause", "pause", "pause"],
  ["pause", "stop", "pause"],
  ["stop", "none", "none"],
  ["stop", "pause", "pause"],
  ["stop", "stop", "stop"],
] as const;
for (const [own, asked, done] of GRANTS) {
  policy(`'${own}' asked for '${asked}' does '${done}'`, () => {
    const granted = grant(own, asked);
    assert.is(granted.action, done);
    assert.is(granted.note === "", asked === done, "whatever is left out is said");
  });
}
policy.run();

const verify = suite("verification of decisions");

function context(keys: PinnedKeys, quality: "synced" | "unsynced" = "synced") {
  const printers = new Set(["p1"]);
  return {
    site: "s1",
    device: "d1",
    printers,
    keys,
    experts: NO_EXPERTS,
    nowMs: NOW_MS,
    clockQuality: quality,
  };
}

verify("takes a decision that a pinned key signed", async () => {
  const { key, keys } = await trusted();
  const result = await verifyDecision(await claimed(decision(), key), context(keys));
  assert.ok(result.ok);
  assert.is(result.value.kid, key.kid);
  assert.match(result.value.note, /site's key alone/);
});

const REFUSED: [string, Partial<Decision>, string][] = [
  ["another printer", { target: { site: "s1", device: "d1", printer: "p9" } }, "s1/d1/p9"],
  ["another device", { target: { site: "s1", device: "d2", printer: "p1" } }, "s1/d2/p1"],
  ["another site", { target: { site: "s2", device: "d1", printer: "p1" } }, "s2/d1/p1"],
  ["a time that is over", { expiresWallTime: offset(-1) }, "in force"],
  ["a time far ahead", { decidedWallTime: offset(600_000) }, "made by"],
  ["an expiry before its beginning", { expiresWallTime: offset(-2000) }, "expiry after"],
];
for (const [title, more, part] of REFUSED) {
  verify(`refuses a decision for ${title}`, async () => {
    const { key, keys } = await trusted();
    const result = await verifyDecision(await claimed(decision(more), key), context(keys));
    assert.ok(!result.ok);
    assert.match(result.refusal.issue, part);
    assert.ok(result.refusal.signed);
  });
}

verify(
  "refuses a key that isn't pinned, a forged signature, none, and a changed body",
  async () => {
    const { key, keys } = await trusted();
    const good = await claimed(decision(), key);
    const stranger = await claimed(decision(), await makeSigningKey());
    const other = await claimed(decision(), key);
    const changed = new TextEncoder().encode(
      new TextDecoder().decode(good.bytes).replace('"pause"', '"stop"'),
    );
    const bad = [
      stranger,
      { ...good, signature: "" },
      { ...good, signature: other.signature },
      { ...good, signature: good.signature.replace("..", ".x.") },
      { ...good, bytes: changed },
    ];
    for (const one of bad) {
      const result = await verifyDecision(one, context(keys));
      assert.ok(!result.ok);
      assert.not.ok(result.refusal.signed);
    }
  },
);

verify("refuses a decision on the subject of another printer", async () => {
  const { key, keys } = await trusted();
  const subject = "printwarden.v1.s1.d1.p2.decision";
  const result = await verifyDecision(await claimed(decision(), key, { subject }), context(keys));
  assert.ok(!result.ok && result.refusal.issue.includes("subject's own target"));
});

verify("refuses what breaks the schema, and knows the printer from its subject", async () => {
  const { keys } = await trusted();
  const subject = "printwarden.v1.s1.d1.p1.decision";
  const bytes = new TextEncoder().encode('{"hello": 1}');
  const result = await verifyDecision({ subject, bytes, signature: "" }, context(keys));
  assert.ok(!result.ok);
  assert.equal([result.refusal.printer, result.refusal.decisionId], ["p1", null]);
});

verify("says what it can't check while its clock isn't synced", async () => {
  const { key, keys } = await trusted();
  const early = await claimed(decision({ decidedWallTime: offset(600_000) }), key);
  const result = await verifyDecision(early, context(keys, "unsynced"));
  assert.ok(result.ok);
  assert.match(result.value.note, "not synced");
  const late = await claimed(decision({ expiresWallTime: offset(-1) }), key);
  assert.not.ok((await verifyDecision(late, context(keys, "unsynced"))).ok);
});
verify.run();

const desk = suite("decision desk");

let folder = "";
desk.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "desk-" });
});
desk.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

async function open(own: "watch" | "pause" | "stop" = "pause") {
  const { key, keys } = await trusted();
  const store = new Store(`${folder}/edge.db`, 2_000_000, () => {});
  const records = new DeviationRecords(store);
  store.run(records.remember({
    id: DEVIATION,
    printer: "p1",
    identity: "hotend-heat/gain",
    bootId: "11111111-1111-4111-8111-111111111111",
    episode: 1,
    startedS: 1,
    lastEventS: 1,
    lastWallMs: 1,
    revision: 1,
    verdict: "undetermined",
    closed: false,
    causeId: "c",
    kind: "hotend-heat",
  }));
  const done: string[] = [];
  const outcomes: (DecisionOutcome & { lasting: boolean })[] = [];
  const lessons: KeptLesson[] = [];
  const labels: (DecidedLabel | null)[] = [];
  let held = false;
  const printer = {
    policy: own,
    teach: (lesson: KeptLesson) => void lessons.push(lesson),
    label: (_: string, label: DecidedLabel | null) => void labels.push(label),
    respond: (action: "pause" | "stop") => {
      held = true;
      done.push(action);
    },
    takeBack: () => {
      if (held) done.push("resume");
      return held ? "the job resumes" : null;
    },
    outcome: (outcome: DecisionOutcome, lasting: boolean) =>
      void outcomes.push({ ...outcome, lasting }),
  };
  const log = new DecisionLog(store);
  const made = new DecisionDesk(log, records, silent, {
    site: "s1",
    device: "d1",
    printers: () => new Map([["p1", printer]]),
    keys: () => keys,
    clock: { nowMs: () => NOW_MS, quality: () => "synced" },
  });
  return { key, store, log, desk: made, done, outcomes, lessons, labels };
}

desk("applies a decision once, however often it comes", async () => {
  const at = await open();
  const message = await claimed(decision(), at.key);
  await at.desk.take(message);
  await at.desk.take(message);
  assert.equal(at.done, ["pause"]);
  assert.is(at.outcomes.length, 1);
  assert.equal([at.outcomes[0]?.result, at.outcomes[0]?.lasting], ["applied", true]);
  at.store.close();
});

desk("applies it once also across a restart", async () => {
  const made = decision();
  const first = await open();
  await first.desk.take(await claimed(made, first.key));
  first.store.close();
  const second = await open();
  await second.desk.take(await claimed(made, second.key));
  assert.equal(second.done, []);
  second.store.close();
});

desk("finishes after a restart what a crash left between intent and done", async () => {
  const made = decision();
  const first = await open();
  first.log.intend(made);
  first.store.close();
  const second = await open();
  second.desk.finishIntended();
  assert.equal(second.done, ["pause"]);
  assert.match(second.outcomes[0]!.detail, "after a restart");
  second.desk.finishIntended();
  assert.equal(second.done, ["pause"]);
  second.store.close();
});

desk("does no more than the printer's policy, and says so", async () => {
  const at = await open("watch");
  await at.desk.take(await claimed(decision({ response: "stop" }), at.key));
  assert.equal(at.done, []);
  assert.match(at.outcomes[0]!.detail, "policy 'watch'");
  assert.is(at.outcomes[0]!.result, "applied");
  at.store.close();
});

desk("refuses a decision about deviations that it never reported", async () => {
  const at = await open();
  const strange = decision({ deviationIds: [crypto.randomUUID()] });
  await at.desk.take(await claimed(strange, at.key));
  assert.equal(at.done, []);
  assert.equal([at.outcomes[0]?.result, at.outcomes[0]?.decisionId], ["refused", strange.id]);
  assert.is(at.desk.refusedOf("p1"), 1);
  at.store.close();
});

desk("tells a forged decision's refusal, but keeps nothing on a stranger's word", async () => {
  const at = await open();
  await at.desk.take(await claimed(decision(), await makeSigningKey()));
  const subject = "printwarden.v1.s1.d1.p1.decision";
  await at.desk.take({ subject, bytes: new Uint8Array([1, 2]), signature: "" });
  assert.equal(at.done, []);
  assert.equal(at.outcomes.map(({ result, lasting }) => [result, lasting]), [
    ["refused", false],
    ["refused", false],
  ]);
  assert.is(at.outcomes[1]?.decisionId, "unreadable");
  assert.is(at.desk.refusedOf("p1"), 2);
  at.store.close();
});

desk("never learns from an incident, whatever the message asks", async () => {
  const at = await open();
  const learn = { mode: "yes" } as const;
  await at.desk.take(await claimed(decision({ learn }), at.key));
  await at.desk.take(
    await claimed(decision({ learn, determination: "expected", response: "none" }), at.key),
  );
  assert.equal(at.lessons.map((lesson) => lesson.learn.mode), ["no", "yes"]);
  // An attack that an expert marks trains the networks, but is never learnt as harmless.
  assert.equal(at.labels, ["threat", "expected"]);
  at.store.close();
});

desk("lets the job go on when it turns out to have been expected", async () => {
  const at = await open();
  await at.desk.take(await claimed(decision(), at.key));
  await at.desk.take(
    await claimed(decision({ determination: "expected", response: "none" }), at.key),
  );
  assert.equal(at.done, ["pause", "resume"]);
  at.store.close();
});

const RIVALS: [title: string, chain: [of: string, follows?: string | null][], taken: string][] = [
  ["of two that each take nobody's place, the first is applied", [["a", null], ["b", null]], "a"],
  ["one that takes the last one's place is applied", [["a", null], ["b", "a"], ["c", "b"]], "abc"],
  [
    "of two that take the same one's place, the first is",
    [["a", null], ["b", "a"], ["c", "a"]],
    "ab",
  ],
  ["one that takes the place of what was never applied here is", [["a", null], ["c", "b"]], "ac"],
  ["one that doesn't say is, as from an older aggregator", [["a", null], ["b"], ["c"]], "abc"],
];
for (const [title, chain, taken] of RIVALS) {
  desk(`of a case: ${title}`, async () => {
    const at = await open();
    const caseId = crypto.randomUUID();
    const made = new Map(["a", "b", "c"].map((name) => [name, decision({ caseId })]));
    for (const [of, follows] of chain) {
      const before = typeof follows === "string" ? made.get(follows)!.id : follows;
      await at.desk.take(await claimed(made.get(of)!, at.key, {}, before));
    }
    const applied = at.outcomes.filter(({ result }) => result === "applied");
    const names = applied.map(({ decisionId }) =>
      [...made].find(([, { id }]) => id === decisionId)![0]
    );
    assert.is(names.join(""), taken);
    const refused = at.outcomes.filter(({ result }) => result === "refused");
    assert.is(refused.length, chain.length - taken.length);
    for (const { detail, lasting } of refused) {
      assert.match(detail, "which was taken for this case before");
      assert.ok(lasting, "a word that was signed is owed an answer");
    }
    at.store.close();
  });
}

desk("a rival that comes again after a restart is refused again, the other isn't", async () => {
  const caseId = crypto.randomUUID();
  const [one, two] = [decision({ caseId }), decision({ caseId })];
  const first = await open();
  await first.desk.take(await claimed(one, first.key, {}, null));
  first.store.close();
  const second = await open();
  await second.desk.take(await claimed(two, second.key, {}, null));
  await second.desk.take(await claimed(one, second.key, {}, null));
  assert.equal(second.outcomes.map(({ decisionId, result }) => [decisionId, result]), [
    [two.id, "refused"],
  ]);
  assert.equal(second.done, []);
  second.store.close();
});

/** A desk whose disk takes nothing any more. */
async function full() {
  const at = await open();
  withPageLimit(at.store, 1);
  for (const chars of [1000, 300, 1]) {
    for (let taken = true; taken;) {
      const filler = decision({ reason: "x".repeat(chars), response: "none" });
      taken = await at.desk.take(await claimed(filler, at.key)).then(() => true, () => false);
    }
  }
  return at;
}

desk("throws when it can't write a decision down, so that it comes again", async () => {
  const at = await full();
  const expected = decision({ determination: "expected", response: "none" });
  const lessons = at.lessons.length;
  await rejects(at.desk.take(await claimed(expected, at.key)));
  assert.is(at.lessons.length, lessons, "and nothing of it is applied before");
  at.store.close();
});

desk("a full disk doesn't keep a pause from the printer, which is asked for it once", async () => {
  const at = await full();
  const message = await claimed(decision(), at.key);
  await rejects(at.desk.take(message));
  await rejects(at.desk.take(message));
  assert.equal(at.done, ["pause"]);
  withPageLimit(at.store, 100_000);
  await at.desk.take(message);
  assert.equal(at.done, ["pause"]);
  assert.is(at.outcomes.at(-1)?.result, "applied");
  at.store.close();
});

async function rejects(taken: Promise<void>): Promise<void> {
  assert.is(await taken.then(() => "taken", () => "threw"), "threw");
}
desk.run();
