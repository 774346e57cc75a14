import { join } from "node:path";
import { BOOT_BYTES, DISK_ID, layOut, ROOT_PARTITION, STATE_BYTES } from "./layout.ts";
import { copyTree } from "./copy_tree.ts";
import { CardError, program } from "./program.ts";

const HERE = new URL("./", import.meta.url).pathname;
const SECTOR_BYTES = 512;
/** A file system's own number, the same for every card: it only has to differ within one. */
const STATE_ID = "50574721-7374-4174-8000-000000000003";
const COMMAND_LINE =
  `console=ttyS1,115200 console=tty0 root=${ROOT_PARTITION} rootfstype=squashfs ro rootwait ` +
  "net.ifnames=0 panic=10 loglevel=4\n";
const CONFIG_ADDED = `
# Printwarden: neither sound nor camera nor much memory for graphics is needed.
gpu_mem=32
disable_splash=1
`;
/** What must last has a folder of its own each, which fstab lays where programs look. */
const STATE_FOLDERS = ["etc", "lib", "cache", "timesync"];

/**
 * Makes the card's image from a tree, without mounting anything: each file system is written into a
 * file of its own and copied to its place.
 *
 * @param tree - the root file system; its `/boot` goes to the boot partition instead
 * @param work - folder for the parts
 * @param epochS - the one time that all files bear, s
 */
export async function writeImage(
  tree: string,
  work: string,
  image: string,
  epochS: number,
): Promise<void> {
  const files = {
    boot: join(work, "boot.vfat"),
    root: join(work, "root.squashfs"),
    state: join(work, "state.ext4"),
  };
  await bootPartition(join(tree, "boot/firmware"), files.boot, epochS);
  await rootPartition(tree, files.root, epochS);
  await statePartition(files.state, work, epochS);
  const places = layOut((await Deno.stat(files.root)).size);
  await program("make the image", "truncate", [
    `--size=${places.state.start + places.state.length}`,
    image,
  ]);
  await partitionTable(image, Object.values(places));
  for (const part of ["boot", "root", "state"] as const) {
    const seek = places[part].start / (SECTOR_BYTES * 2048);
    const to = ["bs=1M", `seek=${seek}`, "conv=notrunc,sparse", "status=none"];
    await program("put a partition into the image", "dd", [
      `if=${files[part]}`,
      `of=${image}`,
      ...to,
    ]);
  }
}

async function partitionTable(image: string, places: { start: number; length: number }[]) {
  const types = ["c", "83", "83"];
  const lines = places.map(({ start, length }, index) =>
    `start=${start / SECTOR_BYTES}, size=${length / SECTOR_BYTES}, type=${types[index]}`
  );
  const input = `label: dos\nlabel-id: 0x${DISK_ID}\n${lines.join("\n")}\n`;
  await program("write the partition table", "sfdisk", ["--quiet", image], { input });
}

/** Firmware, kernel, initramfs and the example: in an order and with times of our own. */
async function bootPartition(firmware: string, file: string, epochS: number): Promise<void> {
  await Deno.writeTextFile(join(firmware, "cmdline.txt"), COMMAND_LINE);
  const config = await Deno.readTextFile(join(firmware, "config.txt"));
  if (!config.includes("arm_64bit=1")) {
    throw new CardError("Cannot make the boot files: raspi-firmware wrote no config.txt for arm64");
  }
  await Deno.writeTextFile(join(firmware, "config.txt"), config + CONFIG_ADDED);
  await copyTree(join(HERE, "boot"), firmware);
  // They belong to the vendor's kernel, and Debian's has no use for them.
  await Deno.remove(join(firmware, "overlays"), { recursive: true }).catch(() => {});
  const doing = "make the boot partition";
  const id = ["-i", DISK_ID, "--invariant", "-n", "PRINTWARDEN"];
  await program(doing, "mkfs.vfat", ["-C", "-F", "32", ...id, file, String(BOOT_BYTES / 1024)]);
  await program(doing, "find", [firmware, "-exec", "touch", "-h", "-d", `@${epochS}`, "{}", "+"]);
  const names: string[] = [];
  for await (const entry of Deno.readDir(firmware)) names.push(entry.name);
  const paths = names.sort().map((name) => join(firmware, name));
  const env = { SOURCE_DATE_EPOCH: String(epochS), TZ: "UTC", MTOOLS_SKIP_CHECK: "1" };
  await program(doing, "mcopy", ["-s", "-m", "-i", file, ...paths, "::"], { env });
}

async function rootPartition(tree: string, file: string, epochS: number): Promise<void> {
  const time = String(epochS);
  const options = [
    "-noappend",
    "-quiet",
    "-no-progress",
    "-comp",
    "zstd",
    "-Xcompression-level",
    "15",
  ];
  const left = [
    "-e",
    "boot/*",
    "dev/*",
    "proc/*",
    "sys/*",
    "run/*",
    "tmp/*",
    "vmlinuz",
    "vmlinuz.old",
    "initrd.img",
    "initrd.img.old",
  ];
  await program("make the root partition", "mksquashfs", [
    tree,
    file,
    ...options,
    "-all-time",
    time,
    "-mkfs-time",
    time,
    "-b",
    "256K",
    "-wildcards",
    ...left,
  ]);
}

async function statePartition(file: string, work: string, epochS: number): Promise<void> {
  const doing = "make the partition of what must last";
  const env = { E2FSPROGS_FAKE_TIME: String(epochS) };
  await program(doing, "truncate", [`--size=${STATE_BYTES}`, file]);
  const options = ["-q", "-F", "-m", "1", "-L", "pwstate", "-U", STATE_ID];
  const seed = `hash_seed=${STATE_ID},lazy_itable_init=0,lazy_journal_init=0,resize=1048576`;
  await program(doing, "mke2fs", ["-t", "ext4", ...options, "-E", seed, file], { env });
  const commands = join(work, "state.debugfs");
  await Deno.writeTextFile(commands, STATE_FOLDERS.map((name) => `mkdir ${name}\n`).join(""));
  await program(doing, "debugfs", ["-w", "-f", commands, file], { env });
}
