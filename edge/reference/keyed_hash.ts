/** Two words that key every fingerprint of a manifest. */
export interface HashKey {
  a: number;
  b: number;
}

/** The key from a manifest's salt (hexadecimal); only its first eight bytes are used here. */
export function hashKey(salt: string): HashKey {
  return { a: parseInt(salt.slice(0, 8), 16) | 0, b: parseInt(salt.slice(8, 16), 16) | 0 };
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** Mixes one word into a running hash: one round of MurmurHash3 (Austin Appleby, public domain). */
export function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** Mixes a number's exact value into a running hash; −0 counts as 0. */
export function mixNumber(hash: number, value: number): number {
  float[0] = value + 0;
  return mixWord(mixWord(hash, words[0]!), words[1]!);
}

/** Ends a running hash: 32 well-mixed bits, unsigned. */
export function endHash(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 bits over a text. */
export function hashText(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = mixWord(hash, text.charCodeAt(at));
  return endHash(mixWord(hash, text.length));
}
