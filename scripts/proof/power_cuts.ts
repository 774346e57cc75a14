import type { ConsoleClient } from "../show/console_client.ts";
import type { Attack, BootProof } from "./boot_proof.ts";
import type { CardMachine } from "./card_machine.ts";
import { CardReleases } from "./card_releases.ts";
import { Owed } from "./owed.ts";
import { wait } from "../../shared/wait.ts";

/** The latest moment in which power is cut, in times of what a start took. */
const AFTER_STARTS = 2;
const TAKEN_S = 1800;
const DELIVERED_S = 1800;
/** One cut of so many comes with a deviation in the outbox, and the next before the broker is back. */
const AWAY_EACH = 5;
/** How long a card may need to find an attack while nobody hears of it, s, and how often we look. */
const FOUND_S = 600, LOOK_S = 5;
/** Power is cut at random within this time after that, s. */
const SOON_S = 20;

/** Power cut again and again under a card that guards its printer, amid updates if so wished. */
export class PowerCuts {
  #releases: CardReleases | null = null;
  #owed = new Owed();
  #brokerIsAway = false;

  constructor(
    private readonly proof: BootProof,
    private readonly card: CardMachine,
    private readonly folder: string,
    private readonly attack: Attack,
  ) {}

  /** From the next start on, each third start finds a release on its card. */
  async prepareReleases(): Promise<void> {
    await this.card.cut();
    this.#releases = await CardReleases.make(this.folder, this.card.disk);
    await this.proof.renewPrinter();
    await this.proof.start();
  }

  /**
   * Power cut at random moments of starts and of what comes after, spread over them evenly, in the
   * midst of updates, and with found deviations that no broker has taken yet; what was known before
   * is known after each, and what stood in the outbox at any cut arrives in the end.
   */
  async cut(client: ConsoleClient, cuts: number): Promise<void> {
    const known = (await client.cases()).map(({ about }) => about.id);
    for (const [index, atS] of moments(cuts, AFTER_STARTS * this.proof.startS).entries()) {
      const from = performance.now();
      const isAway = this.#brokerIsAway;
      if (index % AWAY_EACH === 0) await this.#fillOutbox(client);
      else await wait(atS * 1000);
      await this.#cutOnce(index + 1, (performance.now() - from) / 1000);
      if (index % 3 === 0) await this.#releases?.lay(this.card.disk);
      if (isAway) await this.#brokerBack();
      await this.proof.power();
    }
    await this.card.cut();
    if (this.#brokerIsAway) await this.#brokerBack();
    await this.proof.start();
    await this.#nothingLost(client, known, cuts);
    if (this.#releases !== null) await this.#lastRelease(this.#releases);
  }

  async #cutOnce(number: number, afterS: number): Promise<void> {
    const wasSaid = (await this.card.said()).includes("All is well");
    await this.card.cut();
    const damage = await this.card.disk.damage();
    const [place, word] = [wasSaid ? "guarding" : "on its way", damage || "whole"];
    const { current, update } = await this.#update();
    const waiting = await this.card.disk.waiting();
    this.#owed.note(waiting);
    this.proof.say(
      `cut ${number}: ${afterS.toFixed(0)} s on, ${place}${
        this.#brokerIsAway ? ", the broker away" : ""
      }; file systems and databases ${word}; ` +
        `${waiting.length} in the outbox; release ${current}${update}`,
    );
    if (damage) throw new Error(`A power cut damaged the card: ${damage}`);
  }

  /** A print, the broker gone, an attack; until the card has written down what it found. */
  async #fillOutbox(client: ConsoleClient): Promise<void> {
    await this.proof.guarding();
    await this.proof.print(client);
    if (!this.#brokerIsAway) await this.proof.stopBroker();
    this.#brokerIsAway = true;
    await this.proof.inject(this.attack);
    await this.proof.until("write down what it found", FOUND_S, async () => {
      await wait(LOOK_S * 1000);
      // The disk is in motion: a look at it may fail, and the next one won't.
      const waiting = await this.card.disk.waiting().catch(() => []);
      return waiting.some(({ id }) => !this.#owed.has(id)) || null;
    });
    await wait(Math.random() * SOON_S * 1000);
  }

  async #brokerBack(): Promise<void> {
    await this.proof.renewPrinter();
    await this.proof.startBroker();
    this.#brokerIsAway = false;
  }

  async #nothingLost(client: ConsoleClient, known: string[], cuts: number): Promise<void> {
    const after = await client.cases();
    const lost = known.filter((id) => !after.some(({ about }) => about.id === id));
    if (lost.length > 0) throw new Error(`Cases were lost: ${lost.join(", ")}`);
    await this.proof.until(
      "deliver what was in its outbox when power was cut",
      DELIVERED_S,
      async () => {
        const there = (await client.cases()).flatMap(({ deviations }) => deviations);
        return this.#owed.missing(there).length === 0 || null;
      },
    );
    const { length } = await client.cases();
    this.proof.say(
      `${cuts} cuts: it came back, enrolled as before, ${length} cases; ` +
        `${this.#owed.deviations} deviations stood in its outbox at ${this.#owed.cuts} cuts, and arrived`,
    );
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
