import { join } from "node:path";
import { writeBundle } from "../bundle.ts";
import { denoForArm } from "../card/deno_arm.ts";
import { program } from "../card/program.ts";

const HERE = new URL("./", import.meta.url).pathname;
const DOING = "make the guest's memory disk";
const PROGRAMS = ["dash", "mount", "mkdir", "cat"];
const LIBRARIES = [
  "libc.so.6",
  "libgcc_s.so.1",
  "libm.so.6",
  "libdl.so.2",
  "libpthread.so.0",
  "libmount.so.1",
  "libselinux.so.1",
  "libblkid.so.1",
  "libpcre2-8.so.0",
];
const LIBRARY_FOLDER = "usr/lib/aarch64-linux-gnu";

/** Where the senses of the emulated machine are wired; its chip has eight lines. */
export const WIRES = { gate: 0, door: 1, supply: 2, a: 4, b: 5, relay: 6 };

const INIT = `#!/bin/sh
export PATH=/bin HOME=/root DENO_DIR=/tmp/deno NO_COLOR=1 DENO_NO_UPDATE_CHECK=1
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mount -t tmpfs run /run; mount -t tmpfs tmp /tmp
mkdir -p /run/pw
echo 180000 > /run/temp1_input
echo "GUEST booted, chip $(cat /sys/class/gpio/gpiochip*/label) from $(cat /sys/class/gpio/gpiochip*/base)"
deno run --no-prompt -A /opt/pw/edge/senses/main.js --config /etc/pw.toml &
deno run --no-prompt -A /opt/guest_client.js
`;

const CONFIG = `site = "s1"
device = "d1"
run = "/run/pw"
[nats]
url = "nats://127.0.0.1:1"
keyFile = "unused"
trustFile = "unused"
[gpio]
chip = "9030000.pl061"
[[printer]]
name = "p1"
port = "unused"
suite = "S2"
response = "stop"
[printer.senses]
heaterGate = { pin = ${WIRES.gate}, activeLow = false }
door = { pin = ${WIRES.door} }
supply = { pin = ${WIRES.supply}, activeLow = false }
encoder = { pin = ${WIRES.a}, pinB = ${WIRES.b} }
hotend = { device = "/run/temp1_input" }
relay = { pin = ${WIRES.relay} }
`;

/**
 * Makes what an emulated machine needs to run the senses out of memory: Debian's kernel and libraries,
 * Deno for arm64, our bundle.
 *
 * @param base - Debian's part of the card, as a tar file
 * @returns the kernel's file; the memory disk stands beside it as `initrd.cpio`
 */
export async function guestTree(base: string, cache: string, folder: string): Promise<string> {
  const debian = join(folder, "debian"), tree = join(folder, "tree");
  await Deno.mkdir(debian, { recursive: true });
  const wanted = [
    ...PROGRAMS.map((name) => `usr/bin/${name}`),
    LIBRARY_FOLDER,
    "boot",
    "usr/lib/ld-*",
  ];
  const members = wanted.map((path) => `./${path}`);
  await program(DOING, "tar", ["-C", debian, "--wildcards", "-xf", base, ...members]);
  for (const each of ["bin", "proc", "sys", "dev", "run", "tmp", "etc", "root", "opt"]) {
    await Deno.mkdir(join(tree, each), { recursive: true });
  }
  const libraries = join(tree, "lib/aarch64-linux-gnu");
  await Deno.mkdir(libraries, { recursive: true });
  for (const name of PROGRAMS) {
    await Deno.copyFile(join(debian, "usr/bin", name), join(tree, "bin", name));
  }
  for (const name of LIBRARIES) {
    await Deno.copyFile(join(debian, LIBRARY_FOLDER, name), join(libraries, name));
  }
  const loader = "ld-linux-aarch64.so.1";
  await Deno.copyFile(join(debian, LIBRARY_FOLDER, loader), join(tree, "lib", loader));
  await Deno.symlink("dash", join(tree, "bin/sh"));
  await Deno.copyFile(await denoForArm(cache), join(tree, "bin/deno"));
  await writeBundle(join(tree, "opt/pw"));
  await Deno.copyFile(join(HERE, "guest_client.js"), join(tree, "opt/guest_client.js"));
  await Deno.writeTextFile(join(tree, "etc/pw.toml"), CONFIG);
  await Deno.writeTextFile(join(tree, "init"), INIT, { mode: 0o755 });
  for (const name of ["init", "bin/deno"]) await Deno.chmod(join(tree, name), 0o755);
  await program(DOING, "sh", ["-c", "find . | cpio -o -H newc --quiet > ../initrd.cpio"], {
    cwd: tree,
  });
  const kernel = [...Deno.readDirSync(join(debian, "boot"))]
    .find(({ name }) => name.startsWith("vmlinuz-"));
  if (!kernel) throw new Error(`Cannot ${DOING}: a kernel was required in ${base}`);
  return join(debian, "boot", kernel.name);
}
