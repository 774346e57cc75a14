import fc from "fast-check";

/** How much is read or written at once; 0: nothing can be just now. */
export const amounts = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 12 });

/** Bytes in pieces of these sizes, over and over; none is empty. */
export function chunks(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    found.push(bytes.subarray(at, at + size));
    at += size;
  }
  return found;
}
