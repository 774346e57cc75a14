import { drawPrinter } from "./printer/draw/draw_printer.ts";
import { Random } from "./printer/random.ts";
import { makeInjection } from "./printer/scenario/draw_injection.ts";
import { simulate } from "./printer/simulate.ts";

/** The part that is printed. */
export const RECORDED_PART = new URL("./parts/gear-prusaslicer.gcode", import.meta.url).pathname;

export interface RecordWish {
  /** Draws the printer; the same printer with another `run` makes other noise. */
  printer: number;
  run: number;
  injections?: { id: string; atS: number; forS: number; size: number }[];
}

/** One row of a transcript. */
export interface TranscriptRow {
  t: number;
  dir: ">" | "<";
  line: string;
}

/** A print of nine minutes on the virtual printer, as a transcript of its serial line. */
export function* recordedPrint(wish: RecordWish): Generator<TranscriptRow> {
  const { printer, run, injections = [] } = wish;
  const gcode = Deno.readTextFileSync(RECORDED_PART);
  const random = new Random(run, "record");
  const made = injections.map((injection) => makeInjection(injection, random));
  const options = { seed: run, printer: drawPrinter(printer), gcode, injections: made };
  for (const seen of simulate(options)) {
    if (seen.type !== "sent" && seen.type !== "received") continue;
    const t = Math.round(seen.eventTimeS * 1e4) / 1e4;
    yield { t, dir: seen.type === "sent" ? ">" : "<", line: seen.line };
  }
}

/** Rows as the lines of a transcript file, `shiftS` later. */
export function transcriptText(rows: Iterable<TranscriptRow>, shiftS = 0): string {
  let text = "";
  for (const { t, dir, line } of rows) {
    text += `${JSON.stringify({ t: Math.round((t + shiftS) * 1e4) / 1e4, dir, line })}\n`;
  }
  return text;
}

/**
 * Writes a transcript of at least so many bytes: the same print again and again.
 *
 * @returns how many bytes it has become
 */
export async function writeLongTranscript(path: string, bytesMin: number): Promise<number> {
  const rows = [...recordedPrint({ printer: 7, run: 8 })];
  // An hour between two prints: the heaters have cooled down.
  const printS = rows.at(-1)!.t + 3600;
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const writer = file.writable.getWriter();
  let bytes = 0;
  for (let print = 0; bytes < bytesMin; print++) {
    const text = new TextEncoder().encode(transcriptText(rows, print * printS));
    await writer.write(text);
    bytes += text.length;
  }
  await writer.close();
  return bytes;
}
