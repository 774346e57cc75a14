import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeSigningKey, signDetached, verifyDetached } from "../../shared/signing.ts";

const signing = suite("detached signatures");
const body = new TextEncoder().encode('{"a": 1}');

signing("verify with the pinned key and name it", async () => {
  const key = await makeSigningKey();
  const signature = await signDetached(body, key);
  const checked = await verifyDetached(body, signature, new Map([[key.kid, key.publicJwk]]));
  assert.equal(checked, { ok: true, value: key.kid });
});

signing("refuse another body, another key, and what is no signature", async () => {
  const key = await makeSigningKey();
  const other = await makeSigningKey();
  const pinned = new Map([[key.kid, key.publicJwk]]);
  const signature = await signDetached(body, key);
  assert.not.ok((await verifyDetached(body.slice(1), signature, pinned)).ok);
  assert.not.ok((await verifyDetached(body, await signDetached(body, other), pinned)).ok);
  const posing = new Map([[key.kid, other.publicJwk]]);
  assert.not.ok((await verifyDetached(body, signature, posing)).ok);
  for (const bad of ["", "a.b.c", "..", "x..y", signature + "."]) {
    assert.not.ok((await verifyDetached(body, bad, pinned)).ok, bad);
  }
});

signing.run();
