import { files } from "../../../edge/serial/files.ts";
import type { Libc } from "../../../edge/serial/libc.ts";
import { openPty } from "../../../edge/serial/pty.ts";
import { wait } from "../../../shared/wait.ts";
import { Duress } from "../duress.ts";
import { LineRig } from "../line_rig.ts";

/** The links that are always measured; and those, beside them, under duress. */
export const KINDS = ["bare", "socat", "tap", "tapBusy"] as const;
export const DURESS_KINDS = [
  ...KINDS,
  "tapHung",
  "tapCrashing",
  "socatStarved",
  "tapStarved",
] as const;
export type Kind = (typeof DURESS_KINDS)[number];

/** Each kind's way from a host to a printer, and what is made hard for it. */
export interface Links {
  rigs: Map<Kind, LineRig>;
  duress: Duress;
}

/** @param children whatever is started is added to them */
export async function openLinks(
  libc: Libc,
  folder: string,
  children: Deno.ChildProcess[],
): Promise<Links> {
  const rigs = new Map<Kind, LineRig>();
  const bare = openPty(libc, 115_200);
  rigs.set("bare", new LineRig(libc, bare.masterFd, bare.slavePath));

  const socatLink = `${folder}/socat.tty`;
  const behindSocat = openPty(libc, 115_200);
  const bridge = startSocat(socatLink, behindSocat.slavePath);
  if (bridge === null) console.error("socat is not installed, so it isn't measured");
  else {
    children.push(bridge);
    await appears(libc, socatLink);
    const rig = new LineRig(libc, behindSocat.masterFd, socatLink);
    for (const kind of ["socat", "socatStarved"] as const) rigs.set(kind, rig);
  }

  const behindTap = openPty(libc, 115_200);
  children.push(startTap(folder, behindTap.slavePath));
  await appears(libc, `${folder}/run/bench.tty`);
  const rig = new LineRig(libc, behindTap.masterFd, `${folder}/run/bench.tty`);
  for (const kind of DURESS_KINDS) if (kind.startsWith("tap")) rigs.set(kind, rig);
  const duress = new Duress(`${folder}/run/bench.sock`);
  await wait(1500);
  return { rigs, duress };
}

function startSocat(link: string, port: string): Deno.ChildProcess | null {
  try {
    const args = [`PTY,raw,echo=0,link=${link}`, `${port},raw,echo=0`];
    return new Deno.Command("socat", { args }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function startTap(folder: string, port: string): Deno.ChildProcess {
  const main = new URL("../../../edge/tap/main.ts", import.meta.url).pathname;
  const args = ["run", "--allow-ffi", main, "--port", port, "--printer", "bench"];
  return new Deno.Command(Deno.execPath(), { args: [...args, "--state", folder], stderr: "null" })
    .spawn();
}

async function appears(libc: Libc, path: string): Promise<void> {
  const disk = files(libc);
  for (let tries = 0; tries < 200; tries++) {
    if (disk.exists(path)) return;
    await wait(50);
  }
  throw new Error(`Cannot measure: ${path} was required within 10 s, but it did not appear`);
}
