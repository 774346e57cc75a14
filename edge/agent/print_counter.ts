import type { Prints, Wear } from "../../shared/print_account.ts";
import type { PrinterState } from "../../shared/presence.ts";
import type { AnalysisStatus } from "../finding.ts";
import type { PrintBook } from "./print_book.ts";
import { printsOf } from "./prints_told.ts";
import { stepPrintBook } from "./step_print_book.ts";
import { type SlicerWord, slicerWord } from "./slicer_word.ts";

/** A book in which nothing began or ended is kept so often: each writing wears the card. */
const KEEP_EVERY_MS = 300_000;

/** Counts one printer's prints and says, once a day, what its heaters need. */
export class PrintCounter {
  #slicer: SlicerWord | null = null;
  #atMs: number | null = null;
  #keptMs = -Infinity;
  #changed = false;
  #wearDay = "";
  #wear: Wear | undefined;

  constructor(private readonly book: PrintBook) {}

  /** Takes a line on its way to the printer. */
  takeLine(line: string): void {
    // Nearly every line is another one: don't search each.
    if (!line.includes("M73")) return;
    const word = slicerWord(line);
    if (word) this.#slicer = word;
  }

  /** Lets time pass; `nowMs` is monotonic, `wallMs` UTC. */
  step(state: PrinterState, status: AnalysisStatus, nowMs: number, wallMs: number): void {
    const dtS = this.#atMs === null ? 0 : (nowMs - this.#atMs) / 1000;
    this.#atMs = nowMs;
    const changed = stepPrintBook(this.book, {
      state,
      jobDigest: status.jobDigest,
      progress: status.progress ?? null,
      slicer: this.#slicer,
      dtS,
      wallMs,
      newId: crypto.randomUUID(),
    });
    // What comes before the first extrusion is the next print's.
    if (this.book.open !== null) this.#slicer = null;
    this.#changed ||= changed;
    this.#noteWear(status, wallMs);
  }

  #noteWear({ holds }: AnalysisStatus, wallMs: number): void {
    const day = new Date(wallMs).toISOString().slice(0, 10);
    if (!holds || (!holds.hotend && !holds.bed) || day === this.#wearDay) return;
    this.#wearDay = day;
    this.#wear = {
      day,
      hotendHoldDuty: share(holds.hotend?.still),
      hotendBlownDuty: share(holds.hotend?.blown),
      bedHoldDuty: share(holds.bed?.still),
    };
  }

  /** What presence says. */
  get report(): { prints: Prints; wear?: Wear } {
    const prints = printsOf(this.book);
    return this.#wear ? { prints, wear: this.#wear } : { prints };
  }

  /** The book as text if it is due to be kept, else null. */
  due(nowMs: number): string | null {
    if (!this.#changed && nowMs - this.#keptMs < KEEP_EVERY_MS) return null;
    this.#changed = false;
    this.#keptMs = nowMs;
    return JSON.stringify(this.book);
  }
}

function share(duty: number | undefined): number | null {
  if (duty === undefined || !Number.isFinite(duty) || duty < 0 || duty > 1) return null;
  return Math.round(duty * 1e4) / 1e4;
}
