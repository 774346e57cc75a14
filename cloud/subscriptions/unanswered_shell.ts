import type { Case } from "../cases/case.ts";
import { UNANSWERED } from "../read_model/case_columns.ts";
import type { AlertQueries, Place } from "../read_model/alert_queries.ts";

/** So many of each attention are looked at in every round: what has just changed is among them. */
const LATEST_MAX = 200;
/** So many more each round, further back: in the end all of them. */
const STRIDE = 500;

/** Before all cases that are as soon to be looked at. */
const startOf = (attention: number): Place => ({ attention, updatedAt: "9999", id: "" });

/** Looks at the unanswered cases round by round. */
export interface Unanswered {
  /** Those that changed since: the latest always, and some of those further back. */
  next(since: string): Case[];
}

/**
 * Sees every unanswered case sooner or later, however many there are: what was held back last night
 * isn't forgotten because others came after it.
 */
export function unanswered(alerts: Pick<AlertQueries, "newCases">): Unanswered {
  let place = startOf(0);

  function further(since: string): Case[] {
    const found = alerts.newCases(place, since, STRIDE);
    const last = found.at(-1);
    place = last && found.length === STRIDE
      ? { attention: place.attention, updatedAt: last.updatedAt, id: last.id }
      : startOf((place.attention + 1) % UNANSWERED.length);
    return found;
  }

  return {
    next(since) {
      const latest = UNANSWERED.map((attention) =>
        alerts.newCases(startOf(attention), since, LATEST_MAX)
      );
      const all = latest.flat();
      if (latest.every((some) => some.length < LATEST_MAX)) return all;
      const known = new Set(all.map(({ id }) => id));
      return [...all, ...further(since).filter(({ id }) => !known.has(id))];
    },
  };
}
