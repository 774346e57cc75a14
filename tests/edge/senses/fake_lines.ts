import type { InputLine, Lines, OutputLine } from "../../../edge/senses/lines/line.ts";
import type { Level } from "../../../edge/senses/signal/told.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";

interface FakeLine {
  level: Level;
  watchers: Set<(level: Level) => void>;
  isBroken: boolean;
}

/** A board's lines in memory: tests drive the inputs and look at the outputs, as they are wired. */
export class FakeLines implements Lines {
  readonly #lines = new Map<number, FakeLine>();
  readonly missing = new Set<number>();
  /** Every level that was driven, in order. */
  readonly driven: [pin: number, level: Level][] = [];

  #line(pin: number): FakeLine {
    const known = this.#lines.get(pin);
    if (known) return known;
    const fresh: FakeLine = { level: 0, watchers: new Set(), isBroken: false };
    this.#lines.set(pin, fresh);
    return fresh;
  }

  /** Moves an input, with its edge. */
  set(pin: number, level: Level): void {
    const line = this.#line(pin);
    if (line.level === level) return;
    line.level = level;
    for (const watcher of [...line.watchers]) watcher(level);
  }

  level(pin: number): Level {
    return this.#line(pin).level;
  }

  /** From now on the line can be neither read nor written. */
  break(pin: number): void {
    this.#line(pin).isBroken = true;
  }

  isWatched(pin: number): boolean {
    return this.#line(pin).watchers.size > 0;
  }

  input(pin: number): Result<InputLine> {
    if (this.missing.has(pin)) return refused(`Cannot use line ${pin}: it is taken`);
    const line = this.#line(pin);
    return ok({
      read: () => line.isBroken ? null : line.level,
      watch: (onEdge) => void line.watchers.add(onEdge),
      unwatch: () => line.watchers.clear(),
      close: () => line.watchers.clear(),
    });
  }

  output(pin: number): Result<OutputLine> {
    if (this.missing.has(pin)) return refused(`Cannot use line ${pin}: it is taken`);
    const line = this.#line(pin);
    return ok({
      read: () => line.isBroken ? null : line.level,
      write: (level) => {
        if (line.isBroken) return false;
        line.level = level;
        this.driven.push([pin, level]);
        return true;
      },
      close: () => {},
    });
  }
}
