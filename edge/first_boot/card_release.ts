import { join } from "node:path";
import type { JWK } from "jose";
import { refused, type Result } from "../../shared/result.ts";
import { busyWith } from "../update/health.ts";
import type { Releases } from "../update/layout_file.ts";
import { compareVersions } from "../update/manifest.ts";
import { openRelease } from "../update/release_file.ts";
import { readReleaseKeys } from "../update/release_keys_file.ts";
import { type Device, STEADY_S, update } from "../update/update_shell.ts";
import { readText, writeLasting } from "./lasting_file.ts";
import type { Machine } from "./machine.ts";

/** Public release keys on the card (`deno task release --make-key`), pinned by the first start. */
const KEYS_ON_CARD = "release-keys.json";
const WORD_FILE = "printwarden-update.txt";
const RELEASE = /^[^.].*\.release$/i;
/** Stands behind a release's name from the moment in which it is tried out. */
const TRYING = ".trying";
const LOOK_MS = 5_000;
/** A printer's agent has spoken to its broker by then, if it ever does, ms. */
const SETTLED_MS = 180_000;
/** As on a Pi 3 with nothing compiled yet, several times over, ms. */
const PROVE_MS = 400_000;
/** How often a job that began just then puts a trial off. */
const TRIES_MAX = 3;

/** What releases on a card are installed with. */
export interface CardUpdate {
  /** The card's boot files. */
  card: string;
  releases: Releases;
  device: Device;
  /** The pinned release keys. */
  keysFile: string;
  machine: Pick<Machine, "whileCardIsWritable">;
}

/**
 * Installs a release that somebody laid onto the card, the newest of several, once no printer is in
 * the midst of a job; it has to prove itself as any. What became of it stands on the card, and in the
 * release's name, so that none is tried twice: one whose trial a power cut ended isn't tried again by
 * itself, since it may have been the cause.
 */
export async function takeCardRelease(wish: CardUpdate): Promise<void> {
  const names = [...Deno.readDirSync(wish.card)].map(({ name }) => name);
  const cutOff = names.filter((name) => name.endsWith(TRYING));
  const found = names.filter((name) => RELEASE.test(name));
  if (cutOff.length === 0 && found.length === 0) return;
  const words: string[] = [];
  for (const trying of cutOff) {
    const name = trying.slice(0, -TRYING.length);
    const how = "its trial was cut off; take '.refused' off its name to have it tried again";
    words.push(await end(wish, trying, name, refused(how)));
  }
  const pinned = await pinnedKeys(wish);
  for (const name of pinned.ok ? await newestFirst(wish.card, found, pinned.value) : found) {
    words.push(pinned.ok ? await take(wish, name, pinned.value) : `${name}: ${pinned.issue}`);
  }
  await onCard(
    wish,
    () => writeLasting(join(wish.card, WORD_FILE), `${words.join("\r\n")}\r\n`).then(() => {}),
  );
}

/** Those keys that were pinned before, or else the card's, which are pinned by that. */
async function pinnedKeys({ card, keysFile }: CardUpdate): Promise<Result<Map<string, JWK>>> {
  if (await readText(keysFile) !== null) return await readReleaseKeys(keysFile);
  const onCard = join(card, KEYS_ON_CARD);
  const keys = await readReleaseKeys(onCard);
  if (keys.ok) await writeLasting(keysFile, (await readText(onCard))!);
  return keys;
}

/** The newest first, and last those that can't be believed. */
async function newestFirst(card: string, names: string[], pinned: ReadonlyMap<string, JWK>) {
  const opened = await Promise.all(names.map(async (name) => {
    const release = await openRelease(join(card, name), pinned);
    return { name, version: release.ok ? release.value.manifest.version : "0.0.0" };
  }));
  return opened.sort((a, b) => compareVersions(b.version, a.version)).map(({ name }) => name);
}

/** @returns what became of it */
async function take(wish: CardUpdate, name: string, pinned: ReadonlyMap<string, JWK>) {
  const opened = await openRelease(join(wish.card, name), pinned);
  if (!opened.ok) return await end(wish, name, name, opened);
  const { version } = opened.value.manifest;
  if (await wish.releases.current() === version) {
    return await end(wish, name, name, { ok: true, value: version });
  }
  const trying = `${name}${TRYING}`;
  await onCard(wish, () => Deno.rename(join(wish.card, name), join(wish.card, trying)));
  return await end(wish, trying, name, await tryOut(wish, join(wish.card, trying), pinned));
}

/** Tries it once the agent has had its time to settle and no job runs. */
async function tryOut(
  { releases, device }: CardUpdate,
  file: string,
  pinned: ReadonlyMap<string, JWK>,
): Promise<Result<string>> {
  const wishes = { whilePrinting: false, downgrade: false, proveMs: PROVE_MS, steadyS: STEADY_S };
  await settled(device);
  for (let tries = 1;; tries++) {
    while (await isBusy(device)) await device.wait(LOOK_MS);
    const done = await update(releases, device, file, pinned, wishes);
    if (done.ok || tries === TRIES_MAX || !await isBusy(device)) return done;
  }
}

/** Waits until the agent has told the broker of each printer, since that is what it is measured by. */
async function settled(device: Device): Promise<void> {
  const endMs = device.nowMs() + SETTLED_MS;
  while (device.nowMs() < endMs) {
    const status = await device.status();
    if (status?.printers.every(({ toldS }) => toldS !== null)) return;
    await device.wait(LOOK_MS);
  }
}

async function isBusy(device: Device): Promise<boolean> {
  return busyWith(await device.status(), device.nowMs()) !== null;
}

/** Says by its name what became of a release. @returns the same in words */
async function end(wish: CardUpdate, from: string, name: string, done: Result<string>) {
  const to = `${name}.${done.ok ? "taken" : "refused"}`;
  await onCard(wish, () => Deno.rename(join(wish.card, from), join(wish.card, to)));
  return `${name}: ${done.ok ? `${done.value} is in use` : done.issue}`;
}

async function onCard({ machine, card }: CardUpdate, doing: () => Promise<void>): Promise<void> {
  await machine.whileCardIsWritable(card, doing);
}
