import { statfs } from "node:fs/promises";
import { CardError } from "./program.ts";

/** What builds a card, each with the Debian package that brings it. */
const PROGRAMS: Record<string, string> = {
  mmdebstrap: "mmdebstrap",
  "arch-test": "arch-test",
  "qemu-aarch64-static": "qemu-user-static",
  mksquashfs: "squashfs-tools",
  "mkfs.vfat": "dosfstools",
  mcopy: "mtools",
  mke2fs: "e2fsprogs",
  debugfs: "e2fsprogs",
  sfdisk: "fdisk",
  xz: "xz-utils",
  "systemd-sysusers": "systemd",
  npm: "npm",
};
const GIB = 1024 ** 3;
/** The base once as a tar file and once unpacked, the partitions, the image and its compression. */
const FREE_BYTES_MIN = 3 * GIB;

/**
 * Refuses in a sentence what would fail in the middle.
 *
 * @param folders - made where they aren't there yet
 * @throws {CardError} without root, without a program, or without room in one of the folders
 */
export async function checkNeeds(folders: readonly string[]): Promise<void> {
  if (Deno.uid() !== 0) {
    throw new CardError(
      "Cannot build the card: root was required, since a file system's owners are set; " +
        `got user ${Deno.uid()}. Run it by sudo, or in a container`,
    );
  }
  await checkPrograms("build the card", PROGRAMS);
  for (const folder of folders) {
    await makeFolder(folder);
    await checkRoom(folder);
  }
}

/**
 * @param doing - what they are for, as in "build the card"
 * @param programs - each with the Debian package that brings it
 * @throws {CardError} that names the packages of those that aren't there
 */
export async function checkPrograms(
  doing: string,
  programs: Readonly<Record<string, string>>,
): Promise<void> {
  const missing = [];
  for (const [name, from] of Object.entries(programs)) if (!await inPath(name)) missing.push(from);
  if (missing.length === 0) return;
  const names = [...new Set(missing)].join(" ");
  throw new CardError(`Cannot ${doing}: 'apt-get install ${names}' was required first`);
}

/** @throws {CardError} if the folder is not there and can't be made */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new CardError(`Cannot build the card: a folder '${folder}' was required, got ${got}`, {
      cause,
    });
  }
}

/** @throws {CardError} if a folder has too little room */
export async function checkRoom(folder: string, bytesMin = FREE_BYTES_MIN): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytesMin) return;
  const gib = (bytes: number) => (bytes / GIB).toFixed(1);
  throw new CardError(
    `Cannot build the card: ${gib(bytesMin)} GiB were required in '${folder}', ` +
      `got ${gib(bavail * bsize)}`,
  );
}

async function inPath(name: string): Promise<boolean> {
  const folders = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`.split(":");
  for (const folder of folders) {
    if (await Deno.stat(`${folder}/${name}`).then(() => true, () => false)) return true;
  }
  return false;
}
