import { POLLGONE, POLLIN, POLLOUT } from "../serial/poll_set.ts";
import type { TapState } from "./control.ts";
import { DIR, type Dir } from "./frame.ts";
import type { HostPort } from "./host_port.ts";
import type { Journal } from "./journal.ts";
import { Lane } from "./lane.ts";
import type { LaneIo } from "./lane_io.ts";
import { Legible } from "./legible.ts";
import type { PrinterPort } from "./printer_port.ts";
import type { HoldKind } from "./session.ts";

const REOPEN_MS = 1000;
const BAUD_CHECK_MS = 50;

/**
 * The link between one host and one printer: the two lanes, and what becomes of them when an end
 * comes, goes, or changes its baud rate.
 *
 * While the printer is gone the host's bytes are thrown away and counted, as a cable that leads
 * nowhere would: kept for later they would reach a printer that has lost its position. While no
 * host is there the printer's bytes are still read and mirrored, then thrown away.
 */
export class Link {
  readonly toPrinter: Lane;
  readonly toHost: Lane;
  /** Why the traffic can't be read as lines, or null while it can. */
  blind: string | null = null;
  isBypassed = false;
  /** Called when a hold has lost its sense: the host, the printer or the sight of lines is gone. */
  interrupted: (reason: string) => void = () => {};
  readonly #printerBound = new Legible(true);
  readonly #hostBound = new Legible(false);
  #hostHungUp = false;
  #lostBytes = 0;
  #reopenedMs = 0;
  #baudCheckedMs = 0;
  #refusedBaud = 0;

  constructor(
    readonly host: HostPort,
    readonly printer: PrinterPort,
    readonly journal: Journal,
    stores: { toPrinter: LaneIo; toHost: LaneIo },
  ) {
    const passed = this.#passed.bind(this);
    this.toPrinter = new Lane(stores.toPrinter, DIR.hostToPrinter, passed);
    this.toHost = new Lane(stores.toHost, DIR.printerToHost, passed);
  }

  /**
   * Goes on with what a run before left waiting.
   *
   * @param hold whether it withheld the host's lines
   * @returns whether they are withheld still, which takes the same host and the same printer
   */
  recover(hold: HoldKind): HoldKind {
    const { goesOn } = this.printer;
    const holds = hold !== "none" && this.host.present && goesOn;
    const waiting = this.toPrinter.recover(holds) + this.toHost.recover(false);
    this.journal.log(`goes on where the run before ended, with ${waiting} bytes on their way`);
    // Meant for the printer as it was: one that was plugged in since has lost its position.
    if (!goesOn) this.#lostBytes = this.toPrinter.discard("the printer is gone");
    else if (!holds) this.toPrinter.pump();
    if (this.host.present) this.toHost.pump();
    else this.toHost.discard("the host left");
    return holds ? hold : "none";
  }

  get state(): TapState {
    return {
      host: this.host.present,
      printer: this.printer.fd >= 0,
      bypass: this.isBypassed,
      held: this.toPrinter.isHolding,
      blind: this.blind,
      baud: this.printer.baud,
    };
  }

  #passed(dir: Dir, bytes: Uint8Array, start: number, length: number): void {
    this.journal.passed(dir, bytes, start, length);
    const legible = dir === DIR.hostToPrinter
      ? this.#printerBound
      : dir === DIR.printerToHost
      ? this.#hostBound
      : null;
    if (legible?.step(bytes, start, length, this.journal.lastMs / 1000)) this.#judge();
  }

  #judge(): void {
    const before = this.blind;
    this.blind = this.#printerBound.blind ?? this.#hostBound.blind;
    if (this.blind !== null && before === null) this.journal.say("blind", this.blind);
    if (this.blind === null && before !== null) this.journal.say("seeing", `no more ${before}`);
  }

  /** The host's descriptor for poll, −1 where a standing hang-up would only wake the loop for ever. */
  get hostFd(): number {
    if (!this.host.present || (this.#hostHungUp && !this.#readsHost)) return -1;
    return this.host.fd;
  }

  /** What to poll the host's descriptor for. */
  get hostEvents(): number {
    return (this.#readsHost ? POLLIN : 0) | (this.toHost.wantsWrite ? POLLOUT : 0);
  }

  get #readsHost(): boolean {
    return this.printer.fd < 0 || this.toPrinter.wantsRead;
  }

  /** The host's side has something: bytes, room, or a hang-up. */
  onHost(seen: number, nowMs: number): void {
    if (nowMs - this.#baudCheckedMs >= BAUD_CHECK_MS) this.#followBaud(nowMs);
    if (seen & POLLGONE) this.#hostHungUp = true;
    if (seen & (POLLIN | POLLGONE)) {
      if (this.printer.fd < 0) this.#drainHost();
      else if (this.toPrinter.wantsRead && !this.toPrinter.onReadable()) this.#hostClosed();
    }
    if (this.host.present && this.toHost.wantsWrite) this.toHost.pump();
  }

  #drainHost(): void {
    const bytes = this.toPrinter.drain();
    if (bytes < 0) return this.#hostClosed();
    this.#lostBytes += bytes;
  }

  #hostClosed(): void {
    const unread = this.toHost.discard("the host left");
    // Nobody is left to whom withheld lines belong; let go now, they would only move the machine.
    const withheld = this.toPrinter.isHolding ? this.toPrinter.discard("the host left") : 0;
    this.#renewHost();
    if (!this.isBypassed) this.host.offer();
    this.journal.say(
      "host-closed",
      `${unread} bytes unread and ${withheld} bytes withheld were thrown away`,
    );
    this.interrupted("the host left");
  }

  #renewHost(): void {
    this.host.renew(this.printer.baud);
    this.toPrinter.beginAnew();
    this.#hostHungUp = false;
  }

  /** Someone opened or closed the host's side. */
  onOpeners(): void {
    const hasSecond = this.host.noteOpeners();
    if (hasSecond) {
      this.journal.say("second-opener", `another program opened ${this.host.linkPath} as well`);
    }
    this.#lookForHost();
  }

  /**
   * Whether a host is there, which is looked at anew if none was: one that opened its port a moment
   * ago is told of later than the printer's bytes that came since, and they are its own.
   */
  hasHost(): boolean {
    this.#lookForHost();
    return this.host.present;
  }

  #lookForHost(): void {
    if (this.host.present || !this.host.look()) return;
    this.host.guard();
    this.journal.say("host-open", `${this.host.baud()} baud`);
  }

  /** The printer's side has something: bytes, room, or a hang-up. */
  onPrinter(seen: number): void {
    const readable = (seen & (POLLIN | POLLGONE)) !== 0;
    if (readable && this.toHost.wantsRead && !this.toHost.onReadable()) return this.#printerLost();
    if (seen & POLLGONE && (seen & POLLIN) === 0) return this.#printerLost();
    if (this.toPrinter.wantsWrite) this.toPrinter.pump();
  }

  #printerLost(): void {
    if (this.printer.fd < 0) return;
    this.printer.close();
    this.#lostBytes = this.toPrinter.discard("the printer is gone");
    this.journal.say("printer-lost", `${this.printer.path} is gone; waiting for it`);
    this.interrupted("the printer is gone");
  }

  /**
   * Makes the link for the host.
   *
   * @param bypassed start with the port handed through
   * @throws {LibcError} if the link can't be made
   */
  begin(bypassed: boolean): void {
    if (bypassed) this.#letGo();
    else this.host.offer();
  }

  /** What has to be looked at now and then. */
  tick(nowMs: number): void {
    this.#lookForHost();
    // Not where it is found out: that is in the midst of a lane's work.
    if (this.blind !== null) this.interrupted("the traffic can't be read");
    if (this.host.present) this.#followBaud(nowMs);
    const due = this.printer.fd < 0 && !this.isBypassed && nowMs - this.#reopenedMs >= REOPEN_MS;
    if (due) this.#reopen(nowMs);
    this.toPrinter.expire(nowMs);
    this.toHost.expire(nowMs);
  }

  #reopen(nowMs: number): void {
    this.#reopenedMs = nowMs;
    const before = this.printer.issue;
    const failure = this.printer.open();
    if (failure === null) {
      this.journal.say("printer-back", `${this.#lostBytes} of the host's bytes were thrown away`);
      this.#lostBytes = 0;
      return;
    }
    if (failure !== "missing" && this.printer.issue !== before) {
      this.journal.log(this.printer.issue ?? "");
    }
  }

  /** Sets the printer's port to the rate that the host set on its own. */
  #followBaud(nowMs: number): void {
    this.#baudCheckedMs = nowMs;
    const baud = this.host.baud();
    if (baud === this.printer.baud || baud === this.#refusedBaud) return;
    this.#refusedBaud = 0;
    // Rate 0 would drop DTR and reset the printer: a host that closes must not do that.
    const issue = baud === 0 ? "rate 0 would drop DTR" : this.printer.setBaud(baud);
    if (issue !== null) this.#refusedBaud = baud;
    this.journal.say("baud", issue === null ? `${baud}` : `${baud} not applied: ${issue}`);
  }

  /** Hands the port through, or takes it back. @returns why that failed, or null */
  bypass(on: boolean): string | null {
    if (on === this.isBypassed) return null;
    if (on) {
      this.#letGo();
      return null;
    }
    const failure = this.printer.open();
    if (failure !== null && failure !== "missing") return this.printer.issue;
    this.isBypassed = false;
    this.host.offer();
    this.journal.say("bypass-off", `${this.host.linkPath} leads to the tap again`);
    if (failure !== null) this.journal.say("printer-lost", this.printer.issue ?? "");
    return null;
  }

  /**
   * A pty can't carry DTR and RTS, by which flashing tools reset a board: so the port is given back
   * and the link leads straight to it. Whoever has the pty open is hung up and has to open the link
   * again.
   */
  #letGo(): void {
    this.isBypassed = true;
    this.printer.close();
    this.toPrinter.discard("bypass began");
    this.toHost.discard("bypass began");
    const hadHost = this.host.present;
    this.#renewHost();
    this.host.files.pointLink(this.host.linkPath, this.printer.path);
    this.journal.say("bypass-on", `${this.host.linkPath} leads straight to ${this.printer.path}`);
    if (hadHost) this.journal.say("host-closed", "its port was handed through");
  }
}
