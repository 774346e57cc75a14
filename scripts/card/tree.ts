import { join } from "node:path";
import { writeBundle } from "../bundle.ts";
import { copyTree } from "./copy_tree.ts";
import { denoForArm } from "./deno_arm.ts";
import { program } from "./program.ts";

const HERE = new URL("./", import.meta.url).pathname;
const SYSTEMD = new URL("../systemd/", import.meta.url).pathname;
const DOING = "lay the card's tree";
const UNITS = [
  "printwarden-agent.service",
  "printwarden-tap@.service",
  "printwarden-senses.service",
];
const ENABLED = [
  "systemd-networkd.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "printwarden-card.service",
  "printwarden-grow.service",
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
 */
export async function layTree(tree: string, base: string, cache: string): Promise<void> {
  await program(DOING, "tar", ["-C", tree, "--numeric-owner", "-xpf", base]);
  await writeBundle(join(tree, "opt/printwarden"));
  const deno = join(tree, "usr/local/bin/deno");
  await Deno.copyFile(await denoForArm(cache), deno);
  await Deno.chmod(deno, 0o755);
  await copyTree(join(HERE, "root"), tree);
  await ourUnits(tree);
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

/** The units of `scripts/systemd`, which name the project's files, made to name the bundle's. */
async function ourUnits(tree: string): Promise<void> {
  for (const name of UNITS) {
    const text = await Deno.readTextFile(SYSTEMD + name).catch(() => null);
    if (text === null) continue;
    const bundled = text.replaceAll(/(\/opt\/printwarden\/edge\/\S*main)\.ts/g, "$1.js");
    await Deno.writeTextFile(join(tree, "etc/systemd/system", name), bundled);
  }
  const of = { sysusers: "usr/lib/sysusers.d", tmpfiles: "usr/lib/tmpfiles.d" };
  for (const [kind, folder] of Object.entries(of)) {
    const target = join(tree, folder, "printwarden.conf");
    await Deno.copyFile(`${SYSTEMD}printwarden.${kind}`, target);
  }
  const rules = "60-printwarden-senses.rules";
  await Deno.copyFile(SYSTEMD + rules, join(tree, "usr/lib/udev/rules.d", rules));
}

/** What points to where first boot writes, and what no two builds would have alike. */
async function links(tree: string): Promise<void> {
  const link = async (path: string, to: string) => {
    await Deno.remove(join(tree, path)).catch(() => {});
    await Deno.symlink(to, join(tree, path));
  };
  await link("etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf");
  const rules = "70-printwarden.rules";
  await link(`etc/udev/rules.d/${rules}`, `/run/printwarden-card/${rules}`);
  await Deno.writeTextFile(join(tree, "etc/machine-id"), "");
  // The tree is complete: nothing has to be brought up to date at each start.
  for (const path of ["etc/.updated", "var/.updated"]) {
    await Deno.writeTextFile(join(tree, path), "");
  }
  for (const path of ["var/log/apt", "var/log/dpkg.log", "var/cache/ldconfig/aux-cache"]) {
    await Deno.remove(join(tree, path), { recursive: true }).catch(() => {});
  }
}
