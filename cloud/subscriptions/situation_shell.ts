import { edgeSource } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";
import { windowAt } from "../printers/maintenance_window.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import { caseIdOfKey, type Occasion, occasionOfCase } from "./occasion.ts";
import { occasionOfPrinter, printerOfKey } from "./printer_occasion.ts";

/** No fleet of one console is larger. */
const TROUBLED_MAX = 2000;
/** A window that has ended still explains what happened within it. */
const WINDOWS_BACK_MS = 24 * 3_600_000;

/** What may be told at this moment, by what the read model knows. */
export interface Situation {
  /** These unanswered cases, and every printer whose trouble has lasted. */
  fresh(cases: readonly Case[]): Occasion[];
  /** How something stands that somebody was told of; null if nothing is known of it any more. */
  ofKey(key: string, summary: string): Occasion | null;
}

/**
 * Looks once at how things stand.
 *
 * @param troubleAfterMs a printer's trouble that lasts shorter is none
 */
export function lookAround(
  model: Pick<ReadModel, "cases" | "printers">,
  nowMs: number,
  troubleAfterMs: number,
): Situation {
  const windows = model.printers.windowsAfter(nowMs - WINDOWS_BACK_MS);
  const known = new Map<string, Occasion | null>();
  const maintenance = (address: Address, atMs: number) =>
    windowAt(windows, address, atMs)?.what ?? null;

  const labels = new Map<string, string>();
  function labelOf(address: Address): string {
    const name = edgeSource(address);
    const label = labels.get(name) ?? model.printers.label(address);
    labels.set(name, label);
    return label;
  }

  function ofCase(caseId: string, key?: string): Occasion | null {
    const about = model.cases.caseById(caseId)?.about;
    if (!about) return null;
    const announced = maintenance(about.address, Date.parse(about.updatedAt));
    return occasionOfCase(about, labelOf(about.address), announced, key);
  }

  function ofPrinter(key: string, summary: string): Occasion | null {
    const place = printerOfKey(key);
    const standing = place && model.printers.standing(place.address).standing;
    if (!standing) return null;
    const { address } = place;
    const label = labelOf(address);
    const announced = maintenance(address, Date.parse(standing.since));
    return occasionOfPrinter(address, label, standing, announced, { key, summary });
  }

  return {
    fresh(unanswered) {
      const cases = unanswered.map((about) =>
        occasionOfCase(
          about,
          labelOf(about.address),
          maintenance(about.address, Date.parse(about.updatedAt)),
        )
      );
      const printers = model.printers.inTrouble(TROUBLED_MAX).flatMap(({ address, standing }) => {
        const atMs = Date.parse(standing.trouble?.at ?? standing.since);
        if (nowMs - atMs < troubleAfterMs) return [];
        const announced = maintenance(address, atMs);
        return occasionOfPrinter(address, labelOf(address), standing, announced) ?? [];
      });
      return [...cases, ...printers];
    },
    ofKey(key, summary) {
      if (!known.has(key)) {
        const caseId = caseIdOfKey(key);
        known.set(key, caseId ? ofCase(caseId, key) : ofPrinter(key, summary));
      }
      return known.get(key) ?? null;
    },
  };
}
