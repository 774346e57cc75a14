import { FINGERPRINT_BYTES } from "../../shared/manifest.ts";

/** The fingerprints of a job, by command: class and path, and the rest. */
export interface FingerprintList {
  hi: Uint16Array;
  lo: Uint32Array;
}

/** Collects fingerprints without knowing how many will come. */
export class FingerprintWriter {
  #bytes = new Uint8Array(FINGERPRINT_BYTES * 1024);
  #view = new DataView(this.#bytes.buffer);
  count = 0;

  add(hi: number, lo: number): void {
    const at = this.count * FINGERPRINT_BYTES;
    if (at === this.#bytes.length) this.#grow();
    this.#view.setUint16(at, hi);
    this.#view.setUint32(at + 2, lo);
    this.count++;
  }

  toBase64(): string {
    return this.#bytes.subarray(0, this.count * FINGERPRINT_BYTES).toBase64();
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Reads fingerprints back; `null` where the length doesn't fit the count. */
export function readFingerprints(base64: string, count: number): FingerprintList | null {
  const bytes = Uint8Array.fromBase64(base64);
  if (bytes.length !== count * FINGERPRINT_BYTES) return null;
  const view = new DataView(bytes.buffer);
  const hi = new Uint16Array(count), lo = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    hi[index] = view.getUint16(index * FINGERPRINT_BYTES);
    lo[index] = view.getUint32(index * FINGERPRINT_BYTES + 2);
  }
  return { hi, lo };
}
