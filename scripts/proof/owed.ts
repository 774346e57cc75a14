import type { Waiting } from "./waiting.ts";

/** What stood in an outbox when power was cut: each of it has to arrive. */
export class Owed {
  #revisions = new Map<string, number>();
  /** At how many cuts anything stood in it. */
  cuts = 0;

  /** Takes what one cut left in the outbox. */
  note(waiting: readonly Waiting[]): void {
    if (waiting.length > 0) this.cuts++;
    for (const { id, revision } of waiting) {
      this.#revisions.set(id, Math.max(revision, this.#revisions.get(id) ?? 0));
    }
  }

  get deviations(): number {
    return this.#revisions.size;
  }

  /** Whether a cut has left this deviation in the outbox before. */
  has(id: string): boolean {
    return this.#revisions.has(id);
  }

  /** The ids of what hasn't arrived yet, or only as it was before. */
  missing(arrived: readonly Waiting[]): string[] {
    const there = new Map(arrived.map(({ id, revision }) => [id, revision]));
    return [...this.#revisions].filter(([id, revision]) => (there.get(id) ?? 0) < revision)
      .map(([id]) => id);
  }
}
