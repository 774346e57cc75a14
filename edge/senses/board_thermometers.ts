import { reasonOf } from "../../shared/reason.ts";
import type { PrinterConfig } from "../config.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import type { Libc } from "../serial/libc.ts";
import type { Lines } from "./lines/line.ts";
import {
  max31855AtLines,
  max31855AtSpidev,
  type ReadMax31855,
  type ReadTemperature,
  temperatureFile,
} from "./lines/thermometers.ts";

/** Told of each measurement. */
export type OnMeasured = (of: "hotend" | "ambient", measured: Result<number>) => void;

/** A driver that takes long to answer, such as a DS18B20's 0.75 s, is asked so often, ms. */
const AMBIENT_EVERY_MS = 2000;

/** The thermometers of one printer's senses. */
export class BoardThermometers {
  #chip: ReadMax31855 | null = null;
  #hotend: ReadTemperature | null = null;
  readonly #ambient: ReadTemperature | null;
  #hotendBusy = false;
  #ambientDueMs = 0;
  readonly #issue: string | null;
  readonly #coldEnd: boolean;

  /** @param libc loads libc, where a device needs it */
  constructor(
    { senses }: PrinterConfig,
    lines: Lines,
    libc: () => Libc,
    private readonly onMeasured: OnMeasured,
  ) {
    this.#issue = this.#openHotend(senses.hotend, lines, libc);
    const { file, coldEnd } = senses.ambient;
    this.#ambient = file === null ? null : temperatureFile(file, true);
    this.#coldEnd = coldEnd;
  }

  /** @returns what is wrong with it, or null */
  #openHotend(
    { device, clockPin, selectPin, dataPin }: PrinterConfig["senses"]["hotend"],
    lines: Lines,
    libc: () => Libc,
  ): string | null {
    if (device !== null && !device.startsWith("/dev/")) {
      this.#hotend = temperatureFile(device, false);
      return null;
    }
    if (device !== null) {
      try {
        this.#chip = max31855AtSpidev(libc(), device);
        return null;
      } catch (error) {
        return reasonOf(error);
      }
    }
    if (clockPin === null || selectPin === null || dataPin === null) return null;
    const clock = lines.output(clockPin, false), select = lines.output(selectPin, false);
    const data = lines.input(dataPin, false, "both");
    if (!clock.ok) return clock.issue;
    if (!select.ok) return select.issue;
    if (!data.ok) return data.issue;
    this.#chip = max31855AtLines(clock.value, select.value, data.value);
    return null;
  }

  /** Reads what is due; called each tenth of a second. */
  measure(nowMs: number): void {
    if (this.#issue !== null) this.onMeasured("hotend", refused(this.#issue));
    if (this.#chip !== null) this.#readChip(this.#chip);
    if (this.#hotend !== null && !this.#hotendBusy) void this.#readHotend(this.#hotend);
    if (this.#ambient === null || nowMs < this.#ambientDueMs) return;
    this.#ambientDueMs = nowMs + AMBIENT_EVERY_MS;
    void this.#ambient().then((measured) => this.onMeasured("ambient", measured));
  }

  #readChip(read: ReadMax31855): void {
    const both = read();
    this.onMeasured("hotend", both.ok ? ok(both.value.hotC) : both);
    // An open thermocouple says nothing of the cold end, and the chip tells both or neither.
    if (this.#coldEnd) this.onMeasured("ambient", both.ok ? ok(both.value.coldC) : both);
  }

  async #readHotend(read: ReadTemperature): Promise<void> {
    this.#hotendBusy = true;
    this.onMeasured("hotend", await read());
    this.#hotendBusy = false;
  }
}
