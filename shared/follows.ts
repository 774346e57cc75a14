import { decodeProtectedHeader } from "jose";
import { z } from "zod";
import { Uuid } from "./ids.ts";

/** The name in the signature's protected header. */
const CLAIM = "printwarden-follows";
const Follows = z.object({ [CLAIM]: Uuid.nullable() });

/**
 * What is signed along with a decision: the one of its case that it takes the place of, as whoever
 * made it knew the case; null for the first. It stands in the signature's header, since guards that
 * don't know it yet refuse a decision with another field, and pass over another claim.
 */
export function followsClaim(follows: string | null | undefined): Record<string, unknown> {
  return follows === undefined ? {} : { [CLAIM]: follows };
}

/**
 * Reads that of a signature that was checked; undefined where it says nothing.
 *
 * @param signature `header..signature`
 */
export function followsOf(signature: string): string | null | undefined {
  const read = Follows.safeParse(decodeProtectedHeader(signature));
  return read.success ? read.data[CLAIM] : undefined;
}
