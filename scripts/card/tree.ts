import { join } from "node:path";
import { copyTree } from "./copy_tree.ts";
import { layEdge } from "./lay_edge.ts";
import { program } from "./program.ts";

const HERE = new URL("./", import.meta.url).pathname;
const DOING = "lay the card's tree";
const ENABLED = [
  "systemd-networkd.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "printwarden-card.service",
  "printwarden-grow.service",
  "printwarden-update-recover.service",
  "printwarden-wifi.service",
];
/** What Debian would start at once, but first boot starts in its time, or nobody. */
const STARTED_LATER = [
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "ser2net.service",
  "nftables.service",
  "wpa_supplicant.service",
];

/**
 * Lays out the root file system: Debian's base, Deno, our bundle, units and settings. Runs no program
 * of the tree itself, so it needs no emulation.
 *
 * @param tree - an empty folder
 * @param base - Debian's part, as a tar file
 * @param deno - the Deno that shall run there
 */
export async function layTree(tree: string, base: string, deno: string): Promise<void> {
  await program(DOING, "tar", ["-C", tree, "--numeric-owner", "-xpf", base]);
  await layEdge(tree, deno);
  await copyTree(join(HERE, "root"), tree);
  for (const folder of ["state", "etc/printwarden", "var/lib/printwarden"]) {
    await Deno.mkdir(join(tree, folder), { recursive: true });
  }
  await program(DOING, "systemd-sysusers", [`--root=${tree}`]);
  await program(DOING, "systemctl", [`--root=${tree}`, "--quiet", "enable", ...ENABLED]);
  await disable(tree, STARTED_LATER);
  await links(tree);
}

/** Takes units out of what starts; systemctl would run a program of the tree's for some of them. */
async function disable(tree: string, units: readonly string[]): Promise<void> {
  const names = units.flatMap((unit) => ["-o", "-name", unit]).slice(1);
  const folder = join(tree, "etc/systemd/system");
  await program(DOING, "find", [folder, "-type", "l", "(", ...names, ")", "-delete"]);
}

/** What points to where first boot writes, and what no two builds would have alike. */
async function links(tree: string): Promise<void> {
  const link = async (path: string, to: string) => {
    await Deno.remove(join(tree, path)).catch(() => {});
    await Deno.symlink(to, join(tree, path));
  };
  // The guard begins without a network, and an unplugged cable beside a Wi-Fi would hold it up.
  await link("etc/systemd/system/systemd-networkd-wait-online.service", "/dev/null");
  await link("etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf");
  await Deno.writeTextFile(join(tree, "etc/machine-id"), "");
  // The tree is complete: nothing has to be brought up to date at each start.
  for (const path of ["etc/.updated", "var/.updated"]) {
    await Deno.writeTextFile(join(tree, path), "");
  }
  for (const path of ["var/log/apt", "var/log/dpkg.log", "var/cache/ldconfig/aux-cache"]) {
    await Deno.remove(join(tree, path), { recursive: true }).catch(() => {});
  }
}
