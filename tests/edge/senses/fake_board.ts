import type { Observation, Sense } from "../../../edge/source/observation.ts";
import { decodeMax31855 } from "../../../edge/senses/signal/max31855.ts";
import {
  initPrinterSenses,
  type Levels,
  type LineName,
  type PrinterSenses,
  readPrinterSenses,
  stepPrinterSenses,
} from "../../../edge/senses/signal/printer_senses.ts";
import type { Level } from "../../../edge/senses/signal/told.ts";
import { readTemperatureText } from "../../../edge/senses/signal/temperature_text.ts";
import { Random } from "../../../scripts/printer/random.ts";

/** What the virtual printer's senses would put on real wires, and how late a Pi sees it. */
export interface BoardOptions {
  seed: number;
  /** Cycles of the heater's soft PWM, s: Marlin's is 0.131, Klipper's 0.1. */
  heaterCycleS?: number;
  /** The part fan's PWM is too quick for edges: its gate is sampled. */
  quickFan?: boolean;
}

const MM_PER_PULSE = 2.9;
const READ_S = 0.5;
const WIRING = {
  encoder: { mmPerPulse: MM_PER_PULSE, hasB: true },
  tachometer: { pulsesPerTurn: 2 },
  hasHotendThermometer: true,
  hasAmbientThermometer: true,
};

/** The 32 bits that a MAX31855 sends for two temperatures. */
export function max31855Word(hotC: number, coldC: number): number {
  return ((Math.round(hotC * 4) << 18) | ((Math.round(coldC * 16) & 0xfff) << 4)) >>> 0;
}

interface Edge {
  line: LineName;
  level: Level;
  atS: number;
}

/** Lines driven at the pace of real ones; the guard's own code reads them again. */
export class FakeBoard {
  readonly #random: Random;
  readonly #values = new Map<Sense, number>();
  readonly #levels: Levels;
  #senses: PrinterSenses | null = null;
  #lastS = 0;
  #quarter = 0;

  constructor(private readonly options: BoardOptions) {
    this.#random = new Random(options.seed, "board");
    this.#levels = {
      heaterGate: 0,
      fanGate: 0,
      tachometer: 0,
      encoderA: 0,
      encoderB: 0,
      door: 0,
      supply: 1,
    };
  }

  /** Replaces the simulation's readings by those that came over the wires. */
  *through(observations: Iterable<Observation>): Generator<Observation> {
    let dueS: number | null = null;
    for (const one of observations) {
      if (one.type === "reading") {
        this.#values.set(one.sense, one.value);
        dueS = one.eventTimeS;
        continue;
      }
      if (dueS !== null) yield* this.#read(dueS);
      dueS = null;
      yield one;
    }
  }

  *#read(atS: number): Generator<Observation> {
    if (!this.#senses) {
      this.#senses = initPrinterSenses(WIRING, this.#levels, atS - READ_S);
      this.#lastS = atS - READ_S;
      const filament = this.#values.get("filamentMm") ?? 0;
      this.#quarter = Math.round(filament / MM_PER_PULSE) * 4;
    }
    for (const edge of this.#seen(this.#edges(this.#lastS, atS), atS)) {
      this.#levels[edge.line] = edge.level;
      stepPrinterSenses(this.#senses, { type: "edge", ...edge });
    }
    this.#thermometers(this.#lastS, atS);
    if (this.options.quickFan) this.#sampleFan();
    this.#lastS = atS;
    for (const { sense, value } of readPrinterSenses(this.#senses, this.#levels, atS)) {
      if (sense === "fanRpm" && !this.#values.has("fanRpm")) continue;
      yield { type: "reading", eventTimeS: atS, sense, value: value ?? NaN };
    }
  }

  /** Everything that happens on the lines between two readings, as late as a Pi sees it. */
  #edges(fromS: number, toS: number): Edge[] {
    const { heaterCycleS = 0.131, quickFan } = this.options;
    const edges = this.#pwm("heaterGate", "hotendDuty", heaterCycleS, fromS, toS);
    if (!quickFan) edges.push(...this.#pwm("fanGate", "fanDuty", 0.0123, fromS, toS));
    edges.push(...this.#filament(fromS, toS), ...this.#tachometer(fromS, toS));
    const door: Level = (this.#values.get("doorOpen") ?? 0) > 0.5 ? 1 : 0;
    const supply: Level = (this.#values.get("supplyGood") ?? 1) > 0.5 ? 1 : 0;
    if (door !== this.#levels.door) edges.push(...bounce("door", door, fromS));
    if (supply !== this.#levels.supply) edges.push(...bounce("supply", supply, fromS));
    return edges.sort((a, b) => a.atS - b.atS);
  }

  /** As a Pi sees it: some time after an edge the line is read, and what it says then counts. */
  #seen(edges: readonly Edge[], toS: number): Edge[] {
    const seen: Edge[] = [];
    const waits = new Map<LineName, Edge>();
    for (const edge of edges) {
      const before = waits.get(edge.line);
      if (before && before.atS > edge.atS) {
        // Both edges came before the line was read: one event, with the later level.
        before.level = edge.level;
        continue;
      }
      const atS = Math.min(toS, edge.atS + 0.0015 * this.#random.next() ** 2);
      const late = { ...edge, atS };
      waits.set(edge.line, late);
      seen.push(late);
    }
    return seen.sort((a, b) => a.atS - b.atS);
  }

  #pwm(line: LineName, sense: Sense, cycleS: number, fromS: number, toS: number): Edge[] {
    const duty = this.#values.get(sense) ?? 0;
    const edges: Edge[] = [];
    const edge = (level: Level, atS: number) => {
      if (atS > fromS && atS <= toS) edges.push({ line, level, atS });
    };
    if (duty <= 0 || duty >= 1) {
      const level = duty >= 1 ? 1 : 0;
      return this.#levels[line] === level ? [] : [{ line, level, atS: fromS + 1e-4 }];
    }
    for (let cycle = Math.floor(fromS / cycleS); cycle * cycleS <= toS; cycle++) {
      edge(1, cycle * cycleS);
      edge(0, (cycle + duty) * cycleS);
    }
    return edges;
  }

  #filament(fromS: number, toS: number): Edge[] {
    const target = Math.round((this.#values.get("filamentMm") ?? 0) / MM_PER_PULSE * 4);
    const steps = Math.abs(target - this.#quarter), way = Math.sign(target - this.#quarter);
    return Array.from({ length: steps }, (_, at) => {
      this.#quarter += way;
      const phase = ((this.#quarter % 4) + 4) % 4;
      const isA = way > 0 ? phase % 2 === 1 : phase % 2 === 0;
      const a: Level = phase === 1 || phase === 2 ? 1 : 0;
      const b: Level = phase >= 2 ? 1 : 0;
      const atS = fromS + (toS - fromS) * (at + 1) / (steps + 1);
      return isA
        ? { line: "encoderA" as const, level: a, atS }
        : { line: "encoderB" as const, level: b, atS };
    });
  }

  #tachometer(fromS: number, toS: number): Edge[] {
    const gapS = 60 / Math.max(1, (this.#values.get("fanRpm") ?? 0) * 2);
    const edges: Edge[] = [];
    for (let at = Math.ceil(fromS / gapS); at * gapS <= toS; at++) {
      edges.push({ line: "tachometer", level: 1, atS: at * gapS });
      edges.push({ line: "tachometer", level: 0, atS: (at + 0.5) * gapS });
    }
    return edges;
  }

  #thermometers(fromS: number, toS: number): void {
    const senses = this.#senses!;
    const hotC = this.#values.get("secondHotendC") ?? NaN;
    const airC = this.#values.get("ambientC") ?? 20;
    for (let atS = fromS + 0.1; atS <= toS + 1e-9; atS += 0.1) {
      const read = decodeMax31855(max31855Word(hotC + 0.1 * this.#random.gauss(), airC));
      const measured = read.ok ? { ok: true as const, value: read.value.hotC } : read;
      stepPrinterSenses(senses, { type: "temperature", of: "hotend", measured, atS });
    }
    const text = `${Math.round(airC * 1000)}\n`;
    const measured = readTemperatureText(text, true);
    stepPrinterSenses(senses, { type: "temperature", of: "ambient", measured, atS: toS });
  }

  #sampleFan(): void {
    const duty = this.#values.get("fanDuty") ?? 0;
    for (let at = 0; at < 120; at++) {
      const level = this.#random.next() < duty ? 1 : 0;
      stepPrinterSenses(this.#senses!, { type: "sample", line: "fanGate", level });
    }
  }
}

function bounce(line: LineName, level: Level, fromS: number): Edge[] {
  const other: Level = level === 1 ? 0 : 1;
  return [level, other, level, other, level].map((each, at) => ({
    line,
    level: each,
    atS: fromS + 0.01 + 0.002 * at,
  }));
}
