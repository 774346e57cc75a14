import { program } from "./program.ts";

const FOLDER = "/proc/sys/fs/binfmt_misc";
const ENTRY = "qemu-aarch64";
/** Debian's own line for the kernel, as the package qemu-user-static brings it. */
const LINE_FILE = "/usr/lib/binfmt.d/qemu-aarch64.conf";

/**
 * Does something while this machine's kernel runs arm64 programs, and leaves the kernel as it was.
 *
 * @throws {CardError} if the kernel can't be told
 */
export async function whileArmRuns<T>(doing: () => Promise<T>): Promise<T> {
  if (Deno.build.arch === "aarch64" || await isThere(`${FOLDER}/${ENTRY}`)) {
    return await doing();
  }
  // A person's Ctrl-C ends the program that runs by then; what was mounted goes all the same.
  const goOn = () => {};
  Deno.addSignalListener("SIGINT", goOn);
  try {
    return await whileRegistered(doing);
  } finally {
    Deno.removeSignalListener("SIGINT", goOn);
  }
}

async function whileRegistered<T>(doing: () => Promise<T>): Promise<T> {
  const mounted = !await isThere(`${FOLDER}/register`);
  if (mounted) {
    await program("run arm64 programs", "mount", ["-t", "binfmt_misc", "binfmt_misc", FOLDER]);
  }
  try {
    const tell = `cat ${LINE_FILE} > ${FOLDER}/register`;
    await program("run arm64 programs", "sh", ["-c", tell]);
    return await doing();
  } finally {
    await Deno.writeTextFile(`${FOLDER}/${ENTRY}`, "-1").catch(() => {});
    if (mounted) await program("tidy up", "umount", [FOLDER]);
  }
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
