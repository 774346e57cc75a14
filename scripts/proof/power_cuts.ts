import type { ConsoleClient } from "../show/console_client.ts";
import type { Attack, BootProof } from "./boot_proof.ts";
import type { CardMachine } from "./card_machine.ts";
import { CardReleases } from "./card_releases.ts";
import { CutsAmidUpdates } from "./cuts_amid_updates.ts";
import { type Awaited, planCuts } from "./cut_plan.ts";
import { Owed } from "./owed.ts";
import { wait } from "../../shared/wait.ts";

const TAKEN_S = 1800;
const DELIVERED_S = 1800;
/** How long a card may need to find an attack or to begin an update, s, and how often we look. */
const AWAITED_S = 1200, LOOK_S = 5;

/** What is wanted of the cuts. */
export interface CutsWish {
  cuts: number;
  /** Same seed, same moments. */
  seed: number;
  attack: Attack;
}

/** Power cut again and again under a card that guards its printer, amid updates if so wished. */
export class PowerCuts {
  #releases: CardReleases | null = null;
  #owed = new Owed();
  #amid = new CutsAmidUpdates();
  #brokerIsAway = false;

  constructor(
    private readonly proof: BootProof,
    private readonly card: CardMachine,
    private readonly folder: string,
    private readonly wish: CutsWish,
  ) {}

  /** From then on some starts find a release on their card. */
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
  async cut(client: ConsoleClient): Promise<void> {
    const { cuts, seed } = this.wish;
    const known = (await client.cases()).map(({ about }) => about.id);
    const updates = this.#releases !== null;
    const plan = planCuts(cuts, { startS: this.proof.startS, updates, seed });
    this.proof.say(`${cuts} cuts by seed ${seed}`);
    for (const [index, planned] of plan.entries()) {
      const from = performance.now();
      const isAway = this.#brokerIsAway;
      await this.#await(planned.awaits, client);
      await wait(planned.afterS * 1000);
      await this.#cutOnce(index + 1, (performance.now() - from) / 1000);
      const next = plan[index + 1]?.awaits;
      if (next === "trial" || next === "unpacking") await this.#releases?.lay(this.card.disk);
      if (isAway) await this.#brokerBack();
      await this.proof.power();
    }
    await this.card.cut();
    if (this.#brokerIsAway) await this.#brokerBack();
    await this.proof.start();
    await this.#nothingLost(client, known);
    if (this.#releases !== null) await this.#lastRelease(this.#releases);
  }

  async #await(awaited: Awaited | null, client: ConsoleClient): Promise<void> {
    if (awaited === null) return;
    if (awaited === "finding") return await this.#fillOutbox(client);
    const [releases, disk] = [this.#releases!, this.card.disk];
    await this.#look(`be at the ${awaited} of a release`, async () => {
      const stage = await releases.stage(disk);
      return stage?.version === releases.newest &&
        (awaited === "unpacking" || stage.stage === "trial");
    });
  }

  /** Looks at a disk in motion until it shows something: a look may fail, and the next one won't. */
  async #look(what: string, isThere: () => Promise<boolean>): Promise<void> {
    await this.proof.until(what, AWAITED_S, async () => {
      await wait(LOOK_S * 1000);
      return await isThere().catch(() => false) || null;
    });
  }

  async #cutOnce(number: number, afterS: number): Promise<void> {
    const wasSaid = (await this.card.said()).includes("All is well");
    await this.card.cut();
    const damage = await this.card.disk.damage();
    const [place, word] = [wasSaid ? "guarding" : "on its way", damage || "whole"];
    const { current, update } = await this.#update();
    const stage = await this.#releases?.stage(this.card.disk) ?? null;
    const amid = this.#amid.note(stage, wasSaid, current);
    const waiting = await this.card.disk.waiting();
    this.#owed.note(waiting);
    this.proof.say(
      `cut ${number}: ${afterS.toFixed(0)} s on, ${place}${amid}${
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
    await this.proof.inject(this.wish.attack);
    await this.#look(
      "write down what it found",
      async () => (await this.card.disk.waiting()).some(({ id }) => !this.#owed.has(id)),
    );
  }

  async #brokerBack(): Promise<void> {
    await this.proof.renewPrinter();
    await this.proof.startBroker();
    this.#brokerIsAway = false;
  }

  async #nothingLost(client: ConsoleClient, known: string[]): Promise<void> {
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
      `${this.wish.cuts} cuts, ${this.#amid.told}: it came back, enrolled as before, ` +
        `${length} cases; ${this.#owed.deviations} deviations stood in its outbox at ` +
        `${this.#owed.cuts} cuts, and arrived`,
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
