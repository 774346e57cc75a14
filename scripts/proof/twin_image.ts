import { join } from "node:path";
import { copyTree } from "../card/copy_tree.ts";
import { KEYS, lines, MIRROR, quoted, SUITE } from "../card/base.ts";
import { writeImage } from "../card/disk.ts";
import { program } from "../card/program.ts";
import { layTree } from "../card/tree.ts";

const HERE = new URL("./", import.meta.url).pathname;
const CARD = new URL("../card/", import.meta.url).pathname;
/** What only a Raspberry Pi has a use for. */
const BOARD_ONLY = /^(linux-image|initramfs-tools|raspi-firmware|firmware-|wireless-regdb)/;
const MODULES = "/usr/lib/uml/modules";
/** What the twin's root hangs on, in the order in which it is needed. */
const EARLY = ["squashfs", "overlay"];
const EPOCH_S = 1_754_697_600;

/** What a twin is started with. */
export interface Twin {
  image: string;
  /** The kernel's first file system. */
  initrd: string;
}

/**
 * Makes a card for this machine's own processor: Debian's packages, tree, units, settings and
 * partitions are the card's; kernel and firmware are left out, since User Mode Linux brings a kernel.
 * It starts in seconds where an emulated arm64 takes minutes.
 *
 * @param cache - Debian's part is kept there
 * @throws {CardError} if a package or a program is missing
 */
export async function makeTwin(cache: string, out: string): Promise<Twin> {
  await Deno.mkdir(cache, { recursive: true });
  const base = await twinBase(cache);
  const work = await Deno.makeTempDir({ dir: cache, prefix: "work-" });
  try {
    const tree = join(work, "tree");
    await Deno.mkdir(tree);
    await layTree(tree, base, Deno.execPath());
    await copyTree(join(HERE, "twin"), tree);
    await copyTree(MODULES, join(tree, "usr/lib/modules"));
    const firmware = join(tree, "boot/firmware");
    await Deno.mkdir(firmware, { recursive: true });
    await Deno.writeTextFile(
      join(firmware, "config.txt"),
      "# The twin has no firmware: arm_64bit=1\n",
    );
    const twin = { image: join(out, "twin.img"), initrd: join(out, "twin.initrd") };
    await writeInitrd(join(tree, "usr"), join(work, "initrd"), twin.initrd);
    await writeImage(tree, work, twin.image, EPOCH_S);
    return twin;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function twinBase(cache: string): Promise<string> {
  const tar = join(cache, "base.tar");
  if (await Deno.stat(tar).then(() => true, () => false)) return tar;
  const packages = (await lines("packages.txt")).filter((name) => !BOARD_ONLY.test(name));
  const left = (await lines("unwanted.txt")).filter((line) =>
    !line.startsWith("+") && !line.includes("modules")
  );
  const args = ["--mode=root", "--format=tar", "--variant=essential"]
    .concat(`--include=${packages.join(",")}`)
    .concat(left.map((line) => `--dpkgopt=path-exclude=${line}`))
    .concat([SUITE, `${tar}.new`, `deb [signed-by=${KEYS}] ${MIRROR} ${SUITE} main`]);
  const env = { SOURCE_DATE_EPOCH: String(EPOCH_S), PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  await program("make Debian's part of the twin", "mmdebstrap", args, { env });
  await Deno.rename(`${tar}.new`, tar);
  return tar;
}

/** The card's own way to its root, by a static busybox and the few drivers that it needs. */
async function writeInitrd(usr: string, folder: string, file: string): Promise<void> {
  const doing = "make the twin's first file system";
  for (const name of ["bin", "drivers", "scripts", "dev", "proc", "sys", "root"]) {
    await Deno.mkdir(join(folder, name), { recursive: true });
  }
  await Deno.copyFile("/bin/busybox", join(folder, "bin/busybox"));
  await Deno.chmod(join(folder, "bin/busybox"), 0o755);
  const [{ name: version }] = [...Deno.readDirSync(MODULES)] as [Deno.DirEntry];
  const order: string[] = [];
  for (const module of EARLY) {
    const told = await program(doing, "modprobe", [
      ...["--dirname", usr, "--set-version", version, "--show-depends", module],
    ]);
    for (const [, path] of told.matchAll(/^insmod (\S+)/gm)) {
      const name = path!.split("/").pop()!;
      if (order.includes(name)) continue;
      order.push(name);
      await Deno.copyFile(path!, join(folder, "drivers", name));
    }
  }
  await Deno.writeTextFile(join(folder, "drivers/order"), `${order.join("\n")}\n`);
  const bottom = "base/etc/initramfs-tools/scripts/local-bottom/printwarden";
  await Deno.copyFile(join(CARD, bottom), join(folder, "scripts/local-bottom"));
  await Deno.copyFile(join(HERE, "twin_init.sh"), join(folder, "init"));
  await Deno.chmod(join(folder, "init"), 0o755);
  const pack = `cd ${quoted(folder)} && find . | cpio -o -H newc --quiet > ${quoted(file)}`;
  await program(doing, "sh", ["-c", pack]);
}
