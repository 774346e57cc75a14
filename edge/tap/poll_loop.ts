import type { BootClock } from "../serial/clock.ts";
import type { Libc } from "../serial/libc.ts";
import { POLLIN, POLLOUT, PollSet, QuietSet } from "../serial/poll_set.ts";
import type { Link } from "./link.ts";
import type { Mirror } from "./mirror.ts";

const PRINTER = 0;
const HOST = 1;
const QUIET = 2;
const AGENT_ROOM = 3;

const OPENERS = 0;
const LISTENER = 1;
const AGENT = 2;

/** JavaScript's own event loop, and with it signals, get a turn this often. */
const TURN_MS = 200;
/** Frames go to the agent when nothing else happens for so long, … */
const MIRROR_IDLE_MS = 10;
/** … or after so long at the latest, so that it isn't woken for each line. */
const MIRROR_LATE_MS = 10;
const HEARTBEAT_MS = 1000;
/**
 * A turn by setImmediate alone looks for signals only every 61st time (tokio's event interval): so
 * once in so long the loop waits for a timer, which costs a millisecond.
 */
const SIGNALS_MS = 1000;

/**
 * The tap's one loop: a blocking poll(2) over everything, so that a line is passed on without ever
 * going through JavaScript's event loop. Nothing in it waits for the agent.
 */
export class PollLoop {
  readonly #poll: PollSet;
  readonly #quiet: QuietSet;
  readonly #quietPoll: PollSet;
  #nowMs = 0;
  #unsentSinceMs = 0;
  #beatMs = 0;
  #signalsMs = 0;
  #stopping = false;

  /** @param tick called every 200 ms with the time in milliseconds of CLOCK_BOOTTIME */
  constructor(
    libc: Libc,
    readonly clock: BootClock,
    readonly link: Link,
    readonly mirror: Mirror,
    readonly tick: (nowMs: number) => void,
  ) {
    this.#poll = new PollSet(libc, 4);
    this.#quietPoll = new PollSet(libc, 3);
    this.#quiet = new QuietSet(libc);
    this.#quiet.add(link.host.watchFd);
    this.#quiet.add(mirror.listenFd);
    this.#quietPoll.set(OPENERS, link.host.watchFd, POLLIN);
    this.#quietPoll.set(LISTENER, mirror.listenFd, POLLIN);
    this.#poll.set(QUIET, this.#quiet.fd, POLLIN);
  }

  /** Ends `run` at its next turn. */
  stop(): void {
    this.#stopping = true;
  }

  /** Runs until stopped. */
  async run(): Promise<void> {
    this.#nowMs = this.clock.read();
    while (!this.#stopping) {
      this.#turn();
      this.tick(this.#nowMs);
      this.mirror.expire(this.#nowMs);
      if (this.#nowMs - this.#beatMs >= HEARTBEAT_MS) {
        this.#beatMs = this.#nowMs;
        this.mirror.beat();
      }
      await this.#yield();
    }
  }

  /** A whole turn of the event loop at the least cost. */
  #yield(): Promise<void> {
    const looks = this.#nowMs - this.#signalsMs >= SIGNALS_MS;
    if (looks) this.#signalsMs = this.#nowMs;
    return new Promise((resolve) => looks ? setTimeout(resolve, 0) : setImmediate(resolve));
  }

  #turn(): void {
    const endMs = this.#nowMs + TURN_MS;
    while (this.#nowMs < endMs) {
      this.#setInterest();
      const waitMs = this.mirror.hasUnsent ? MIRROR_IDLE_MS : Math.ceil(endMs - this.#nowMs);
      const ready = this.#poll.wait(waitMs);
      if (ready > 0) this.#serve();
      this.#nowMs = this.clock.read();
      this.#feedMirror(ready === 0);
    }
  }

  #setInterest(): void {
    const { link, mirror } = this;
    const readPrinter = link.toHost.wantsRead ? POLLIN : 0;
    const writePrinter = link.toPrinter.wantsWrite ? POLLOUT : 0;
    this.#poll.set(PRINTER, link.printer.fd, readPrinter | writePrinter);
    this.#poll.set(HOST, link.hostFd, link.hostEvents);
    this.#poll.set(AGENT_ROOM, mirror.wantsWrite ? mirror.fd : -1, POLLOUT);
  }

  #serve(): void {
    const { link, mirror } = this;
    const poll = this.#poll;
    if (poll.seen(HOST) !== 0) link.onHost(poll.seen(HOST), this.#nowMs);
    if (poll.seen(PRINTER) !== 0) link.onPrinter(poll.seen(PRINTER));
    if (poll.seen(AGENT_ROOM) !== 0) mirror.flush();
    if (poll.seen(QUIET) !== 0) this.#serveQuiet();
  }

  #serveQuiet(): void {
    const { link, mirror } = this;
    const poll = this.#quietPoll;
    poll.set(AGENT, mirror.fd, POLLIN);
    poll.wait(0);
    if (poll.seen(OPENERS) !== 0) link.onOpeners();
    if (poll.seen(AGENT) !== 0) mirror.onReadable();
    if (poll.seen(LISTENER) !== 0) mirror.accept();
    // Adding it again changes nothing, and a new connection may well have the old one's number.
    this.#quiet.add(mirror.fd);
  }

  #feedMirror(isIdle: boolean): void {
    if (!this.mirror.hasUnsent) {
      this.#unsentSinceMs = 0;
      return;
    }
    if (this.#unsentSinceMs === 0) this.#unsentSinceMs = this.#nowMs;
    if (!isIdle && this.#nowMs - this.#unsentSinceMs < MIRROR_LATE_MS) return;
    this.#unsentSinceMs = 0;
    this.mirror.flush();
  }
}
