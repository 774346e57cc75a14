import type { HeaterName } from "../../twin/thermal/parameters.ts";

/** A log of any length is drawn with no more columns than this. */
export const COLUMNS_MAX = 1200;

/** What one heater did during one column's time; null while nothing was heard. */
export interface Column {
  lowC: number;
  highC: number;
  sumC: number;
  count: number;
  targetC: number | null;
}

/**
 * One heater's temperatures over a whole log, in bounded memory: when the columns are full, each
 * two become one that covers twice the time.
 */
export class HeaterOverview {
  readonly columns: (Column | null)[] = [];
  columnS = 1;
  #startS: number | null;

  /** @param startS the moment that column 0 begins at; null: the first reading's */
  constructor(readonly heater: HeaterName, startS: number | null = null) {
    this.#startS = startS;
  }

  get startS(): number {
    return this.#startS ?? 0;
  }

  /** Takes one reading; times don't run backwards. Mutates the overview. */
  note(eventTimeS: number, measuredC: number, targetC: number | null): void {
    this.#startS ??= eventTimeS;
    let at = this.#columnAt(eventTimeS);
    while (at >= COLUMNS_MAX) {
      this.#halve();
      at = this.#columnAt(eventTimeS);
    }
    while (this.columns.length <= at) this.columns.push(null);
    const column = { lowC: measuredC, highC: measuredC, sumC: measuredC, count: 1, targetC };
    this.columns[at] = merged(this.columns[at] ?? null, column);
  }

  #columnAt(eventTimeS: number): number {
    return Math.max(0, Math.floor((eventTimeS - this.startS) / this.columnS));
  }

  #halve(): void {
    const { columns } = this;
    const half = Math.ceil(columns.length / 2);
    for (let at = 0; at < half; at++) {
      columns[at] = merged(columns[2 * at] ?? null, columns[2 * at + 1] ?? null);
    }
    columns.length = half;
    this.columnS *= 2;
  }
}

function merged(a: Column | null, b: Column | null): Column | null {
  if (a === null || b === null) return a ?? b;
  return {
    lowC: Math.min(a.lowC, b.lowC),
    highC: Math.max(a.highC, b.highC),
    sumC: a.sumC + b.sumC,
    count: a.count + b.count,
    targetC: b.targetC ?? a.targetC,
  };
}
