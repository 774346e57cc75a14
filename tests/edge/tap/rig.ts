import { files } from "../../../edge/serial/files.ts";
import { cString, type Libc, libcError, loadLibc } from "../../../edge/serial/libc.ts";
import { openPty, type Pty, touchSlave } from "../../../edge/serial/pty.ts";
import { encodeTermios, setTermios } from "../../../edge/serial/termios.ts";
import type { Observation, SourcePosition } from "../../../edge/source/observation.ts";
import { TapSource } from "../../../edge/source/tap_source.ts";
import type { Result } from "../../../shared/result.ts";

export const libc: Libc = loadLibc();
export const disk = files(libc);

const MAIN = new URL("../../../edge/tap/main.ts", import.meta.url).pathname;
/** Close-on-exec too: a child that inherits the host's port would be a second opener of it. */
const O_RDWR_NOCTTY_NONBLOCK = 2 | 0o400 | 0o4000 | 0o2000000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `check` holds; fails with `what` after a generous time. */
export async function until(what: string, check: () => boolean, withinMs = 120_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!check()) {
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await pause(1);
  }
}

/** Orders until the tap does so: after its start the agent's side may not be connected yet. */
export async function untilOrdered(
  what: string,
  order: () => Promise<Result<string>>,
): Promise<void> {
  let last = await order();
  for (let turn = 0; !last.ok && turn < 1200; turn++) {
    await pause(100);
    last = await order();
  }
  if (!last.ok) throw new Error(`${what}: ${last.issue}`);
}

/** One end of a serial line: writes whole buffers, collects what comes. */
export class End {
  readonly #chunks: Uint8Array[] = [];
  readonly #buffer = new Uint8Array(4096);
  bytes = 0;

  constructor(public fd: number) {}

  /** Reads what is there; the bytes so far are in `all` and `text`. */
  poll(): void {
    for (;;) {
      const length = libc.call.read(this.fd, this.#buffer, this.#buffer.length);
      if (length <= 0) return;
      this.#chunks.push(this.#buffer.slice(0, length));
      this.bytes += length;
    }
  }

  get all(): Uint8Array {
    const all = new Uint8Array(this.bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  get text(): string {
    return new TextDecoder("latin1").decode(this.all);
  }

  /** Writes what the line takes now. @returns bytes taken, −1 if the line is dead */
  writeSome(bytes: Uint8Array<ArrayBuffer>): number {
    const written = libc.call.write(this.fd, bytes, bytes.length);
    return written < 0 && libc.errno() === 11 ? 0 : written;
  }

  write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const written = this.writeSome(bytes);
    if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} were taken`);
  }

  async reads(text: string): Promise<void> {
    await until(`'${text}', have '${this.text.slice(-200)}'`, () => {
      this.poll();
      return this.text.includes(text);
    });
  }

  close(): void {
    if (this.fd >= 0) libc.call.close(this.fd);
    this.fd = -1;
  }
}

/** A printer without a firmware: the master of a pty behind a link, as udev would make one. */
export class PrinterEnd extends End {
  constructor(readonly pty: Pty, readonly path: string) {
    super(pty.masterFd);
    touchSlave(libc, pty);
    disk.pointLink(path, pty.slavePath);
  }

  static at(path: string): PrinterEnd {
    return new PrinterEnd(openPty(libc, 115_200), path);
  }

  /** Pulls the plug. */
  unplug(): void {
    disk.remove(this.path);
    this.close();
  }
}

/** Opens a port as a host does. */
export function openHost(path: string, baud = 115_200): End {
  const fd = libc.call.open(cString(path), O_RDWR_NOCTTY_NONBLOCK, 0);
  if (fd < 0) throw libcError(libc, `Cannot open ${path}`);
  setTermios(libc, fd, encodeTermios({ baud }));
  return new End(fd);
}

/** A tap as its own process. */
export class TapProcess {
  stderr = "";
  readonly link: string;
  readonly socket: string;
  readonly child: Deno.ChildProcess;
  readonly ended: Promise<Deno.CommandStatus>;

  constructor(readonly folder: string, port: string, ...more: string[]) {
    this.link = `${folder}/run/p.tty`;
    this.socket = `${folder}/run/p.sock`;
    const args = [
      "run",
      "--quiet",
      "--allow-ffi",
      "--no-prompt",
      MAIN,
      "--port",
      port,
      "--printer",
      "p",
    ];
    this.child = new Deno.Command(Deno.execPath(), {
      args: [...args, "--state", folder, ...more],
      stderr: "piped",
      stdout: "null",
    }).spawn();
    this.ended = Promise.all([this.child.status, this.#collect()]).then(([status]) => status);
  }

  async #collect(): Promise<void> {
    for await (const chunk of this.child.stderr.pipeThrough(new TextDecoderStream())) {
      this.stderr += chunk;
    }
  }

  async says(text: string, withinMs?: number): Promise<void> {
    await until(`'${text}' in: ${this.stderr}`, () => this.stderr.includes(text), withinMs);
  }

  async stop(): Promise<void> {
    try {
      this.child.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    await this.ended;
  }
}

/** Watches a tap in this process, as the agent does. */
export class Watcher {
  readonly seen: Observation[] = [];
  readonly source: TapSource;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;

  constructor(socketPath: string, after: SourcePosition | null = null) {
    this.source = new TapSource({ socketPath, after });
    this.#done = this.#watch();
  }

  async #watch(): Promise<void> {
    for await (const each of this.source.observations(this.#abort.signal)) this.seen.push(each);
  }

  lines(type: "sent" | "received"): string[] {
    return this.seen.flatMap((each) => each.type === type ? [each.line] : []);
  }

  events(): string[] {
    return this.seen.flatMap((each) => each.type === "link" ? [each.event] : []);
  }

  async sees(what: string, check: (each: Observation) => boolean): Promise<void> {
    await until(what, () => this.seen.some(check));
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }
}

/** What one test of a running tap works with. */
export interface Scene {
  folder: string;
  printer: PrinterEnd;
  tap: TapProcess;
}

/** Runs a test with a printer and a tap, and ends both whatever happens. */
export async function withTap(more: string[], test: (scene: Scene) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-tap-" });
  const printer = PrinterEnd.at(`${folder}/usb-printer`);
  const tap = new TapProcess(folder, printer.path, ...more);
  try {
    await tap.says("ready");
    await test({ folder, printer, tap });
  } finally {
    await tap.stop();
    printer.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Bytes that repeat for the same seed (xorshift32). */
export function seededBytes(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 8;
  }
  return bytes;
}

/** Sends all bytes from one end in pieces of many sizes, while both ends are read. */
export async function pour(from: End, to: End, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const sizes = seededBytes(bytes.length, 997);
  const before = to.bytes;
  let at = 0;
  let turn = 0;
  await until(`${bytes.length} bytes`, () => {
    for (let burst = 0; burst < 20 && at < bytes.length; burst++) {
      const size = 1 + ((sizes[turn++ % sizes.length] ?? 0) ** 2) % 3000;
      at += Math.max(from.writeSome(bytes.slice(at, at + size)), 0);
    }
    from.poll();
    to.poll();
    return to.bytes - before >= bytes.length;
  }, 240_000);
}
