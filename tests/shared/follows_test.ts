import { suite } from "uvu";
import * as assert from "uvu/assert";
import { followsClaim, followsOf } from "../../shared/follows.ts";
import { makeSigningKey, signDetached, verifyDetached } from "../../shared/signing.ts";

const follows = suite("the decision that another takes the place of");
const body = new TextEncoder().encode("{}");
const key = await makeSigningKey();
const pinned = new Map([[key.kid, key.publicJwk]]);
const BEFORE = crypto.randomUUID();
const signed = (claims: Record<string, unknown>) => signDetached(body, key, claims);

follows("is signed along, and read again", async () => {
  for (const one of [BEFORE, null, undefined]) {
    const signature = await signed(followsClaim(one));
    assert.ok((await verifyDetached(body, signature, pinned)).ok);
    assert.is(followsOf(signature), one);
  }
});

follows("can't be changed without the key", async () => {
  const [, mac] = (await signed(followsClaim(BEFORE))).split("..");
  const [header] = (await signed(followsClaim(null))).split("..");
  assert.not.ok((await verifyDetached(body, `${header}..${mac}`, pinned)).ok);
});

follows("leaves the signature of what says nothing as it was", async () => {
  assert.is(await signed(followsClaim(undefined)), await signDetached(body, key));
});

follows("that is no decision's id says nothing", async () => {
  for (const wrong of ["x", 7, [BEFORE]]) {
    assert.is(followsOf(await signed({ "printwarden-follows": wrong })), undefined);
  }
});

follows.run();
