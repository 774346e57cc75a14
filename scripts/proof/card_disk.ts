import { join } from "node:path";
import { ALIGN_BYTES } from "../card/layout.ts";
import { program } from "../card/program.ts";
import { databaseDamage } from "./database_damage.ts";
import { type Waiting, waitingIn } from "./waiting.ts";
import { withDatabases } from "./with_databases.ts";

const DISK_BYTES = 1024 ** 3;
/** The partition that lasts. */
const LASTING = 2;

/** A card as a file, written and read as a person's computer does, and looked through. */
export class CardDisk {
  readonly file: string;

  constructor(readonly folder: string) {
    this.file = join(folder, "card.img");
  }

  /** Flashes the image. */
  async flash(image: string): Promise<void> {
    const doing = "flash the emulated card";
    await program(doing, "cp", ["--sparse=always", image, this.file]);
    await program(doing, "truncate", [`--size=${DISK_BYTES}`, this.file]);
  }

  /** Takes the first file of the boot partition whose name begins so. */
  async take(prefix: string, target: string): Promise<void> {
    const copy = `mcopy -n -i ${this.#boot()} '::${prefix}-*' ${target}`;
    await program("read from the card", "sh", ["-c", copy]);
  }

  /** Writes a file onto the card's first partition. */
  async write(name: string, text: string): Promise<void> {
    const file = join(this.folder, name);
    await Deno.writeTextFile(file, text);
    await program("write onto the card", "mcopy", ["-o", "-i", this.#boot(), file, `::${name}`]);
    await Deno.remove(file);
  }

  /** Copies a file onto the first partition. */
  async lay(file: string): Promise<void> {
    await program("copy onto the card", "mcopy", ["-o", "-i", this.#boot(), file, "::"]);
  }

  /** Where a link of the partition that lasts leads to once its journal is replayed, or null. */
  async link(path: string): Promise<string | null> {
    return await this.#lasting(async (part) => {
      const said = await program("read from the card", "debugfs", ["-R", `stat ${path}`, part]);
      return /Fast link dest: "([^"]*)"/.exec(said)?.[1] ?? null;
    });
  }

  /** A file of the partition that lasts, once its journal is replayed; empty if there is none. */
  async lasting(path: string): Promise<string> {
    return await this.#lasting((part) =>
      program("read from the card", "debugfs", ["-R", `cat ${path}`, part])
    );
  }

  /**
   * What the outbox on the card still has to deliver once journals are replayed. While the machine
   * runs this is a look at a disk in motion, which may fail.
   */
  async waiting(): Promise<Waiting[]> {
    return await this.#lasting((part) => withDatabases(part, waitingIn));
  }

  /** The partition that lasts, its journal replayed, as a file for a while. */
  async #lasting<T>(look: (part: string) => Promise<T>): Promise<T> {
    const part = await this.#partition(LASTING);
    try {
      await new Deno.Command("e2fsck", { args: ["-f", "-p", part], stdout: "null" }).output();
      return await look(part);
    } finally {
      await Deno.remove(part);
    }
  }

  /** Reads a file of the first partition. */
  async read(name: string): Promise<string> {
    return await program("read from the card", "mtype", ["-i", this.#boot(), `::${name}`]);
  }

  /** The names of the first partition's files. */
  async names(): Promise<string[]> {
    const said = await program("read the card", "mdir", ["-b", "-i", this.#boot(), "::"]);
    return said.split("\n").map((line) => line.trim().replace(/^::\//, "")).filter(Boolean);
  }

  /** What checks of file systems and databases say after the plug was pulled; empty if all is well. */
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
      else if (check[0] === "e2fsck") {
        found.push(...await withDatabases(part, databaseDamage));
      }
      await Deno.remove(part);
    }
    return found.join("\n");
  }

  /** A partition as a file of its own, for whoever wants it; the first is 0. */
  async #partition(index: number): Promise<string> {
    const table = JSON.parse(await program("read the table", "sfdisk", ["--json", this.file]));
    const { start, size } = table.partitiontable.partitions[index];
    const part = join(this.folder, "part");
    const where = [`skip=${start * 512}`, `count=${size * 512}`, "bs=1M", "status=none"];
    const how = ["iflag=skip_bytes,count_bytes", "conv=sparse"];
    await program("take a partition", "dd", [`if=${this.file}`, `of=${part}`, ...where, ...how]);
    return part;
  }

  #boot(): string {
    return `${this.file}@@${ALIGN_BYTES}`;
  }
}
