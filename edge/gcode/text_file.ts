import { ok, refused, type Result } from "../../shared/result.ts";

/** So many bytes of a file's start are enough to tell text from the rest. */
export const HEAD_BYTES = 4096;

/**
 * Tells from a file's first bytes whether it is G-code as text; a binary file gets a sentence
 * that says how to export text.
 */
export function checkTextHead(head: Uint8Array): Result<null> {
  if (startsWith(head, "GCDE")) {
    return refused(
      "Cannot read binary G-code (.bgcode): text G-code was required; in PrusaSlicer turn off " +
        "Configuration > Preferences > Other > 'Use binary G-code when the printer supports it' " +
        "and export again, or convert the file with File > Convert",
    );
  }
  if (startsWith(head, "PK\x03\x04")) {
    return refused(
      "Cannot read a zip container (.3mf, .gcode.3mf): text G-code was required; export plain " +
        "G-code from the slicer",
    );
  }
  const zeros = head.subarray(0, HEAD_BYTES).indexOf(0);
  if (zeros >= 0) {
    return refused(
      `Cannot read G-code: text was required, got a zero byte at offset ${zeros}`,
    );
  }
  return ok(null);
}

function startsWith(head: Uint8Array, magic: string): boolean {
  if (head.length < magic.length) return false;
  for (let at = 0; at < magic.length; at++) {
    if (head[at] !== magic.charCodeAt(at)) return false;
  }
  return true;
}
