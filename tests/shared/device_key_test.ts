import { Buffer } from "node:buffer";
import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { devicePublicJwk, deviceSigningKey } from "../../shared/device_key.ts";
import { signDetached, verifyDetached } from "../../shared/signing.ts";

const keys = suite("a device's nkey as a signing key");
const bytes = new TextEncoder().encode('{"a":"ä"}');

function newDevice() {
  const pair = nkeys.createUser();
  return { pair, seed: new TextDecoder().decode(pair.getSeed()), name: pair.getPublicKey() };
}

keys("what it signs is what the nkey itself would sign", async () => {
  const { pair, seed, name } = newDevice();
  const jws = await signDetached(bytes, deviceSigningKey(seed, name));
  const [header, mac] = jws.split("..") as [string, string];
  const input = new TextEncoder().encode(`${header}.${Buffer.from(bytes).toString("base64url")}`);
  assert.ok(pair.verify(input, new Uint8Array(Buffer.from(mac, "base64url"))));
});

keys("its public half checks it, another device's doesn't", async () => {
  const [mine, other] = [newDevice(), newDevice()];
  const jws = await signDetached(bytes, deviceSigningKey(mine.seed, mine.name));
  const pinned = new Map([[mine.name, devicePublicJwk(mine.name)]]);
  assert.equal(await verifyDetached(bytes, jws, pinned), { ok: true, value: mine.name });
  const wrong = new Map([[mine.name, devicePublicJwk(other.name)]]);
  assert.not.ok((await verifyDetached(bytes, jws, wrong)).ok);
});

keys("anything else is no key", () => {
  const { seed, name } = newDevice();
  for (const bad of ["", "U", name.slice(1), name.toLowerCase(), `${name}A`, `A${name.slice(1)}`]) {
    assert.throws(() => devicePublicJwk(bad), /public nkey/);
    assert.throws(() => deviceSigningKey(seed, bad), /public nkey/);
  }
  for (const bad of ["", seed.slice(1), name, `${seed}A`]) {
    assert.throws(() => deviceSigningKey(bad, name), /nkey seed/);
  }
});

keys.run();
