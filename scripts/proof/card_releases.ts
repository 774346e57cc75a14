import { join } from "node:path";
import { makeSigningKey, type SigningKey } from "../../shared/signing.ts";
import { writeBundle } from "../bundle.ts";
import { writeRelease } from "../release.ts";
import type { CardDisk } from "./card_disk.ts";

const WORD_FILE = "printwarden-update.txt";

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

  /** What the card says of updates; empty if nothing. */
  async word(card: CardDisk): Promise<string> {
    return (await card.read(WORD_FILE).catch(() => "")).trim();
  }
}
