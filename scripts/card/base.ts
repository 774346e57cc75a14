import { whileArmRuns } from "./emulation.ts";
import { ROOT_PARTITION } from "./layout.ts";
import { program } from "./program.ts";

const HERE = new URL("./", import.meta.url).pathname;
/** Debian 13's first day: the date of whatever the base's packages write down. */
const EPOCH = "1754697600";
export const SUITE = "trixie";
export const MIRROR = "http://deb.debian.org/debian";
const SECURITY = "http://deb.debian.org/debian-security";
const PARTS = "main non-free-firmware";
export const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Debian's part of the card: a tree in a tar file, kernel and initramfs included. */
export interface Base {
  /** The tar file, kept in the cache under the digest of what it is made of. */
  tar: string;
  /** Every package with its version: what a second build has to find to make the same card. */
  packages: string;
}

/**
 * Makes Debian's part of the card, or takes it from the cache.
 *
 * @param cache - folder for it, outside of the project
 * @param options.snapshot - a time of snapshot.debian.org, such as 20261101T000000Z; none: today's
 * @throws {CardError} if a package, a program or the archive is missing
 */
export async function debianBase(
  cache: string,
  options: { snapshot?: string; say: (text: string) => void },
): Promise<Base> {
  const key = await digestOfInputs(options.snapshot ?? "");
  const tar = `${cache}/base-${key}.tar`;
  const packages = `${cache}/base-${key}.packages`;
  if (!await Deno.stat(packages).then(() => true, () => false)) {
    await Deno.mkdir(cache, { recursive: true });
    options.say("Debian 13 for arm64: about 12 minutes the first time, kept for the next …");
    try {
      await whileArmRuns(() => mmdebstrap(`${tar}.new`, `${packages}.new`, options.snapshot));
      await Deno.rename(`${tar}.new`, tar);
      await Deno.rename(`${packages}.new`, packages);
    } finally {
      for (const file of [tar, packages]) await Deno.remove(`${file}.new`).catch(() => {});
    }
  }
  return { tar, packages };
}

async function mmdebstrap(tar: string, packages: string, snapshot?: string): Promise<void> {
  const hook = (text: string) => `--customize-hook=${text}`;
  const args = [
    "--mode=root",
    "--format=tar",
    "--variant=essential",
    "--architectures=arm64",
    `--include=${(await lines("packages.txt")).join(",")}`,
    ...(await lines("unwanted.txt")).map((line) =>
      line.startsWith("+")
        ? `--dpkgopt=path-include=${line.slice(1)}`
        : `--dpkgopt=path-exclude=${line}`
    ),
    `--essential-hook=copy-in ${HERE}base/etc/initramfs-tools /etc`,
    hook(`printf 'CMA=0\\nROOTPART="${ROOT_PARTITION}"\\n' >> "$1/etc/default/raspi-firmware"`),
    hook(`chroot "$1" update-initramfs -c -k all`),
    hook(`chroot "$1" dpkg-query -W > ${quoted(packages)}`),
    SUITE,
    tar,
    ...archives(snapshot),
  ];
  const env = { SOURCE_DATE_EPOCH: EPOCH, INITRD: "No", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  await program("make Debian's part of the card", "mmdebstrap", args, { env });
}

/** A text as one word of the shell's. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function archives(snapshot?: string): string[] {
  const signed = `[signed-by=${KEYS}${snapshot === undefined ? "" : " check-valid-until=no"}]`;
  const at = (archive: string, live: string) =>
    snapshot === undefined ? live : `http://snapshot.debian.org/archive/${archive}/${snapshot}`;
  return [
    `deb ${signed} ${at("debian", MIRROR)} ${SUITE} ${PARTS}`,
    `deb ${signed} ${at("debian-security", SECURITY)} ${SUITE}-security ${PARTS}`,
  ];
}

/** The lines of a list beside this file, without its comments. */
export async function lines(name: string): Promise<string[]> {
  const text = await Deno.readTextFile(HERE + name);
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** What decides the base, but for the archive itself: the lists, the files laid in, the snapshot. */
async function digestOfInputs(snapshot: string): Promise<string> {
  const names = (await program("list the base's files", "find", [`${HERE}base`, "-type", "f"]))
    .trim().split("\n").sort();
  const parts: string[] = [EPOCH, snapshot];
  for (const path of [...names, `${HERE}packages.txt`, `${HERE}unwanted.txt`]) {
    parts.push(path.slice(HERE.length), await Deno.readTextFile(path));
  }
  const bytes = new TextEncoder().encode(parts.join("\0"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 16);
}
