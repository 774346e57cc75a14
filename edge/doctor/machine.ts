import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Config, runFolder } from "../config.ts";
import { SystemClock } from "../publish/wall_clock.ts";
import { type Check, fine, hint, isForbidden, mustDo, reasonOf, tried } from "./check.ts";

/** Besides the outbox, the state folder holds jobs, profiles and snapshots, bytes. */
const STATE_BYTES = 128 * 1_048_576;
/** The agent, a tap and their peaks, bytes. */
const MEMORY_BYTES_MIN = 200 * 1_048_576;

/** The folders that the agent writes to, the room in them, memory, and the clock. */
export async function checkMachine(config: Config): Promise<Check[]> {
  const folders = [["state folder", config.state], ["run folder", runFolder(config)]] as const;
  return [
    ...await Promise.all(folders.map(([name, at]) => tried(name, () => writable(name, at)))),
    await tried("disk", () => disk(config)),
    await tried("memory", memory),
    await tried("clock", () => clock(config)),
  ];
}

/** A folder that isn't there is made by the agent, if it may write to the one above. */
async function writable(name: string, folder: string): Promise<Check> {
  const at = await nearest(folder);
  const file = join(at, `.doctor-${crypto.randomUUID()}`);
  try {
    await Deno.writeTextFile(file, "");
    await Deno.remove(file);
  } catch (error) {
    if (isForbidden(error)) throw error;
    const todo = `sudo install -d -o USER '${folder}', with the agent's user; ` +
      "run doctor as that user";
    return mustDo(name, `'${at}' can't be written to: ${reasonOf(error)}`, todo);
  }
  if (at !== folder) return fine(name, `'${folder}' isn't there yet; the agent will make it`);
  return fine(name, `'${folder}' can be written to`);
}

async function disk(config: Config): Promise<Check> {
  const folder = await nearest(config.state);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize, needed = config.outbox.bytesMax + STATE_BYTES;
  const found = `${megabytes(free)} are free, up to ${megabytes(needed)} may be needed`;
  if (free >= needed) return fine("disk", found);
  return mustDo("disk", found, `make room on the disk of '${folder}', or lower outbox.bytesMax`);
}

async function nearest(folder: string): Promise<string> {
  for (let at = folder;; at = join(at, "..")) {
    try {
      await Deno.stat(at);
      return at;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound) || at === "/") throw error;
    }
  }
}

function memory(): Check {
  const { available, total } = Deno.systemMemoryInfo();
  const found = `${megabytes(available)} of ${megabytes(total)} are free`;
  if (available >= MEMORY_BYTES_MIN) return fine("memory", found);
  const needed = megabytes(MEMORY_BYTES_MIN);
  return mustDo("memory", `${found}, agent and tap need ${needed}`, "end other programs");
}

function clock(config: Config): Check {
  const clock = new SystemClock(config.clock);
  const now = `it says ${new Date(clock.nowMs()).toISOString().slice(0, 19)}Z`;
  if (clock.nowMs() < Date.UTC(2025, 0, 1)) {
    return mustDo(
      "clock",
      `${now}, which can't be true: decisions would be refused as not yet valid`,
      "let the machine reach a time server: sudo timedatectl set-ntp true",
    );
  }
  if (clock.quality() === "synced") return fine("clock", `${now} and is kept right`);
  return hint(
    "clock",
    `${now}; nothing here says that it is kept right`,
    "'sudo timedatectl set-ntp true'; where chrony or a GPS does it, set clock = \"trusted\"",
  );
}

function megabytes(bytes: number): string {
  const mb = bytes / 1_048_576;
  return mb >= 10_240 ? `${Math.round(mb / 1024)} GB` : `${Math.round(mb)} MB`;
}
