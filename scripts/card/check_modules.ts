import { join } from "node:path";
import { CardError, program } from "./program.ts";

/** What a card can't do without: its file systems, its boards' parts, printers' adapters. */
const NEEDED = [
  ...["ext4", "vfat", "squashfs", "overlay", "nls_cp437", "nls_ascii"],
  ...["sdhci-iproc", "bcm2835", "bcm2835_wdt", "vc4", "brcmfmac", "genet", "lan78xx", "smsc95xx"],
  ...["dwc2", "libcomposite", "usb_f_acm", "ledtrig-timer", "spi-bcm2835", "nf_tables"],
  ...["cdc-acm", "ch341", "cp210x", "ftdi_sio", "pl2303"],
];

/**
 * Refuses a tree in which a needed driver, or one that it needs itself, was left out.
 *
 * @param tree - the card's root file system
 * @throws {CardError} with what is missing, and for what
 */
export async function checkModules(tree: string): Promise<void> {
  const folder = join(tree, "usr/lib/modules");
  for await (const { name: version } of Deno.readDir(folder)) {
    const files = await program("list the drivers", "find", [
      join(folder, version),
      "-name",
      "*.ko*",
    ]);
    const found = new Map(files.trim().split("\n").map((path) => [moduleOf(path), path]));
    const builtIn = new Set(
      (await Deno.readTextFile(join(folder, version, "modules.builtin"))).trim().split("\n")
        .map(moduleOf),
    );
    const missing: string[] = [];
    const seen = new Set<string>();
    const waiting = NEEDED.map((name) => ({ name: moduleOf(name), by: "the card" }));
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.name) || builtIn.has(next.name)) continue;
      seen.add(next.name);
      const path = found.get(next.name);
      if (path === undefined) {
        missing.push(`${next.name}, required by ${next.by}`);
        continue;
      }
      const by = next.name;
      waiting.push(...(await needsOf(path)).map((name) => ({ name, by })));
    }
    if (missing.length === 0) continue;
    throw new CardError(
      `Cannot build the card: drivers were left out; let them in again in unwanted.txt: ${
        missing.join("; ")
      }`,
    );
  }
}

/** A driver's name, as others call it, whatever its file is called. */
function moduleOf(path: string): string {
  return path.split("/").pop()!.replace(/\.ko(\.\w+)?$/, "").replaceAll("-", "_");
}

async function needsOf(path: string): Promise<string[]> {
  const say = `xz -dc "$0" | tr '\\0' '\\n' | grep -a '^depends='`;
  const line = await program("read a driver", "sh", ["-c", say, path]);
  return line.trim().slice("depends=".length).split(",").filter((name) => name !== "").map(
    moduleOf,
  );
}
