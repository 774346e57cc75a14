import type { UpdateStage } from "./card_releases.ts";

/** Cuts that came in the midst of updates, and what must not be in use after them. */
export class CutsAmidUpdates {
  #unpacking = new Set<string>();
  /** Versions whose trial a cut ended. */
  #trials = new Set<string>();

  /**
   * Takes what a cut found on the card.
   *
   * @param stage how far an update was
   * @param isGuarding whether the card said that all was well before the cut
   * @param current the release in use
   * @returns words for it; empty if the cut came amid no update
   * @throws {Error} if a guarding card uses what a power cut kept from proving itself
   */
  note(stage: UpdateStage | null, isGuarding: boolean, current: string): string {
    if (isGuarding && this.#trials.has(current)) {
      throw new Error(
        `The release before ${current} was required after a cut trial, got ${current}`,
      );
    }
    if (stage === null || this.#trials.has(stage.version)) return "";
    const { version } = stage;
    if (stage.stage === "trial") {
      this.#trials.add(version);
      return `, amid the trial of ${version}`;
    }
    if (this.#unpacking.has(version)) return "";
    this.#unpacking.add(version);
    return `, unpacking ${version}`;
  }

  /** How many, in words. */
  get told(): string {
    return `${this.#trials.size} amid a trial, ${this.#unpacking.size} amid unpacking`;
  }
}
