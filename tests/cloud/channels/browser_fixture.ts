/** A browser's half of web push by WebCrypto alone: the keys, and RFC 8291's decryption. */
export interface BrowserKeys {
  p256dh: string;
  auth: string;
  decrypt(body: Uint8Array<ArrayBuffer>): Promise<string>;
}

const text = new TextEncoder();
const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));

async function hkdf(salt: Uint8Array, secret: Uint8Array, info: Uint8Array, length: number) {
  const key = await crypto.subtle.importKey("raw", secret.slice(), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: salt.slice(), info: info.slice() };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
}

export async function browserKeys(): Promise<BrowserKeys> {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(curve, true, ["deriveBits"]) as CryptoKeyPair;
  const own = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const auth = crypto.getRandomValues(new Uint8Array(16));
  return {
    p256dh: base64url(own),
    auth: base64url(auth),
    async decrypt(body) {
      // RFC 8188: salt, record size, length of the key's id, the key itself, then the record.
      const salt = body.slice(0, 16);
      const idEnd = 21 + body[20]!;
      const theirs = body.slice(21, idEnd);
      const their = await crypto.subtle.importKey("raw", theirs, curve, false, []);
      const agreed = { name: "ECDH", public: their };
      const shared = new Uint8Array(
        await crypto.subtle.deriveBits(agreed, pair.privateKey, 256),
      );
      const info = joined(text.encode("WebPush: info\0"), own, theirs);
      const secret = await hkdf(auth, shared, info, 32);
      const key = await hkdf(salt, secret, text.encode("Content-Encoding: aes128gcm\0"), 16);
      const iv = await hkdf(salt, secret, text.encode("Content-Encoding: nonce\0"), 12);
      const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
      const record = body.slice(idEnd);
      const plain = new Uint8Array(
        await crypto.subtle.decrypt({ name: "AES-GCM", iv }, aes, record),
      );
      return new TextDecoder().decode(plain.slice(0, plain.lastIndexOf(2)));
    },
  };
}
