import { base64url, FlattenedSign, importJWK, type JWK } from "jose";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  makeSigningKey,
  SIGNATURE_HEADER,
  signDetached,
  type SigningKey,
  verifyDetached,
} from "../../shared/signing.ts";

const signing = suite("detached signatures");
const body = new TextEncoder().encode('{"a": 1}');
const key = await makeSigningKey();
const other = await makeSigningKey();
const pinned = new Map([[key.kid, key.publicJwk]]);
const signature = await signDetached(body, key);

async function issueOf(over: Uint8Array, claimed: string, keys = pinned): Promise<string> {
  const checked = await verifyDetached(over, claimed, keys);
  assert.not.ok(checked.ok, "a refusal was expected");
  return checked.ok ? "" : checked.issue;
}

/** `header..signature` with a header of one's own over the same body. */
async function signedWith(header: Record<string, unknown>, by: SigningKey): Promise<string> {
  const jws = await new FlattenedSign(body)
    .setProtectedHeader(header as { alg: string })
    .sign(await importJWK(by.privateJwk, "EdDSA"));
  return `${jws.protected}..${jws.signature}`;
}

signing("verify with the pinned key and name it", async () => {
  assert.equal(await verifyDetached(body, signature, pinned), { ok: true, value: key.kid });
});

signing("name the key that signed among several", async () => {
  const both = new Map([[other.kid, other.publicJwk], [key.kid, key.publicJwk]]);
  const byOther = await signDetached(body, other);
  assert.equal(await verifyDetached(body, byOther, both), { ok: true, value: other.kid });
});

signing("leave the body where it is: nothing between the dots", () => {
  const parts = signature.split(".");
  assert.is(parts.length, 3);
  assert.is(parts[1], "");
  assert.equal(JSON.parse(new TextDecoder().decode(base64url.decode(parts[0]!))), {
    alg: "EdDSA",
    kid: key.kid,
  });
  assert.is(SIGNATURE_HEADER, "Printwarden-Signature");
});

signing("of the same body by the same key are the same", async () => {
  assert.is(await signDetached(body, key), signature);
});

signing("hold for an empty body and for one with any byte in it", async () => {
  for (const any of [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, i) => i)]) {
    assert.ok((await verifyDetached(any, await signDetached(any, key), pinned)).ok);
  }
});

signing("break with every single bit of the body", async () => {
  for (let bit = 0; bit < body.length * 8; bit++) {
    const altered = body.slice();
    altered[bit >> 3]! ^= 1 << (bit & 7);
    await issueOf(altered, signature);
  }
});

signing("break when the body is cut, lengthened or empty", async () => {
  await issueOf(body.slice(1), signature);
  await issueOf(body.slice(0, -1), signature);
  await issueOf(new Uint8Array([...body, 32]), signature);
  await issueOf(new Uint8Array(), signature);
});

signing("break with every byte of the signature", async () => {
  const [header, , mac] = signature.split(".");
  const bytes = base64url.decode(mac!);
  for (let i = 0; i < bytes.length; i++) {
    const altered = bytes.slice();
    altered[i]! ^= 0x10;
    await issueOf(body, `${header}..${base64url.encode(altered)}`);
  }
});

signing("by a key that isn't pinned are refused with its id", async () => {
  assert.match(
    await issueOf(body, await signDetached(body, other)),
    `key '${other.kid}' is not pinned here`,
  );
  assert.match(await issueOf(body, signature, new Map()), "is not pinned here");
});

signing("that claim a pinned key's id without having the key are refused", async () => {
  const posing = await signedWith({ alg: "EdDSA", kid: key.kid }, other);
  await issueOf(body, posing);
  await issueOf(body, signature, new Map([[key.kid, other.publicJwk]]));
});

signing("that bring their own key in the header are refused", async () => {
  const bringing = await signedWith({ alg: "EdDSA", jwk: other.publicJwk }, other);
  await issueOf(body, bringing);
  const both = await signedWith({ alg: "EdDSA", kid: key.kid, jwk: other.publicJwk }, other);
  await issueOf(body, both);
});

signing("without a key id are refused, also where a key with an empty id is pinned", async () => {
  assert.match(await issueOf(body, await signedWith({ alg: "EdDSA" }, key)), "not pinned");
});

signing("by another algorithm are refused, 'none' and a shared secret among them", async () => {
  const header = (value: unknown) => base64url.encode(JSON.stringify(value));
  const kid = key.kid;
  for (const alg of ["none", "HS256", "RS256", "ES256", "", null, 7]) {
    await issueOf(body, `${header({ alg, kid })}..${base64url.encode(new Uint8Array(64))}`);
  }
  const secret = new TextEncoder().encode(key.publicJwk.x!);
  const hmac = await new FlattenedSign(body).setProtectedHeader({ alg: "HS256", kid }).sign(secret);
  await issueOf(body, `${hmac.protected}..${hmac.signature}`);
});

signing("with an extension that nobody here understands are refused", async () => {
  const header = base64url.encode(JSON.stringify({ alg: "EdDSA", kid: key.kid, crit: ["exp"] }));
  await issueOf(body, `${header}..${signature.split("..")[1]}`);
});

const [HEADER, MAC] = signature.split("..") as [string, string];
const MALFORMED = [
  "",
  ".",
  "..",
  "...",
  "a.b.c",
  "x..y",
  `${HEADER}..`,
  `..${MAC}`,
  `${HEADER}.${MAC}`,
  `${HEADER}...${MAC}`,
  `${signature}.`,
  `${signature}.x`,
  `${HEADER}.${base64url.encode(body)}.${MAC}`,
  `${HEADER}..${MAC}=`,
  `${HEADER}..${MAC} `,
  ` ${signature}`,
  `${HEADER}..${MAC.slice(0, -2)}`,
  `!!!..${MAC}`,
  `${base64url.encode("[]")}..${MAC}`,
  `${base64url.encode("null")}..${MAC}`,
  `${base64url.encode("{")}..${MAC}`,
  "é..ü",
  "\u0000..\u0000",
];

for (const bad of MALFORMED) {
  signing(`refuse what is no signature: ${JSON.stringify(bad).slice(0, 32)}`, async () => {
    const issue = await issueOf(body, bad);
    assert.match(issue, /^Cannot verify a signature: /);
    assert.not.match(issue, /\.$/);
  });
}

signing("are refused, not thrown about, when a pinned key is broken", async () => {
  const broken: JWK[] = [{}, { kty: "OKP" }, { kty: "OKP", crv: "Ed25519", x: "short" }];
  for (const jwk of broken) await issueOf(body, signature, new Map([[key.kid, jwk]]));
});

signing("come from keys of which no two are alike, named by their public half", () => {
  assert.not.equal(key.kid, other.kid);
  assert.match(key.kid, /^[A-Za-z0-9_-]{43}$/);
  assert.is(key.publicJwk.crv, "Ed25519");
  assert.not.ok("d" in key.publicJwk);
  assert.ok(key.privateJwk.d);
});

signing.run();
