import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nameKey } from "../../../cloud/auth/name_key.ts";
import { passwordIssue, passwords } from "../../../cloud/auth/passwords.ts";
import { PasswordHash } from "../../../cloud/auth/records.ts";
import {
  makeSecret,
  secretDigest,
  secretMatches,
  splitCredential,
} from "../../../cloud/auth/secrets.ts";
import { tryLimit } from "../../../cloud/auth/try_limit.ts";

const limit = suite("tryLimit");

limit("lets so many failures pass, then waits for the oldest to grow old", () => {
  const tries = tryLimit(3, 60);
  for (const atMs of [0, 10_000, 20_000]) {
    assert.is(tries.waitS("mira", atMs), 0);
    tries.failed("mira", atMs);
  }
  assert.is(tries.waitS("mira", 20_000), 40);
  assert.is(tries.waitS("ada", 20_000), 0);
  assert.is(tries.waitS("mira", 60_000), 0);
});

limit("forgets everything on success", () => {
  const tries = tryLimit(1, 60);
  tries.failed("mira", 0);
  assert.is(tries.waitS("mira", 0), 60);
  tries.succeeded("mira");
  assert.is(tries.waitS("mira", 0), 0);
});

limit("stays bounded, whoever tries", () => {
  const tries = tryLimit(1, 60);
  for (let n = 0; n < 10_001; n++) tries.failed(`stranger ${n}`, 0);
  assert.is(tries.waitS("stranger 0", 0), 0, "the oldest made room");
  assert.is(tries.waitS("stranger 10000", 0), 60);
});

limit.run();

const secrets = suite("secrets");

secrets("are long, each another one, and kept as a digest", () => {
  const [a, b] = [makeSecret(), makeSecret()];
  assert.is.not(a, b);
  assert.ok(a.length >= 43);
  assert.ok(secretMatches(a, secretDigest(a)));
  assert.not(secretMatches(b, secretDigest(a)));
  assert.not(secretMatches(a, "short"));
});

secrets("a credential is an id and a secret, nothing else", () => {
  const id = crypto.randomUUID();
  const secret = makeSecret();
  assert.equal(splitCredential(`${id}.${secret}`), { id, secret });
  for (const bad of ["", ".", id, `${id}.`, `${id}.x`, `${id} ${secret}`, `x.${secret}`]) {
    assert.is(splitCredential(bad), null, bad);
  }
});

secrets.run();

const hashing = suite("passwords");

hashing("are hashed by scrypt with 64 MiB and a salt of their own", async () => {
  const keeper = passwords();
  const [a, b] = await Promise.all([
    keeper.hash("one long secret"),
    keeper.hash("one long secret"),
  ]);
  assert.ok(a.ok && b.ok);
  if (!a.ok || !b.ok) return;
  assert.ok(PasswordHash.safeParse(a.value).success);
  assert.ok(a.value.costN * a.value.blockSize * 128 >= 64 * 1024 * 1024);
  assert.is.not(a.value.saltBase64, b.value.saltBase64);
  assert.is.not(a.value.hashBase64, b.value.hashBase64);
  assert.equal(await keeper.matches("one long secret", a.value), { ok: true, value: true });
  assert.equal(await keeper.matches("one long secreT", a.value), { ok: true, value: false });
  assert.equal(await keeper.matches("one long secret", null), { ok: true, value: false });
});

hashing("more than can be borne at once are refused", async () => {
  const keeper = passwords(1024);
  const all = await Promise.all(Array.from({ length: 60 }, () => keeper.matches("x", null)));
  assert.ok(all.some((one) => !one.ok));
  assert.ok(all.some((one) => one.ok));
  assert.ok((await keeper.matches("x", null)).ok, "and later it works again");
});

hashing("the same text typed on another keyboard is the same password", async () => {
  const keeper = passwords();
  const hash = await keeper.hash("Schlüssel am Haken".normalize("NFD"));
  assert.ok(hash.ok);
  if (!hash.ok) return;
  const typed = await keeper.matches("Schlüssel am Haken".normalize("NFC"), hash.value);
  assert.equal(typed, { ok: true, value: true });
});

for (
  const [password, name, good] of [
    ["short", "Mira", false],
    ["x".repeat(257), "Mira", false],
    ["abababababab", "Mira", false],
    ["my name is Mira", "Mira", false],
    ["a quiet night", "Mira", true],
    ["ten 🙂🙂🙂 emoji", "Mira", true],
  ] as [string, string, boolean][]
) {
  hashing(`${JSON.stringify(password.slice(0, 20))} is ${good ? "good" : "refused"}`, () => {
    assert.is(passwordIssue(password, name) === null, good);
  });
}

hashing("names compare without regard to case, width or space around them", () => {
  assert.is(nameKey(" Mira "), nameKey("mira"));
  assert.is(nameKey("Ｍira"), nameKey("mira"));
  assert.is.not(nameKey("mira"), nameKey("mirà"));
});

hashing.run();
