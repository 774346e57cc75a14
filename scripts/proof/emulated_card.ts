import { join } from "node:path";
import { ALIGN_BYTES } from "../card/layout.ts";
import { program } from "../card/program.ts";

const DISK_BYTES = 1024 ** 3;
/** The host machine, as the emulated one sees it. */
export const HOST_SEEN = "10.0.2.2";

/** The label of the emulated machine's GPIO chip, and where the levels of its eight lines stand. */
export const GPIO_CHIP = "9030000.pl061";
const LEVELS = "0x090303fc";

/** What is plugged into the emulated machine. */
export interface Plugged {
  /** Terminal of the printer, at a USB serial adapter. */
  printer: string;
  /** Port of this machine that leads to the emulated one's first printer. */
  networkPort: number;
}

/** A card in an emulated arm64 machine: the very image, its kernel and its initramfs. */
export class EmulatedCard {
  #folder: string;
  #disk: string;
  #child: Deno.ChildProcess | null = null;
  #starts = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#disk = join(folder, "card.img");
  }

  /** Flashes the image, and takes the boot files out that real hardware would find by itself. */
  async flash(image: string): Promise<void> {
    const doing = "flash the emulated card";
    await program(doing, "cp", ["--sparse=always", image, this.#disk]);
    await program(doing, "truncate", [`--size=${DISK_BYTES}`, this.#disk]);
    for (const name of ["vmlinuz", "initrd.img"]) {
      const target = join(this.#folder, name);
      await program(doing, "sh", ["-c", `mcopy -n -i ${this.#boot()} '::${name}-*' ${target}`]);
    }
  }

  /** Writes a file onto the card's first partition, as a person's computer does. */
  async write(name: string, text: string): Promise<void> {
    const file = join(this.#folder, name);
    await Deno.writeTextFile(file, text);
    await program("write onto the card", "mcopy", ["-o", "-i", this.#boot(), file, `::${name}`]);
    await Deno.remove(file);
  }

  /** Copies a file onto the first partition. */
  async lay(file: string): Promise<void> {
    await program("copy onto the card", "mcopy", ["-o", "-i", this.#boot(), file, "::"]);
  }

  /** Where a link of the partition that lasts leads to; null if there is none. */
  async link(path: string): Promise<string | null> {
    const part = await this.#partition(2);
    const said = await program("read from the card", "debugfs", ["-R", `stat ${path}`, part]);
    await Deno.remove(part);
    return /Fast link dest: "([^"]*)"/.exec(said)?.[1] ?? null;
  }

  /** Reads a file of the first partition. */
  async read(name: string): Promise<string> {
    return await program("read from the card", "mtype", ["-i", this.#boot(), `::${name}`]);
  }

  /** Powers the machine; each start has a log of its own. */
  async power({ printer, networkPort }: Plugged): Promise<void> {
    this.#starts++;
    const line = (await this.read("cmdline.txt")).trim().replaceAll(/console=\S+ ?/g, "");
    const args = [
      ...["-M", "virt,acpi=off", "-cpu", "cortex-a72", "-smp", "2", "-m", "1024"],
      ...["-kernel", join(this.#folder, "vmlinuz"), "-initrd", join(this.#folder, "initrd.img")],
      // The machine's own driver of its power key would hold the lines.
      ...["-append", `${line} console=ttyAMA0 modprobe.blacklist=gpio_keys`],
      ...["-drive", `if=none,id=card,format=raw,file=${this.#disk}`],
      ...["-device", "virtio-blk-pci,drive=card"],
      ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${networkPort}-:3333`],
      ...["-device", "virtio-net-pci,netdev=net", "-device", "qemu-xhci"],
      ...["-chardev", `serial,id=printer,path=${await Deno.realPath(printer)}`],
      ...["-device", "usb-serial,chardev=printer"],
      ...["-display", "none", "-serial", `file:${this.logFile()}`],
      ...["-monitor", `unix:${join(this.#folder, "monitor")},server,nowait`],
    ];
    const options = { args, stdin: "null", stdout: "null", stderr: "inherit" } as const;
    this.#child = new Deno.Command("qemu-system-aarch64", options).spawn();
  }

  /** What the console of this start has said so far. */
  async said(): Promise<string> {
    return await Deno.readTextFile(this.logFile()).catch(() => "");
  }

  logFile(): string {
    return join(this.#folder, `console-${this.#starts}.log`);
  }

  /** Bytes written to the card since it was powered. */
  async bytesWritten(): Promise<number> {
    return Number(await this.#asked("info blockstats", /card: [^\n]*wr_bytes=(\d+) /));
  }

  /** Whether an output line of the machine's GPIO chip is high. */
  async line(number: number): Promise<boolean> {
    const levels = await this.#asked(`xp /1xb ${LEVELS}`, /: 0x([0-9a-f]{2})/);
    return (parseInt(levels, 16) & (1 << number)) !== 0;
  }

  /** Asks the emulator itself; gives what the pattern captures of its answer. */
  async #asked(question: string, answer: RegExp): Promise<string> {
    using monitor = await Deno.connect({ transport: "unix", path: join(this.#folder, "monitor") });
    await monitor.write(new TextEncoder().encode(`${question}\n`));
    const buffer = new Uint8Array(8192);
    let text = "";
    for (;;) {
      const length = await monitor.read(buffer);
      if (length === null) {
        throw new Error(`The emulator had to answer '${question}', got '${text}'`);
      }
      text += new TextDecoder().decode(buffer.subarray(0, length));
      const found = answer.exec(text)?.[1];
      if (found !== undefined) return found;
    }
  }

  /** Pulls the plug. */
  async cut(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = null;
  }

  /** What checks of the file systems say after the plug was pulled; empty if all is well. */
  async damage(): Promise<string> {
    const found: string[] = [];
    const checks = [["fsck.vfat", "-n"], null, ["e2fsck", "-f", "-p"]];
    for (const [index, check] of checks.entries()) {
      if (check === null) continue;
      const part = await this.#partition(index);
      const { code, stdout } = await new Deno.Command(check[0]!, {
        args: [...check.slice(1), part],
      })
        .output();
      // e2fsck says 1 when the journal was replayed and all was well again.
      if (code > 1) found.push(new TextDecoder().decode(stdout).trim());
      await Deno.remove(part);
    }
    return found.join("\n");
  }

  /** A partition as a file of its own, for whoever wants it; the first is 0. */
  async #partition(index: number): Promise<string> {
    const table = JSON.parse(await program("read the table", "sfdisk", ["--json", this.#disk]));
    const { start, size } = table.partitiontable.partitions[index];
    const part = join(this.#folder, "part");
    const where = [`skip=${start * 512}`, `count=${size * 512}`, "bs=1M", "status=none"];
    const how = ["iflag=skip_bytes,count_bytes", "conv=sparse"];
    await program("take a partition", "dd", [`if=${this.#disk}`, `of=${part}`, ...where, ...how]);
    return part;
  }

  #boot(): string {
    return `${this.#disk}@@${ALIGN_BYTES}`;
  }
}
