import { join } from "node:path";
import { CardDisk } from "./card_disk.ts";
import { type CardMachine, PATIENCE, type Plugged } from "./card_machine.ts";
import { layReference, referenceWords } from "./reference_work.ts";
import { takenWords } from "./taken.ts";
import { computerWords } from "./foreign_computer.ts";

/** The label of the emulated machine's GPIO chip, and where the levels of its eight lines stand. */
const GPIO_CHIP = "9030000.pl061";
const LEVELS = "0x090303fc";

/** A card in an emulated arm64 machine: the very image, its kernel and its initramfs. */
export class EmulatedCard implements CardMachine {
  readonly disk: CardDisk;
  readonly wiring = { chip: GPIO_CHIP, usb: "auto" };
  #child: Deno.ChildProcess | null = null;
  #starts = 0;

  constructor(private readonly folder: string) {
    this.disk = new CardDisk(folder);
  }

  async flash(image: string): Promise<void> {
    await this.disk.flash(image);
    await layReference(this.disk);
    for (const name of ["vmlinuz", "initrd.img"]) {
      await this.disk.take(name, join(this.folder, name));
    }
  }

  async power({ printer, networkPort, computer }: Plugged): Promise<void> {
    this.#starts++;
    const port = computer === null ? null : await Deno.realPath(computer);
    const line = (await this.disk.read("cmdline.txt")).trim().replaceAll(/console=\S+ ?/g, "");
    // Work beside the guard is for the start in which it is measured.
    const added = [takenWords(), ...(this.#starts === 1 ? [referenceWords()] : [])];
    if (port !== null) added.push(computerWords());
    const words = [PATIENCE, ...added].join(" ");
    const args = [
      ...["-M", "virt,acpi=off", "-cpu", "cortex-a72", "-smp", "2", "-m", "1024"],
      ...["-kernel", join(this.folder, "vmlinuz"), "-initrd", join(this.folder, "initrd.img")],
      // The machine's own driver of its power key would hold the lines.
      ...["-append", `${line} console=ttyAMA0 modprobe.blacklist=gpio_keys ${words}`],
      ...["-drive", `if=none,id=card,format=raw,file=${this.disk.file}`],
      ...["-device", "virtio-blk-pci,drive=card"],
      ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${networkPort}-:3333`],
      ...["-device", "virtio-net-pci,netdev=net", "-device", "qemu-xhci"],
      ...["-chardev", `serial,id=printer,path=${await Deno.realPath(printer)}`],
      ...["-device", "usb-serial,chardev=printer"],
      ...(port === null ? [] : ["-chardev", `serial,id=computer,path=${port}`]),
      ...(port === null ? [] : ["-device", "pci-serial,chardev=computer"]),
      ...["-display", "none", "-serial", `file:${this.logFile()}`],
      ...["-monitor", `unix:${join(this.folder, "monitor")},server,nowait`],
    ];
    const options = { args, stdin: "null", stdout: "null", stderr: "inherit" } as const;
    this.#child = new Deno.Command("qemu-system-aarch64", options).spawn();
  }

  async said(): Promise<string> {
    return await Deno.readTextFile(this.logFile()).catch(() => "");
  }

  logFile(): string {
    return join(this.folder, `console-${this.#starts}.log`);
  }

  async bytesWritten(): Promise<number> {
    return Number(await this.#asked("info blockstats", /card: [^\n]*wr_bytes=(\d+) /));
  }

  async line(number: number): Promise<boolean> {
    const levels = await this.#asked(`xp /1xb ${LEVELS}`, /: 0x([0-9a-f]{2})/);
    return (parseInt(levels, 16) & (1 << number)) !== 0;
  }

  /** Asks the emulator itself; gives what the pattern captures of its answer. */
  async #asked(question: string, answer: RegExp): Promise<string> {
    using monitor = await Deno.connect({ transport: "unix", path: join(this.folder, "monitor") });
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

  async cut(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = null;
  }
}
