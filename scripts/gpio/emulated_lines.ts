import { join } from "node:path";
import { wait } from "../../shared/wait.ts";

/** Where the chip shows its levels (ARM PrimeCell PL061, GPIODATA with every line unmasked). */
const LEVELS = "0x090303fc";

/** An emulated arm64 machine whose GPIO lines are driven and read from outside. */
export class EmulatedLines {
  readonly #child: Deno.ChildProcess;
  readonly #said: { text: string; atMs: number }[] = [];
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  #qtest: Deno.UnixConn | null = null;
  #device = "";

  constructor(private readonly folder: string, kernel: string, onLine: (text: string) => void) {
    const socket = (name: string) => `unix:${join(folder, name)},server=on,wait=off`;
    this.#child = new Deno.Command("qemu-system-aarch64", {
      args: ["-M", "virt,acpi=off", "-cpu", "cortex-a72", "-smp", "2", "-m", "1024", "-nographic"]
        .concat(["-kernel", kernel, "-initrd", join(folder, "initrd.cpio")])
        .concat(["-append", "console=ttyAMA0 rdinit=/init quiet panic=-1", "-serial", "stdio"])
        .concat(["-monitor", socket("monitor"), "-qtest", socket("qtest")])
        .concat(["-qtest-log", "/dev/null"]),
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    void this.#hear(onLine);
  }

  async #hear(onLine: (text: string) => void): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        this.#said.push({ text: line, atMs: performance.now() });
        onLine(line);
      }
    }
  }

  /** How many lines it has said. */
  get count(): number {
    return this.#said.length;
  }

  /** Waits for a line that matches, said after the first `since`; returns when it came, ms. */
  async until(pattern: RegExp, since: number, withinS: number): Promise<number> {
    const endMs = performance.now() + withinS * 1000;
    for (;;) {
      const found = this.#said.slice(since).find(({ text }) => pattern.test(text));
      if (found) return found.atMs;
      if (performance.now() > endMs) {
        throw new Error(`The guest had to say ${pattern} within ${withinS} s`);
      }
      await wait(50);
    }
  }

  async order(word: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${word}\n`));
  }

  /** Drives an input line. */
  async set(line: number, level: 0 | 1): Promise<void> {
    if (this.#qtest === null) {
      this.#device = await this.#asked("info qom-tree", /\/(device\[\d+\]) \(pl061\)/);
      this.#qtest = await Deno.connect({ transport: "unix", path: join(this.folder, "qtest") });
    }
    const path = `/machine/unattached/${this.#device}`;
    const text = `set_irq_in ${path} unnamed-gpio-in ${line} ${level}\n`;
    await this.#qtest.write(new TextEncoder().encode(text));
    await this.#qtest.read(new Uint8Array(64));
  }

  /** Whether a line is high, as the chip itself has it. */
  async isHigh(line: number): Promise<boolean> {
    const levels = await this.#asked(`xp /1xb ${LEVELS}`, /: 0x([0-9a-f]{2})/);
    return (parseInt(levels, 16) & (1 << line)) !== 0;
  }

  async #asked(question: string, answer: RegExp): Promise<string> {
    using monitor = await Deno.connect({ transport: "unix", path: join(this.folder, "monitor") });
    await monitor.write(new TextEncoder().encode(`${question}\n`));
    const buffer = new Uint8Array(65_536);
    for (let text = "";;) {
      const length = await monitor.read(buffer);
      if (length === null) throw new Error(`The emulator had to answer '${question}'`);
      text += new TextDecoder().decode(buffer.subarray(0, length));
      const found = answer.exec(text)?.[1];
      if (found !== undefined) return found;
    }
  }

  async end(): Promise<void> {
    this.#qtest?.close();
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}
