import { cString, type Libc, libcError } from "../../edge/serial/libc.ts";
import { POLLIN } from "../../edge/serial/poll_set.ts";
import { encodeTermios, setTermios } from "../../edge/serial/termios.ts";

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
const CLOCK_MONOTONIC = 1;
const LINE_BYTES = 40;
const LF = 10;
const PATIENCE_US = 5e6;

/** How one run is driven. */
export interface Drive {
  lines: number;
  /** Lines a second; 0 sends as soon as the window allows it. */
  ratePerS: number;
  /** Lines sent and not yet acknowledged, at most. */
  window: number;
}

/** What one run gave. */
export interface RigRun {
  /** From a line's write by the host to its read by the printer, ms. */
  delaysMs: Float64Array;
  /** From the same write to the host's read of the line's ok, ms. */
  roundTripsMs: Float64Array;
  tookS: number;
}

/**
 * Both ends of a serial link in one loop over ppoll: a host that writes lines of 40 bytes and a
 * printer that answers each with an ok. It costs some 5 µs a line and allocates nothing while it
 * runs. Paced lines leave at their time whatever became of the ones before, so that a stall of the
 * link shows in every line that it delays; the rig's own lateness is none of the link's.
 */
export class LineRig {
  readonly #libc: Libc;
  readonly #ppoll;
  readonly #gettime;
  readonly #fds = new Int32Array(4);
  readonly #pollBytes = new Uint8Array(this.#fds.buffer);
  readonly #events = new Int16Array(this.#fds.buffer);
  readonly #now = new Uint8Array(16);
  readonly #nowWords = new Uint32Array(this.#now.buffer);
  readonly #wait = new Uint8Array(16);
  readonly #waitWords = new Uint32Array(this.#wait.buffer);
  readonly #buffer = new Uint8Array(4096);
  readonly #line = new Uint8Array(LINE_BYTES).fill(0x41);
  readonly #ok = new TextEncoder().encode("ok\n");

  /**
   * @param masterFd the printer's end
   * @param hostPath what the host opens
   * @throws {LibcError} if it can't be opened
   */
  constructor(libc: Libc, readonly masterFd: number, readonly hostPath: string) {
    this.#libc = libc;
    const { symbols } = Deno.dlopen("libc.so.6", {
      ppoll: { parameters: ["buffer", "usize", "buffer", "pointer"], result: "i32" },
      clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
    });
    this.#ppoll = symbols.ppoll;
    this.#gettime = symbols.clock_gettime;
    const hostFd = libc.call.open(cString(hostPath), O_RDWR | O_NOCTTY | O_NONBLOCK, 0);
    if (hostFd < 0) throw libcError(libc, `Cannot open ${hostPath}`);
    setTermios(libc, hostFd, encodeTermios({ baud: 115_200 }));
    this.#fds[0] = masterFd;
    this.#fds[2] = hostFd;
    this.#events[2] = POLLIN;
    this.#events[6] = POLLIN;
    this.#line[0] = 0x4e;
    this.#line[LINE_BYTES - 1] = LF;
  }

  #nowUs(): number {
    this.#gettime(CLOCK_MONOTONIC, this.#now);
    return (this.#nowWords[0] ?? 0) * 1e6 + (this.#nowWords[2] ?? 0) / 1e3;
  }

  #waitAtMost(us: number): void {
    this.#waitWords[0] = Math.floor(us / 1e6);
    this.#waitWords[2] = (us % 1e6) * 1000;
    this.#ppoll(this.#pollBytes, 2n, this.#wait, null);
  }

  /** Reads what is there and gives how many lines end in it. */
  #lineEnds(fd: number): number {
    const bytes = this.#libc.call.read(fd, this.#buffer, this.#buffer.length);
    let ends = 0;
    for (let i = 0; i < bytes; i++) if (this.#buffer[i] === LF) ends++;
    return ends;
  }

  #send(): void {
    const written = this.#libc.call.write(this.#fds[2] ?? -1, this.#line, LINE_BYTES);
    if (written !== LINE_BYTES) {
      throw new Error(
        `Cannot send a line: room for ${LINE_BYTES} bytes was required, got ${written}`,
      );
    }
  }

  /** Runs once. @throws {Error} if nothing came for five seconds */
  run(drive: Drive): RigRun {
    const { lines, window } = drive;
    const periodUs = drive.ratePerS > 0 ? 1e6 / drive.ratePerS : 0;
    const sentUs = new Float64Array(lines);
    const delaysMs = new Float64Array(lines);
    const roundTripsMs = new Float64Array(lines);
    const startUs = this.#nowUs();
    let [sent, arrived, done, nowUs, heardUs] = [0, 0, 0, startUs, startUs];
    while (done < lines) {
      while (sent < lines && sent - done < window && nowUs >= startUs + sent * periodUs) {
        sentUs[sent++] = this.#nowUs();
        this.#send();
      }
      const isDue = periodUs > 0 && sent < lines;
      this.#waitAtMost(isDue ? Math.max(0, startUs + sent * periodUs - this.#nowUs()) : 1e6);
      nowUs = this.#nowUs();
      if ((this.#events[3] ?? 0) & POLLIN) {
        for (let ends = this.#lineEnds(this.masterFd); ends > 0 && arrived < lines; ends--) {
          delaysMs[arrived] = (nowUs - (sentUs[arrived] ?? 0)) / 1000;
          arrived++;
          this.#libc.call.write(this.masterFd, this.#ok, this.#ok.length);
        }
        heardUs = nowUs;
      }
      if ((this.#events[7] ?? 0) & POLLIN) {
        for (let ends = this.#lineEnds(this.#fds[2] ?? -1); ends > 0 && done < lines; ends--) {
          roundTripsMs[done] = (nowUs - (sentUs[done] ?? 0)) / 1000;
          done++;
        }
        heardUs = nowUs;
      }
      if (nowUs - heardUs > PATIENCE_US) {
        throw new Error(`Cannot go on: an answer within 5 s was required, got ${done} of ${lines}`);
      }
    }
    return { delaysMs, roundTripsMs, tookS: (this.#nowUs() - startUs) / 1e6 };
  }
}
