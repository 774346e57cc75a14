import { basename, join } from "node:path";
import { z } from "zod";
import { ok, refused, type Result } from "../../shared/result.ts";
import { syncFolder } from "../disk/durable.ts";
import { compareVersions, ReleaseVersion } from "./manifest.ts";
import { type OpenedRelease, unpackRelease, writeDurably } from "./release_file.ts";

const CARD_STATE = "/state";

/**
 * Where releases stand unless `--root` says otherwise: beside what was installed, or, where that is
 * a card's image that is never written, on the card's lasting part.
 */
export async function defaultRoot(cardState = CARD_STATE): Promise<string> {
  const isCard = await Deno.stat(cardState).then(({ isDirectory }) => isDirectory, () => false);
  return isCard ? join(cardState, "releases") : "/opt/printwarden";
}

const KEPT_RELEASES = 3;
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/** What is written down before the link is moved, and taken away once the new release proved itself. */
const Trial = z.strictObject({
  from: ReleaseVersion.nullable(),
  to: ReleaseVersion,
  /** The updater that watches over it, and the boot that it belongs to. */
  pid: z.int(),
  bootId: z.string(),
});
export type Trial = z.infer<typeof Trial>;

/** `current` is what starts; `proven` is the last that did well, and ends what `current` can't. */
type Link = "current" | "proven";

/**
 * The folders of releases: `releases/VERSION/`, and links that are moved in one step, so that
 * whoever starts finds one release or the other, whole. Each change is on the disk before the next
 * begins.
 */
export class Releases {
  constructor(readonly root: string) {}

  /** The folder of a version. */
  folder(version: string): string {
    return join(this.root, "releases", version);
  }

  /** The version that `current` leads to, or another link; null if there is none. */
  async current(link: Link = "current"): Promise<string | null> {
    try {
      const version = basename(await Deno.readLink(join(this.root, link)));
      return ReleaseVersion.safeParse(version).success ? version : null;
    } catch {
      return null;
    }
  }

  /** All versions that are there whole, the oldest first. */
  async versions(): Promise<string[]> {
    const found: string[] = [];
    try {
      for await (const { name, isDirectory } of Deno.readDir(join(this.root, "releases"))) {
        if (isDirectory && ReleaseVersion.safeParse(name).success) found.push(name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return found.sort(compareVersions);
  }

  /**
   * Takes these folders for one updater; null if another has them. They are free again once the lock
   * is disposed of, or its process ends, however it does.
   */
  async lock(): Promise<Disposable | null> {
    await this.#makeRoot();
    const file = await Deno.open(join(this.root, ".lock"), { create: true, write: true });
    if (await file.tryLock(true)) return file;
    file.close();
    return null;
  }

  /** Unpacks a release beside the others; what an interrupted try left is removed first. */
  async add(opened: OpenedRelease): Promise<Result<null>> {
    const { version } = opened.manifest;
    const folder = join(this.root, "releases");
    await this.#makeRoot();
    await Deno.mkdir(folder, { recursive: true });
    await Deno.chmod(folder, FOLDER_MODE);
    await this.#removePartial(folder);
    const partial = join(folder, `.partial-${crypto.randomUUID()}`);
    await Deno.mkdir(partial);
    const unpacked = await unpackRelease(opened, partial);
    if (!unpacked.ok) {
      await Deno.remove(partial, { recursive: true });
      return unpacked;
    }
    await openToReaders(partial);
    await Deno.remove(this.folder(version), { recursive: true }).catch(() => {});
    await Deno.rename(partial, this.folder(version));
    await syncFolder(folder);
    return ok(null);
  }

  async #makeRoot(): Promise<void> {
    if (await Deno.stat(this.root).then(() => true, () => false)) return;
    await Deno.mkdir(this.root, { recursive: true });
    await Deno.chmod(this.root, FOLDER_MODE);
  }

  async #removePartial(folder: string): Promise<void> {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.startsWith(".partial-")) await Deno.remove(join(folder, name), { recursive: true });
    }
  }

  /** Moves a link to a version that is there. */
  async switchTo(version: string, link: Link = "current"): Promise<void> {
    const fresh = join(this.root, `.${link}.new`);
    await Deno.remove(fresh).catch(() => {});
    await Deno.symlink(join("releases", version), fresh);
    await Deno.rename(fresh, join(this.root, link));
    await syncFolder(this.root);
  }

  /** Takes `current` away: what was installed besides releases is in use again. */
  async leave(): Promise<void> {
    await Deno.remove(join(this.root, "current")).catch(() => {});
    await syncFolder(this.root);
  }

  /** The trial under way; null if there is none. */
  async trial(): Promise<Result<Trial | null>> {
    try {
      const checked = Trial.safeParse(JSON.parse(await Deno.readTextFile(this.#trialFile)));
      if (checked.success) return ok(checked.data);
      return refused(`Cannot read ${this.#trialFile}: ${checked.error.issues[0]!.message}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return ok(null);
      return refused(`Cannot read ${this.#trialFile}: ${(error as Error).message}`);
    }
  }

  get #trialFile(): string {
    return join(this.root, "trial.json");
  }

  async beginTrial(trial: Trial): Promise<void> {
    const fresh = `${this.#trialFile}.new`;
    await writeDurably(fresh, new TextEncoder().encode(JSON.stringify(trial)));
    await Deno.rename(fresh, this.#trialFile);
    await syncFolder(this.root);
  }

  async endTrial(): Promise<void> {
    await Deno.remove(this.#trialFile).catch(() => {});
    await syncFolder(this.root);
  }

  /** Removes all but the current release and the newest of the others. */
  async prune(keep: readonly string[]): Promise<void> {
    const others = (await this.versions()).filter((version) => !keep.includes(version));
    const room = Math.max(0, KEPT_RELEASES - keep.length);
    for (const version of others.slice(0, Math.max(0, others.length - room))) {
      await Deno.remove(this.folder(version), { recursive: true });
    }
  }
}

/** Agent and taps, which aren't root, read a release whatever root's umask is. */
async function openToReaders(folder: string): Promise<void> {
  await Deno.chmod(folder, FOLDER_MODE);
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await openToReaders(join(folder, name));
    else await Deno.chmod(join(folder, name), FILE_MODE);
  }
}
