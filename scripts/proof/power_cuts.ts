import type { CaseView, ConsoleClient } from "../show/console_client.ts";
import type { BootProof } from "./boot_proof.ts";
import type { CardMachine } from "./card_machine.ts";
import { CardReleases } from "./card_releases.ts";

/** The latest moment in which power is cut, in times of what a start took. */
const AFTER_STARTS = 2;
const TAKEN_S = 1800;

/** Power cut again and again under a card that guards its printer, amid updates if so wished. */
export class PowerCuts {
  #releases: CardReleases | null = null;

  constructor(
    private readonly proof: BootProof,
    private readonly card: CardMachine,
    private readonly folder: string,
  ) {}

  /** From the next start on, each third start finds a release on its card. */
  async prepareReleases(): Promise<void> {
    await this.card.cut();
    this.#releases = await CardReleases.make(this.folder, this.card.disk);
    await this.proof.start();
  }

  /**
   * Power cut at random moments of starts and of what comes after, spread over them evenly, and in
   * the midst of updates; what was known before is known after each.
   */
  async cut(client: ConsoleClient, cuts: number): Promise<void> {
    const known = (await client.cases()).map(({ about }) => about.id);
    for (const [index, atS] of moments(cuts, AFTER_STARTS * this.proof.startS).entries()) {
      await new Promise((resolve) => setTimeout(resolve, atS * 1000));
      const wasSaid = (await this.card.said()).includes("All is well");
      await this.card.cut();
      const damage = await this.card.disk.damage();
      const [place, word] = [wasSaid ? "guarding" : "on its way", damage || "whole"];
      const { current, update } = await this.#update();
      this.proof.say(
        `cut ${index + 1}: ${atS.toFixed(0)} s on, ${place}; file systems and databases ${word}; ` +
          `release ${current}${update}`,
      );
      if (damage) throw new Error(`A power cut damaged the card: ${damage}`);
      if (index % 3 === 0) await this.#releases?.lay(this.card.disk);
      await this.proof.power();
    }
    await this.card.cut();
    await this.proof.start();
    const after: CaseView[] = await client.cases();
    const lost = known.filter((id) => !after.some(({ about }) => about.id === id));
    if (lost.length > 0) throw new Error(`Cases were lost: ${lost.join(", ")}`);
    this.proof.say(`${cuts} cuts: it came back, enrolled as before, ${after.length} cases`);
    if (this.#releases !== null) await this.#lastRelease(this.#releases);
  }

  /** After all cuts one more release, in peace; the start after that is still its. */
  async #lastRelease(releases: CardReleases): Promise<void> {
    await this.card.cut();
    await releases.lay(this.card.disk);
    await this.proof.start();
    const wanted = `${releases.newest} is in use`;
    await this.proof.until(
      "take a release",
      TAKEN_S,
      async () => (await releases.word(this.card.disk)).includes(wanted) || null,
    );
    this.proof.say(`${wanted}: it proved itself`);
    await this.card.cut();
    await this.proof.start();
    await this.card.cut();
    const { current } = await this.#update();
    if (current !== releases.newest) {
      throw new Error(`Release ${releases.newest} was required after a start, got ${current}`);
    }
    this.proof.say(`after another start it is ${current} still`);
  }

  async #update(): Promise<{ current: string; update: string }> {
    const link = await this.card.disk.link("/releases/current");
    const word = await this.#releases?.word(this.card.disk) ?? "";
    const current = link?.split("/").pop() ?? "of the image";
    return { current, update: word === "" ? "" : `; last word on updates: ${word}` };
  }
}

/** Moments up to the longest, one at random within each of as many equal parts, in random order, s. */
function moments(cuts: number, longestS: number): number[] {
  const each = Array.from({ length: cuts }, (_, part) => (part + Math.random()) / cuts * longestS);
  return each.map((atS) => ({ atS, order: Math.random() }))
    .sort((a, b) => a.order - b.order).map(({ atS }) => atS);
}
