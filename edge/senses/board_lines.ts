import type { PrinterConfig } from "../config.ts";
import type { InputLine, Lines } from "./lines/line.ts";
import type { Levels, LineName } from "./signal/printer_senses.ts";
import type { Level } from "./signal/told.ts";

/** A gate with more edges than this in a second has a quick PWM: its level is sampled instead. */
const EDGES_PER_S_MAX = 350;
const SAMPLED: readonly LineName[] = ["heaterGate", "fanGate"];

/** Told of each edge, or that a line isn't to be had. */
export interface LinesUse {
  onEdge(line: LineName, level: Level): void;
  onLost(line: LineName, issue: string): void;
}

interface Wired {
  line: InputLine;
  edges: number;
  isSampled: boolean;
}

/** The lines of one printer's senses: opens, watches and reads them. */
export class BoardLines {
  readonly #wired = new Map<LineName, Wired>();
  #sinceS = 0;

  constructor(
    private readonly lines: Lines,
    { senses }: PrinterConfig,
    private readonly use: LinesUse,
  ) {
    const { heaterGate, fanGate, tachometer, encoder, door, supply } = senses;
    this.#open("heaterGate", heaterGate.pin, heaterGate.activeLow);
    this.#open("fanGate", fanGate.pin, fanGate.activeLow);
    this.#open("tachometer", tachometer.pin, false, "rising");
    this.#open("encoderA", encoder.pin, false);
    this.#open("encoderB", encoder.pinB, false);
    this.#open("door", door.pin, door.activeLow);
    this.#open("supply", supply.pin, supply.activeLow);
  }

  #open(
    name: LineName,
    pin: number | null,
    activeLow: boolean,
    edges: "rising" | "both" = "both",
  ): void {
    if (pin === null) return;
    const opened = this.lines.input(pin, activeLow, edges);
    if (!opened.ok) return this.use.onLost(name, opened.issue);
    this.#wired.set(name, { line: opened.value, edges: 0, isSampled: false });
  }

  /** Begins to watch; edges are told from here on. */
  watch(): void {
    for (const [name, wired] of this.#wired) {
      wired.line.watch((level) => {
        wired.edges++;
        this.use.onEdge(name, level);
      });
    }
  }

  /** The gates whose levels have to be sampled. */
  get sampled(): ("heaterGate" | "fanGate")[] {
    return [...this.#wired].filter(([, { isSampled }]) => isSampled)
      .map(([name]) => name as "heaterGate" | "fanGate");
  }

  read(name: LineName): Level | null {
    return this.#wired.get(name)?.line.read() ?? null;
  }

  /** The levels now; a line that can't be read is left out. */
  levels(): Levels {
    const levels: Levels = {};
    for (const [name, { line }] of this.#wired) {
      const level = line.read();
      if (level !== null) levels[name] = level;
    }
    return levels;
  }

  /** Looks whether edges have become too many to be followed; returns the gates given up now. */
  guard(atS: number): LineName[] {
    const overS = Math.max(0.1, atS - this.#sinceS);
    this.#sinceS = atS;
    const given: LineName[] = [];
    for (const [name, wired] of this.#wired) {
      const tooMany = wired.edges / overS > EDGES_PER_S_MAX;
      wired.edges = 0;
      if (!tooMany || wired.isSampled || !SAMPLED.includes(name)) continue;
      wired.line.unwatch();
      wired.isSampled = true;
      given.push(name);
    }
    return given;
  }

  close(): void {
    for (const { line } of this.#wired.values()) line.close();
    this.#wired.clear();
  }
}
