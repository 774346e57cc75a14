import type { PrinterConfig } from "../config.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Libc } from "../serial/libc.ts";
import type { Sense } from "../source/observation.ts";
import { BoardLines } from "./board_lines.ts";
import { BoardRelay } from "./board_relay.ts";
import { BoardThermometers } from "./board_thermometers.ts";
import type { Lines } from "./lines/line.ts";
import type { RelayState, SensesMessage } from "./protocol.ts";
import type { HeatAsked } from "./relay/asked.ts";
import { noteAsked, restForcedOn, stepForcedOn } from "./relay/forced_on.ts";
import { initForcedOn } from "./relay/forced_on_state.ts";
import { initOnTime, noteLevel, takeOnTime } from "./signal/on_time.ts";
import {
  initPrinterSenses,
  type LineName,
  type PrinterSenses,
  readPrinterSenses,
  type SenseTold,
  stepPrinterSenses,
} from "./signal/printer_senses.ts";
import type { Level } from "./signal/told.ts";

/** What a board is given: time, lines, and whom to tell. */
export interface BoardParts {
  lines: Lines;
  libc(): Libc;
  /** Seconds of CLOCK_BOOTTIME. */
  nowS(): number;
  tell(message: SensesMessage): void;
  log(text: string): void;
}

/** The senses and the relay of one printer: the shell around what `signal` and `relay` decide. */
export class Board {
  readonly printer: string;
  readonly #parts: BoardParts;
  readonly #lines: BoardLines;
  readonly #thermometers: BoardThermometers;
  readonly #relay: BoardRelay | null;
  readonly #senses: PrinterSenses;
  readonly #lost: Partial<Record<LineName, string>> = {};
  readonly #faults = new Map<Sense, string>();
  readonly #forced = initForcedOn();
  readonly #gateOn;
  readonly #limitC: number;
  #hot: { atS: number; c: number } | null = null;

  constructor(config: PrinterConfig, parts: BoardParts) {
    const { senses } = config;
    this.printer = config.name;
    this.#parts = parts;
    this.#limitC = senses.relay.limitC;
    const atS = parts.nowS();
    this.#lines = new BoardLines(parts.lines, config, {
      onEdge: (line, level) => this.#onEdge(line, level),
      onLost: (line, issue) => {
        this.#lost[line] = issue;
        parts.log(`${this.printer}: ${issue}`);
      },
    });
    this.#thermometers = new BoardThermometers(config, parts.lines, parts.libc, (of, measured) => {
      this.#onMeasured(of, measured);
    });
    const levels = this.#lines.levels();
    // What can't be had is a sense at fault, not one that isn't there.
    const wanted = { ...zeros(this.#lost), ...levels };
    this.#gateOn = initOnTime(levels.heaterGate ?? 0, atS);
    const { hotend, ambient, encoder, tachometer } = senses;
    this.#senses = initPrinterSenses(
      {
        encoder: { mmPerPulse: encoder.mmPerPulse, hasB: encoder.pinB !== null },
        tachometer,
        hasHotendThermometer: hotend.device !== null || hotend.dataPin !== null,
        hasAmbientThermometer: ambient.file !== null || ambient.coldEnd,
      },
      wanted,
      atS,
    );
    this.#senses.unreadable = this.#lost;
    this.#relay = this.#openRelay(config, atS);
    this.#lines.watch();
  }

  #openRelay(config: PrinterConfig, atS: number): BoardRelay | null {
    const tell = (state: RelayState, news: string) => this.#onRelay(state, news);
    const opened = BoardRelay.open(config, this.#parts.lines, tell, atS);
    if (opened === null) return null;
    if (opened.ok) {
      const { fault } = opened.value.state;
      if (fault !== null) this.#parts.log(`${this.printer}, the relay's contact: ${fault}`);
      return opened.value;
    }
    this.#parts.log(`${this.printer} has no stop relay: ${opened.issue}`);
    return null;
  }

  /** The state of its relay; null where there is none, or none to be had. */
  get relayState(): RelayState | null {
    return this.#relay?.state ?? null;
  }

  /** The senses that are wired. */
  get names(): Sense[] {
    const { gates, tachometer, encoder, hotend, ambient, contacts } = this.#senses;
    const names: [Sense, unknown][] = [
      ["hotendDuty", gates.heaterGate],
      ["fanDuty", gates.fanGate],
      ["fanRpm", tachometer],
      ["filamentMm", encoder],
      ["secondHotendC", hotend],
      ["ambientC", ambient],
      ["doorOpen", contacts.door],
      ["supplyGood", contacts.supply],
    ];
    return names.filter(([, wired]) => wired).map(([name]) => name);
  }

  /** The senses at fault now. */
  get faults(): { sense: Sense; fault: string }[] {
    return [...this.#faults].map(([sense, fault]) => ({ sense, fault }));
  }

  #onEdge(line: LineName, level: Level): void {
    const atS = this.#parts.nowS();
    if (line === "heaterGate") noteLevel(this.#gateOn, level, atS);
    stepPrinterSenses(this.#senses, { type: "edge", line, level, atS });
  }

  #onMeasured(of: "hotend" | "ambient", measured: Result<number>): void {
    const atS = this.#parts.nowS();
    if (of === "hotend") this.#hot = measured.ok ? { atS, c: measured.value } : null;
    stepPrinterSenses(this.#senses, { type: "temperature", of, measured, atS });
  }

  /** Samples the gates whose PWM is too quick to be followed. */
  sample(): void {
    for (const line of this.#lines.sampled) {
      const level = this.#lines.read(line);
      if (level === null) continue;
      if (line === "heaterGate") noteLevel(this.#gateOn, level, this.#parts.nowS());
      stepPrinterSenses(this.#senses, { type: "sample", line, level });
    }
  }

  get wantsSamples(): boolean {
    return this.#lines.sampled.length > 0;
  }

  /** Each tenth of a second: thermometers, and whether the heater is forced on. */
  tenth(): void {
    const atS = this.#parts.nowS();
    this.#thermometers.measure(atS * 1000);
    const level = this.#senses.gates.heaterGate ? this.#lines.read("heaterGate") : null;
    const on = level === null ? null : takeOnTime(this.#gateOn, level, atS);
    const hotC = this.#hot !== null && atS - this.#hot.atS < 0.5 ? this.#hot.c : null;
    const why = stepForcedOn(this.#forced, { limitC: this.#limitC }, atS, on, hotC);
    if (why === null || this.#relay === null || this.#relay.state.energised) return;
    const moved = this.#relay.take({ type: "forced-on", reason: why }, atS);
    if (!moved.ok) this.#parts.log(`${this.printer}: ${moved.issue}`);
  }

  /** Each half second: what every sense says, and how the relay is. */
  read(): void {
    const atS = this.#parts.nowS();
    for (const line of this.#lines.guard(atS)) {
      this.#parts.log(`${this.printer}: ${line} changes too often to be followed; it is sampled`);
    }
    this.#relay?.check(atS);
    const told = readPrinterSenses(this.#senses, this.#lines.levels(), atS);
    for (const each of told) this.#noteFault(each, atS);
    if (told.length === 0) return;
    const readings = told.map(({ sense, value }) => ({ sense, value }));
    this.#parts.tell({
      v: 1,
      type: "readings",
      printer: this.printer,
      eventTimeS: atS,
      readings,
    });
  }

  #noteFault({ sense, fault }: SenseTold, eventTimeS: number): void {
    if ((this.#faults.get(sense) ?? null) === fault) return;
    if (fault === null) this.#faults.delete(sense);
    else this.#faults.set(sense, fault);
    this.#parts.log(`${this.printer}, ${sense}: ${fault ?? "in order again"}`);
    this.#parts.tell({ v: 1, type: "fault", printer: this.printer, eventTimeS, sense, fault });
  }

  #onRelay(state: RelayState, news: string): void {
    const eventTimeS = this.#parts.nowS();
    this.#parts.log(`${this.printer}: ${news}`);
    this.#parts.tell({ v: 1, type: "relay", printer: this.printer, eventTimeS, state, news });
  }

  /** Takes what the agent says is asked of the hotend. */
  asked(asked: HeatAsked): void {
    noteAsked(this.#forced, asked);
  }

  stop(decisionId: string, reason: string): Result<string> {
    if (this.#relay === null) return refused(`${this.printer} has no stop relay`);
    return this.#relay.take({ type: "stop", decisionId, reason }, this.#parts.nowS());
  }

  release(by: string): Result<string> {
    if (this.#relay === null) return refused(`${this.printer} has no stop relay`);
    restForcedOn(this.#forced);
    return this.#relay.take({ type: "release", by }, this.#parts.nowS());
  }

  close(): void {
    this.#lines.close();
    this.#relay?.close();
  }
}

function zeros(lost: Partial<Record<LineName, string>>): Partial<Record<LineName, Level>> {
  return Object.fromEntries(Object.keys(lost).map((line) => [line, 0]));
}
