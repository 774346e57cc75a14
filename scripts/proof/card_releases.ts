import { join } from "node:path";
import { makeSigningKey, type SigningKey } from "../../shared/signing.ts";
import { writeBundle } from "../bundle.ts";
import { writeRelease } from "../release.ts";
import type { CardDisk } from "./card_disk.ts";

const WORD_FILE = "printwarden-update.txt";
const TRYING = /^printwarden-(.+)\.release\.trying$/;
const TRIAL_FILE = "/releases/trial.json";

/** How far the card is with a release. */
export interface UpdateStage {
  version: string;
  /** Unpacking goes before its trial. */
  stage: "unpacking" | "trial";
}

/** Releases of this very program under ever later versions, laid onto the card as a person would. */
export class CardReleases {
  #folder: string;
  #key: SigningKey;
  #made = 0;

  private constructor(folder: string, key: SigningKey) {
    this.#folder = folder;
    this.#key = key;
  }

  /** Makes key and bundle, and lays the public key onto the card. */
  static async make(folder: string, card: CardDisk): Promise<CardReleases> {
    await writeBundle(join(folder, "bundle"));
    const key = await makeSigningKey();
    await card.write("release-keys.json", JSON.stringify({ keys: [key.publicJwk] }));
    return new CardReleases(folder, key);
  }

  get newest(): string {
    return `9.0.${this.#made}`;
  }

  /** Lays the next version onto a card that has no power. */
  async lay(card: CardDisk): Promise<void> {
    this.#made++;
    const [bundle, version] = [join(this.#folder, "bundle"), this.newest];
    const madeAt = new Date();
    const file = await writeRelease({ bundle, out: this.#folder, version, key: this.#key, madeAt });
    await card.lay(file);
    await Deno.remove(file);
  }

  /**
   * How far the card is with a release; null if it is at none. While the machine runs this is a look
   * at a disk in motion, which may fail.
   */
  async stage(card: CardDisk): Promise<UpdateStage | null> {
    const trying = (await card.names()).map((name) => TRYING.exec(name)?.[1]).find(Boolean);
    const trial = /"to":"([^"]+)"/.exec(await card.lasting(TRIAL_FILE))?.[1];
    if (trial !== undefined) return { version: trial, stage: "trial" };
    return trying === undefined ? null : { version: trying, stage: "unpacking" };
  }

  /** What the card says of updates; empty if nothing. */
  async word(card: CardDisk): Promise<string> {
    return (await card.read(WORD_FILE).catch(() => "")).trim();
  }
}
