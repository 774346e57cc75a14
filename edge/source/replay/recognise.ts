import { refused, type Result } from "../../../shared/result.ts";
import { HEATER_CSV } from "./heater_csv.ts";
import { KLIPPY_LOG } from "./klippy_log.ts";
import type { LogFormat } from "./log_format.ts";
import { OCTOPRINT_LOG } from "./octoprint_log.ts";
import { TRANSCRIPT } from "./transcript.ts";
import { binaryIssue, likenessOf } from "./unreadable.ts";

/** A file's kind is told from so many bytes of its start. */
export const HEAD_BYTES = 262_144;

/** The logs that can be replayed; the strictest is asked first. */
const FORMATS: readonly LogFormat[] = [TRANSCRIPT, OCTOPRINT_LOG, HEATER_CSV, KLIPPY_LOG];

const READABLE = "a transcript (JSON lines), an OctoPrint serial.log, a klippy.log or a heater CSV";

/**
 * Tells a log's format from the file's first bytes; a file of another kind is refused with what it
 * looks like.
 *
 * @param bytes up to `HEAD_BYTES` from the file's start
 */
export function recognise(bytes: Uint8Array): Result<{ format: LogFormat; head: string[] }> {
  const got = (what: string) => refused(`${READABLE} was required, got ${what}`);
  if (bytes.length === 0) return got("an empty file");
  const binary = binaryIssue(bytes);
  if (binary !== null) return got(binary);
  const head = new TextDecoder().decode(bytes).split(/\r?\n/);
  const format = FORMATS.find((one) => one.recognises(head));
  if (format) return { ok: true, value: { format, head } };
  return got(likenessOf(head));
}
