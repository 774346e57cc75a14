import { reasonOf } from "../../../shared/reason.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";
import type { Observation, Source } from "../observation.ts";
import { TextLines } from "./text_lines.ts";
import { LogClock, type Placed } from "./log_clock.ts";
import type { LogFormat, LogReader, LogRow } from "./log_format.ts";
import { HEAD_BYTES, recognise } from "./recognise.ts";

const CHUNK_BYTES = 65_536;
const SHOWN_CHARS = 80;

/** What was read of a log so far. */
export interface LogCounts {
  bytes: number;
  lines: number;
  /** Lines that said something. */
  rows: number;
  broken: number;
  /** The first broken line, 1-based, and what it held. */
  firstBroken: { line: number; text: string } | null;
  /** The file ends in the middle of a line that can't be read. */
  cutOff: boolean;
}

/** What a chunk of the file holds: `lines[i]` is the line, 1-based, that told `observations[i]`. */
export interface LogBatch {
  observations: Observation[];
  lines: number[];
}

/** A recorded log on disk as a source of observations, read once from start to end. */
export class LogFile implements Source {
  readonly counts: LogCounts = {
    bytes: 0,
    lines: 0,
    rows: 0,
    broken: 0,
    firstBroken: null,
    cutOff: false,
  };
  readonly #clock = new LogClock();
  readonly #splitter = new TextLines();
  /** A row whose time is unlikely until the next one bears it out. */
  #held: { row: LogRow; line: number; text: string } | null = null;

  #tickS: number | null = null;

  private constructor(
    readonly path: string,
    readonly sizeBytes: number,
    readonly format: LogFormat,
    private readonly reader: LogReader,
  ) {}

  /** Opens a log of any known format; anything else is refused with what it looks like. */
  static async open(path: string): Promise<Result<LogFile>> {
    const cannot = (issue: string) => refused(`Cannot replay '${path}': ${issue}`);
    const head = await readHead(path);
    if (!head.ok) return cannot(head.issue);
    const known = recognise(head.value.bytes);
    if (!known.ok) return cannot(known.issue);
    const { format } = known.value;
    const reader = format.open(known.value.head);
    if (!reader.ok) return cannot(reader.issue);
    return ok(new LogFile(path, head.value.sizeBytes, format, reader.value));
  }

  /** Seconds that the log covers, without its gaps. */
  get coveredS(): number {
    return this.#clock.coveredS;
  }

  /** A moment of the stream in the log's own time, s. */
  ownTimeS(eventTimeS: number): number {
    return this.#clock.ownTimeS(eventTimeS);
  }

  /** A moment of the stream as the log's lines write it; null where they write seconds. */
  clockText(eventTimeS: number): string | null {
    return this.reader.clockText(this.ownTimeS(eventTimeS));
  }

  /** What was seen and left out, in sentences. */
  notes(): string[] {
    return this.reader.notes();
  }

  async *observations(signal: AbortSignal): AsyncIterable<Observation> {
    for await (const { observations } of this.batches(signal)) yield* observations;
  }

  /** The same, a chunk of the file at a time: far fewer turns of the event loop. */
  async *batches(signal: AbortSignal): AsyncIterable<LogBatch> {
    using file = await Deno.open(this.path);
    const chunk = new Uint8Array(CHUNK_BYTES);
    while (!signal.aborted) {
      const length = await file.read(chunk);
      if (length === null) break;
      this.counts.bytes += length;
      const found: LogBatch = { observations: [], lines: [] };
      for (const line of this.#splitter.push(chunk.subarray(0, length))) this.#line(line, found);
      yield found;
    }
    yield this.#end();
  }

  #line(line: string, found: LogBatch): void {
    this.counts.lines++;
    const row = this.reader.read(this.#afterZeros(line));
    if (row === null) this.#noteBroken(this.counts.lines, line);
    else if (row !== "nothing") this.#row(row, line, found);
  }

  /** A power cut leaves runs of zero bytes in a log; what follows them is a line again. */
  #afterZeros(line: string): string {
    const zero = line.lastIndexOf("\0");
    if (zero < 0) return line;
    this.#noteBroken(this.counts.lines, line);
    return line.slice(zero + 1);
  }

  #noteBroken(line: number, text: string): void {
    this.counts.broken++;
    this.counts.firstBroken ??= { line, text: text.slice(0, SHOWN_CHARS) };
  }

  #row(row: LogRow, text: string, found: LogBatch): void {
    const held = this.#held;
    this.#held = null;
    if (held) {
      if (this.#clock.bearsOut(row.timeS, held.row.timeS)) this.#place(held.row, found);
      else this.#noteBroken(held.line, held.text);
    }
    if (this.#clock.isLikely(row.timeS)) this.#place(row, found);
    else this.#held = { row, line: this.counts.lines, text };
  }

  #place(row: LogRow, found: LogBatch): void {
    this.counts.rows++;
    const { observations } = found;
    const placed = this.#clock.place(row.timeS);
    if (placed.gapSinceS !== null) observations.push(gap(placed, placed.gapSinceS));
    if (this.format.hasCommands) this.#tick(placed, observations);
    for (const entry of row.entries) {
      observations.push({ ...entry, eventTimeS: placed.eventTimeS });
    }
    while (found.lines.length < observations.length) found.lines.push(this.counts.lines);
  }

  /** Passes the seconds in which the line was silent, as a tap does: silence may mean something. */
  #tick({ eventTimeS, gapSinceS }: Placed, observations: Observation[]): void {
    let tickS = gapSinceS === null ? this.#tickS ?? eventTimeS : eventTimeS;
    while (tickS + 1 <= eventTimeS) observations.push({ type: "tick", eventTimeS: ++tickS });
    this.#tickS = tickS;
  }

  #end(): LogBatch {
    const found: LogBatch = { observations: [], lines: [] };
    const rest = this.#splitter.end();
    if (rest !== null) {
      const { broken, firstBroken } = this.counts;
      this.#line(rest, found);
      // A log that somebody is still writing, or that was cut, ends anywhere.
      if (this.counts.broken > broken) {
        Object.assign(this.counts, { broken, firstBroken, cutOff: true });
      }
    }
    if (this.#held) this.#place(this.#held.row, found);
    this.counts.broken += this.#splitter.overlong;
    return found;
  }
}

function gap({ eventTimeS }: Placed, sinceS: number): Observation {
  const reason = "the log goes on at another time";
  return { type: "gap", eventTimeS, sinceS, missedFrames: 0, reason };
}

async function readHead(path: string): Promise<Result<{ bytes: Uint8Array; sizeBytes: number }>> {
  try {
    const { isFile, isDirectory, size } = await Deno.stat(path);
    if (!isFile) return refused(`a file was required, got ${isDirectory ? "a folder" : "none"}`);
    using file = await Deno.open(path);
    const bytes = new Uint8Array(Math.min(HEAD_BYTES, size));
    let length = 0;
    for (let more: number | null = 0; more !== null && length < bytes.length; length += more ?? 0) {
      more = await file.read(bytes.subarray(length));
    }
    return ok({ bytes: bytes.subarray(0, length), sizeBytes: size });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return refused("a file was required, there is none");
    const reason = reasonOf(error);
    return refused(`a readable file was required, got: ${reason}`);
  }
}
