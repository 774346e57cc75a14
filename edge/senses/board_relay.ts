import type { PrinterConfig } from "../config.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import type { InputLine, Lines, OutputLine } from "./lines/line.ts";
import type { RelayState } from "./protocol.ts";
import { initRelay, type Relay, type RelayInput, stepRelay } from "./relay/relay.ts";

/** Told of everything that happens to the relay. */
export type OnRelay = (state: RelayState, news: string) => void;

/** One printer's stop relay: its line, its contact, and what was last said of it. */
export class BoardRelay {
  readonly #relay: Relay;
  readonly #contact: InputLine | null;
  /** Why there is no contact to look at, where one is wired; null where nothing is wrong. */
  readonly #contactIssue: string | null;

  private constructor(
    private readonly line: OutputLine,
    contact: Result<InputLine | null>,
    private readonly onRelay: OnRelay,
    atS: number,
  ) {
    this.#contact = contact.ok ? contact.value : null;
    this.#contactIssue = contact.ok ? null : contact.issue;
    this.#relay = initRelay(line.read() === 1, atS);
  }

  /** Takes the relay as it stands, and without its contact if need be; null where none is wired. */
  static open(
    { senses: { relay } }: PrinterConfig,
    lines: Lines,
    onRelay: OnRelay,
    atS: number,
  ): Result<BoardRelay> | null {
    if (relay.pin === null) return null;
    const line = lines.output(relay.pin, relay.activeLow);
    if (!line.ok) return line;
    const contact = relay.contactPin === null
      ? ok(null)
      : lines.input(relay.contactPin, relay.contactActiveLow, "both");
    return ok(new BoardRelay(line.value, contact, onRelay, atS));
  }

  get state(): RelayState {
    const { energised, cause, reason, fault } = this.#relay;
    return { energised, cause, reason, fault: fault ?? this.#contactIssue };
  }

  /** Takes an order or a reason of the senses' own; refused where the line doesn't move. */
  take(input: Exclude<RelayInput, { type: "read-back" }>, atS: number): Result<string> {
    const { drive, news } = stepRelay(this.#relay, input, atS);
    const done = drive === null || this.line.write(drive ? 1 : 0);
    const stuck = "the relay's line can't be written, and is tried again: ";
    if (news !== null) this.onRelay(this.state, done ? news : stuck + news);
    if (!done) return refused("Cannot move the relay: its line was required, and can't be written");
    return ok(
      news ?? (this.#relay.energised ? "it is energised already" : "it is at rest already"),
    );
  }

  /** The self-test: what line and contact say. */
  check(atS: number): void {
    const level = this.line.read(), contact = this.#contact?.read() ?? null;
    const { drive, news } = stepRelay(this.#relay, {
      type: "read-back",
      energised: level === null ? null : level === 1,
      contact: contact === null ? null : contact === 1,
    }, atS);
    if (drive !== null) this.line.write(drive ? 1 : 0);
    if (news !== null) this.onRelay(this.state, news);
  }

  close(): void {
    this.#contact?.close();
    this.line.close();
  }
}
