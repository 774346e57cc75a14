import { join } from "node:path";
import { program } from "../card/program.ts";
import { type Child, startChild } from "../show/child.ts";
import { CardDisk } from "./card_disk.ts";
import { takenWords } from "./taken.ts";
import { type CardMachine, HOST_SEEN, PATIENCE, type Plugged } from "./card_machine.ts";

const GUEST = "10.0.2.15";
const TAP = "pwtwin";

/** A card's twin as a process: User Mode Linux on this machine's own processor. */
export class UmlCard implements CardMachine {
  readonly disk: CardDisk;
  readonly wiring = { chip: null, usb: "/dev/ttyS1" };
  #child: Deno.ChildProcess | null = null;
  #ways: Child[] = [];
  #starts = 0;

  /** @param initrd the twin's first file system */
  constructor(private readonly folder: string, private readonly initrd: string) {
    this.disk = new CardDisk(folder);
  }

  async flash(image: string): Promise<void> {
    await this.disk.flash(image);
  }

  async power({ printer, networkPort, servers }: Plugged): Promise<void> {
    this.#starts++;
    if (this.#ways.length === 0) await this.#lead(networkPort, servers);
    const log = await Deno.open(this.logFile(), { write: true, create: true });
    log.close();
    const args = [
      ...["mem=768M", `ubda=${this.disk.file}`, `initrd=${this.initrd}`, "root=/dev/ram0"],
      ...[`eth0=tuntap,${TAP}`, `ssl1=tty:${await Deno.realPath(printer)}`],
      ...["con=null", "con0=null,fd:1", "console=tty0", "net.ifnames=0", "loglevel=4"],
      ...["systemd.log_color=0", PATIENCE, ...takenWords().split(" "), `uml_dir=${this.folder}`],
    ];
    const line = `exec linux.uml ${
      args.map((each) => `'${each}'`).join(" ")
    } > '${this.logFile()}'`;
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    // A group of its own: the kernel, its disk's thread and every program are processes of this machine.
    this.#child = new Deno.Command("sh", { args: ["-c", line], detached: true, ...quiet }).spawn();
  }

  /** The network between this machine and the twin, and the ways of both to each other's ports. */
  async #lead(networkPort: number, servers: readonly number[]): Promise<void> {
    const doing = "lay a network to the twin";
    await program(doing, "ip", ["tuntap", "add", "dev", TAP, "mode", "tap"]);
    await program(doing, "ip", ["address", "add", `${HOST_SEEN}/24`, "dev", TAP]);
    await program(doing, "ip", ["link", "set", TAP, "up"]);
    const way = (bind: string, port: number, to: string) => {
      const args = [`TCP-LISTEN:${port},bind=${bind},fork,reuseaddr`, `TCP:${to}`];
      const logFolder = join(this.folder, "logs");
      this.#ways.push(startChild({ name: `way-${port}`, command: "socat", args, logFolder }));
    };
    for (const port of servers) way(HOST_SEEN, port, `127.0.0.1:${port}`);
    way("127.0.0.1", networkPort, `${GUEST}:3333`);
  }

  async said(): Promise<string> {
    return await Deno.readTextFile(this.logFile()).catch(() => "");
  }

  logFile(): string {
    return join(this.folder, `console-${this.#starts}.log`);
  }

  bytesWritten(): Promise<null> {
    return Promise.resolve(null);
  }

  line(): Promise<boolean> {
    return Promise.reject(new Error("Cannot read a line: the twin has no GPIO"));
  }

  /** All of its processes at once, as when the plug is pulled. */
  async cut(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    await program("pull the plug", "kill", ["-KILL", "--", `-${child.pid}`]).catch(() => {});
    await child.status;
  }

  /** Takes the network away again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
    await Promise.all(this.#ways.map((way) => way.stop()));
    if (this.#ways.length > 0) await program("tidy up", "ip", ["link", "delete", TAP]);
    this.#ways = [];
  }
}
