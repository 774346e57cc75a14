import { cString, type Libc, libcError } from "../../edge/serial/libc.ts";
import { receiveNotice } from "./receive_fd.ts";

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const F_DUPFD = 0;
/** Copies for the child are made from here on, out of the way of the numbers that it gets them at. */
const COPIES_FROM = 100;
const FIRST_FD = 3;
const LOOK_MS = 5;

/**
 * Does for one program what systemd does for a service with `Restart=always` and a store of
 * descriptors: takes what sd_notify(3) hands over, starts the program again whenever it ends, and
 * gives it back what it kept, as sd_listen_fds(3) says. For tests and measurements, and where there
 * is no systemd.
 */
export class Keeper {
  readonly #kept = new Map<string, number>();
  readonly #socket: number;
  readonly #address: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #child: Deno.ChildProcess | null = null;
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();
  /** How often the program was started. */
  starts = 0;
  /** What it wrote to standard error, all runs of it. */
  stderr = "";

  /**
   * @param folder where the notify socket may stand
   * @param command the program and its arguments
   * @param lookMs how often it looks whether something was handed over
   */
  constructor(
    readonly libc: Libc,
    folder: string,
    readonly command: readonly string[],
    lookMs = LOOK_MS,
  ) {
    this.#address = `${folder}/notify.sock`;
    this.#socket = libc.call.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    const path = cString(this.#address);
    const name = new Uint8Array(2 + path.length);
    name[0] = AF_UNIX;
    name.set(path, 2);
    if (libc.call.bind(this.#socket, name, name.length) !== 0) {
      throw libcError(libc, `Cannot keep descriptors at ${this.#address}`);
    }
    this.#timer = setInterval(() => this.#hear(), lookMs);
  }

  /** The names under which something is kept. */
  get names(): string[] {
    this.#hear();
    return [...this.#kept.keys()].sort();
  }

  /** The program's process id. */
  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  #hear(): void {
    for (let notice = receiveNotice(this.#socket); notice; notice = receiveNotice(this.#socket)) {
      const name = notice.words.get("FDNAME") ?? "stored";
      if (notice.words.has("FDSTOREREMOVE")) this.#drop(name);
      if (notice.fd < 0) continue;
      if (notice.words.has("FDSTORE")) this.#drop(name);
      this.#kept.set(name, notice.fd);
    }
  }

  #drop(name: string): void {
    const fd = this.#kept.get(name);
    if (fd !== undefined) this.libc.call.close(fd);
    this.#kept.delete(name);
  }

  /** Starts the program; from now on it is started again whenever it ends. */
  start(): void {
    this.#hear();
    const fds = [...this.#kept.values()].map((fd) =>
      this.libc.call.fcntl(fd, F_DUPFD, COPIES_FROM)
    );
    const moves = fds.map((fd, at) => `exec ${FIRST_FD + at}<&${fd} ${fd}<&-`);
    // The shell becomes the program, so its own number is the one that LISTEN_PID has to name.
    const script = [...moves, 'LISTEN_PID=$$ exec "$@"'].join("; ");
    const names = [...this.#kept.keys()].join(":");
    this.#child = new Deno.Command("bash", {
      args: ["-c", script, "keeper", ...this.command],
      env: {
        NOTIFY_SOCKET: this.#address,
        LISTEN_FDS: `${fds.length}`,
        LISTEN_FDNAMES: names,
      },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    for (const fd of fds) this.libc.call.close(fd);
    this.starts++;
    this.#ended = this.#watch(this.#child);
  }

  async #watch(child: Deno.ChildProcess): Promise<void> {
    const words = (async () => {
      for await (const text of child.stderr!.pipeThrough(new TextDecoderStream())) {
        this.stderr += text;
      }
    })();
    await child.status;
    if (!this.#stopping) this.start();
    await words;
  }

  /** Ends the program without a word; it is started again at once. */
  kill(signal: Deno.Signal = "SIGKILL"): void {
    this.#child?.kill(signal);
  }

  /** Ends the program for good, and lets go of what was kept. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child?.kill("SIGTERM");
    await this.#ended;
    clearInterval(this.#timer);
    this.#hear();
    for (const name of [...this.#kept.keys()]) this.#drop(name);
    this.libc.call.close(this.#socket);
  }
}
