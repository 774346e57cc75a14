import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BY_SITE_KEY, checkConfirmations } from "../../../edge/respond/confirmed.ts";
import { NO_EXPERTS, parseTrust } from "../../../edge/respond/trust.ts";
import { verifyDecision } from "../../../edge/respond/verify.ts";
import { encodeConfirmations, type ExpertClaims } from "../../../shared/expert.ts";
import { makeSigningKey } from "../../../shared/signing.ts";
import { type Bend, makeAuthenticator } from "../../authenticator.ts";
import { claimed, decision, NOW_MS, offset, trusted } from "./decisions_fixture.ts";
import { confirmationOf, expertOf, headerOf, ORIGIN, rooted } from "./confirmed_fixture.ts";

const check = suite("checkConfirmations");

for (const algorithm of ["ES256", "EdDSA", "RS256"] as const) {
  check(`believes an expert's ${algorithm} passkey that the pinned root vouches for`, async () => {
    const { root, roots } = await rooted();
    const expert = await expertOf(root, {}, await makeAuthenticator(ORIGIN, algorithm));
    const made = decision({ decidedBy: expert.personId });
    const header = await headerOf(confirmationOf(expert, made));
    const told = await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS);
    assert.equal(told, { ok: true, value: "confirmed by Mira" });
  });
}

check("of a hundred signatures each is believed, whatever the length of its integers", async () => {
  const { root, roots } = await rooted();
  const expert = await expertOf(root);
  for (let n = 0; n < 100; n++) {
    const made = decision({ decidedBy: expert.personId });
    const header = await headerOf(confirmationOf(expert, made));
    assert.ok((await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS)).ok);
  }
});

const BENDS: [string, Bend, RegExp][] = [
  ["another page", { origin: "https://evil.example" }, /a page of/],
  ["a page within another's", { crossOrigin: true }, /within another's/],
  ["another name", { rpId: "evil.example" }, /the name/],
  ["another challenge", { challenge: "A".repeat(43) }, /digest/],
  ["a registration", { type: "webauthn.create" }, /client data/],
  ["nobody's touch", { flags: 0x04 }, /touch/],
  ["an unverified person", { flags: 0x01 }, /verified person/],
];
for (const [what, bend, words] of BENDS) {
  check(`refuses a passkey's answer from ${what}`, async () => {
    const { root, roots } = await rooted();
    const expert = await expertOf(root);
    const made = decision({ decidedBy: expert.personId });
    const header = await headerOf(confirmationOf(expert, made, bend));
    const told = await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS);
    assert.not.ok(told.ok);
    if (!told.ok) assert.match(told.issue, words);
  });
}

const CLAIMS: [string, Partial<ExpertClaims>][] = [
  ["of another site", { site: "s2" }],
  ["of another passkey", { credentialId: "AAAA" }],
  ["that has ended", { untilWallTime: offset(-1000) }],
  ["that begins later", { fromWallTime: offset(60_000) }],
];
for (const [what, more] of CLAIMS) {
  check(`refuses a certificate ${what}`, async () => {
    const { root, roots } = await rooted();
    const expert = await expertOf(root, more);
    const made = decision({ decidedBy: expert.personId });
    const header = await headerOf(confirmationOf(expert, made));
    assert.not.ok((await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS)).ok);
  });
}

check(
  "refuses an expert whom another root vouches for, and one who vouches for himself",
  async () => {
    const { roots } = await rooted();
    const expert = await expertOf(await makeSigningKey());
    const made = decision({ decidedBy: expert.personId });
    const header = await headerOf(confirmationOf(expert, made));
    assert.not.ok((await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS)).ok);
  },
);

check("refuses what an expert confirmed if one field was changed since", async () => {
  const { root, roots } = await rooted();
  const expert = await expertOf(root);
  const made = decision({ decidedBy: expert.personId });
  const header = await headerOf(confirmationOf(expert, made));
  const changes = [
    { response: "stop" },
    { determination: "expected" },
    { reason: "it looks fine" },
    { learn: { mode: "yes" } },
    { learn: { mode: "until", untilWallTime: offset(1000) } },
    { target: { ...made.target, printer: "p2" } },
    { deviationIds: [crypto.randomUUID()] },
    { expiresWallTime: offset(7_200_000) },
    { decidedWallTime: offset(-2000) },
    { id: crypto.randomUUID() },
    { caseId: crypto.randomUUID() },
  ] as const;
  for (const change of changes) {
    const changed = { ...made, ...change } as typeof made;
    const told = await checkConfirmations(changed, header, { roots, required: 1 }, NOW_MS);
    assert.not.ok(told.ok, JSON.stringify(change));
  }
});

check("refuses, and survives, texts of a length that no bytes have", async () => {
  const { root, roots } = await rooted();
  const expert = await expertOf(root);
  const made = decision({ decidedBy: expert.personId });
  const confirmation = await confirmationOf(expert, made);
  for (const part of ["authenticatorData", "clientDataJSON", "signature"] as const) {
    const assertion = { ...confirmation.assertion, [part]: "AAAAA" };
    const header = encodeConfirmations([{ ...confirmation, assertion }]);
    const told = await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS);
    assert.not.ok(told.ok, part);
    if (!told.ok) assert.match(told.issue, "base64url was required");
  }
});

check("where two must confirm, one is too few, twice the same is one, two are enough", async () => {
  const { root, roots } = await rooted();
  const [mira, ada] = [await expertOf(root), await expertOf(root, { name: "Ada" })];
  const made = decision({ decidedBy: mira.personId });
  const both = { roots, required: 2 };
  const one = await headerOf(confirmationOf(mira, made));
  const twice = await headerOf(confirmationOf(mira, made), confirmationOf(mira, made));
  const two = await headerOf(confirmationOf(mira, made), confirmationOf(ada, made));
  assert.not.ok((await checkConfirmations(made, one, both, NOW_MS)).ok);
  assert.not.ok((await checkConfirmations(made, twice, both, NOW_MS)).ok);
  const told = await checkConfirmations(made, two, both, NOW_MS);
  assert.equal(told, { ok: true, value: "confirmed by Mira and Ada" });
});

check("somebody else's confirmation doesn't make the decider's", async () => {
  const { root, roots } = await rooted();
  const ada = await expertOf(root);
  const made = decision();
  const header = await headerOf(confirmationOf(ada, made));
  assert.not.ok((await checkConfirmations(made, header, { roots, required: 1 }, NOW_MS)).ok);
});

check("where nobody must confirm, the site's key is enough and that is told", async () => {
  const { roots } = await rooted();
  assert.equal(await checkConfirmations(decision(), "", NO_EXPERTS, NOW_MS), {
    ok: true,
    value: BY_SITE_KEY,
  });
  const expert = await expertOf(await makeSigningKey());
  const made = decision({ decidedBy: expert.personId });
  const header = await headerOf(confirmationOf(expert, made));
  const told = await checkConfirmations(made, header, { roots, required: 0 }, NOW_MS);
  assert.ok(told.ok && told.value.startsWith(BY_SITE_KEY) && told.value.includes("not pinned"));
});

check("a header that is none is refused where somebody must confirm", async () => {
  const { roots } = await rooted();
  for (const bad of ["", "x", "{}", btoa("{}"), btoa("[1]"), "A".repeat(30_000)]) {
    const told = await checkConfirmations(decision(), bad, { roots, required: 1 }, NOW_MS);
    assert.not.ok(told.ok, bad.slice(0, 20));
  }
});

check("a decision that the site's key signed is refused without its expert", async () => {
  const { key, keys } = await trusted();
  const { root, roots } = await rooted();
  const expert = await expertOf(root);
  const made = decision({ decidedBy: expert.personId });
  const context = {
    site: "s1",
    device: "d1",
    printers: new Set(["p1"]),
    keys,
    experts: { roots, required: 1 },
    nowMs: NOW_MS,
    clockQuality: "synced" as const,
  };
  const alone = await verifyDecision(await claimed(made, key), context);
  assert.not.ok(alone.ok);
  if (!alone.ok) assert.ok(alone.refusal.signed);
  const confirmations = await headerOf(confirmationOf(expert, made));
  const confirmed = await verifyDecision(await claimed(made, key, { confirmations }), context);
  assert.ok(confirmed.ok && confirmed.value.note.includes("confirmed by Mira"));
});

check("a trust file that requires experts needs a root", async () => {
  const { key } = await trusted();
  const keys = [{ ...key.publicJwk, kid: key.kid }];
  assert.not.ok(parseTrust(JSON.stringify({ keys, expertsRequired: 1 })).ok);
  assert.not.ok(parseTrust(JSON.stringify({ keys, roots: keys, expertsRequired: 3 })).ok);
  const read = parseTrust(JSON.stringify({ keys, roots: keys, expertsRequired: 2 }));
  assert.ok(read.ok && read.value.experts.required === 2);
});

check.run();
