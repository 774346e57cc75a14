import type { Gpio } from "onoff";
import { reasonOf } from "../../../shared/reason.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";
import type { Level } from "../signal/told.ts";
import { type Chip, lineNumber } from "./chip.ts";
import type { InputLine, Lines, OutputLine } from "./line.ts";

/** onoff's class, or a stand-in of the same form. */
export type GpioClass = new (...given: ConstructorParameters<typeof Gpio>) => Pick<
  Gpio,
  "readSync" | "writeSync" | "watch" | "unwatchAll" | "unexport"
>;

/** udev gives a fresh line to its user a moment after the kernel has made it: so many tries, s. */
const TRIES = 10, TRY_S = 0.1;

/** Lines by onoff, found by their chip. */
export class OnoffLines implements Lines {
  /**
   * @param chip the label of the chip; null: a Pi's own
   * @param pauseS waits so many seconds
   */
  constructor(
    private readonly gpio: GpioClass,
    private readonly chips: readonly Chip[],
    private readonly chip: string | null,
    private readonly pauseS: (seconds: number) => void,
  ) {}

  input(pin: number, activeLow: boolean, edges: "rising" | "both"): Result<InputLine> {
    // Rising as wired: behind an inverting isolator that is a falling edge of the line.
    const edge = edges === "both" ? "both" : activeLow ? "falling" : "rising";
    const opened = this.#open(pin, "in", edge, {});
    return opened.ok ? ok(inputOver(opened.value, activeLow)) : opened;
  }

  output(pin: number, activeLow: boolean): Result<OutputLine> {
    const atRest = activeLow ? "high" : "low";
    const opened = this.#open(pin, atRest, "none", { reconfigureDirection: false });
    return opened.ok ? ok(outputOver(opened.value, activeLow)) : opened;
  }

  #open(
    pin: number,
    direction: "in" | "high" | "low",
    edge: "none" | "rising" | "falling" | "both",
    options: { reconfigureDirection?: boolean },
  ): Result<InstanceType<GpioClass>> {
    const number = lineNumber(this.chips, this.chip, pin);
    if (!number.ok) return number;
    for (let tries = 1;; tries++) {
      try {
        return ok(new this.gpio(number.value, direction, edge, options));
      } catch (error) {
        const reason = reasonOf(error);
        if (tries < TRIES && /EACCES|permission/i.test(reason)) {
          this.pauseS(TRY_S);
          continue;
        }
        return refused(
          `Cannot use line ${pin} (${number.value}): one that is free, and the right to write to ` +
            `/sys/class/gpio (group printwarden-senses), were required, got: ${reason}`,
        );
      }
    }
  }
}

function asWired(value: 0 | 1, activeLow: boolean): Level {
  return activeLow ? (value === 1 ? 0 : 1) : value;
}

function readLevel(line: InstanceType<GpioClass>, activeLow: boolean): Level | null {
  try {
    return asWired(line.readSync(), activeLow);
  } catch {
    return null;
  }
}

function inputOver(line: InstanceType<GpioClass>, activeLow: boolean): InputLine {
  return {
    read: () => readLevel(line, activeLow),
    watch: (onEdge) =>
      line.watch((error, value) => {
        if (!error) onEdge(asWired(value, activeLow));
      }),
    unwatch: () => line.unwatchAll(),
    close: () => line.unexport(),
  };
}

function outputOver(line: InstanceType<GpioClass>, activeLow: boolean): OutputLine {
  return {
    read: () => readLevel(line, activeLow),
    write(level) {
      try {
        line.writeSync(asWired(level, activeLow));
        return true;
      } catch {
        return false;
      }
    },
    close: () => {},
  };
}
