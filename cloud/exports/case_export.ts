import type { Deviation } from "../../shared/deviation.ts";
import { ATTACK_ICS_VERSION, type TechniqueId, TECHNIQUES } from "../../shared/techniques.ts";
import type { Case } from "../cases/case.ts";
import type { Actor, CaseActType } from "../cases/case_event.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";

/** A case as it leaves for other systems, with what happened to it last. */
export interface CaseExport {
  about: Case;
  deviations: readonly Deviation[];
  /** What people call the printer. */
  label: string;
  /** The case's page; null where nobody said how browsers reach the console. */
  url: string | null;
  /** The latest thing that happened to it. */
  event: { id: string; at: string; type: CaseActType; actor: Actor };
}

/** What is exported of a case; null if nothing has ever happened to it. */
export function caseExport(
  view: CaseView,
  label: string,
  publicUrl: string | null,
): CaseExport | null {
  const last = view.events.at(-1);
  if (!last) return null;
  const { id, at, act, actor } = last;
  return {
    about: view.about,
    deviations: view.deviations,
    label,
    url: publicUrl === null ? null : new URL(`/cases/${view.about.id}`, publicUrl).href,
    event: { id, at, type: act.type, actor },
  };
}

/** The deviation that speaks for the case, if the read model has it. */
export function leadOf({ about, deviations }: CaseExport): Deviation | null {
  return deviations.find(({ id }) => id === about.leadDeviationId) ?? null;
}

/** A technique of ATT&CK for ICS as other systems name it. */
export interface Technique {
  id: TechniqueId;
  name: string;
  url: string;
}

const TECHNIQUES_MAX = 16;

/** The techniques that the case's deviations are evidence of, without repeats. */
export function techniquesOf({ deviations }: CaseExport): Technique[] {
  const ids = new Set(deviations.flatMap(({ techniques }) => techniques));
  return [...ids].sort().slice(0, TECHNIQUES_MAX).map((id) => ({
    id,
    name: TECHNIQUES[id],
    url: `https://attack.mitre.org/versions/v${majorOf(ATTACK_ICS_VERSION)}/techniques/${id}/`,
  }));
}

function majorOf(version: string): string {
  return version.split(".")[0]!;
}

/** When the case's deviations were first and last detected, ms since 1970. */
export function seenBetween({ about }: CaseExport): { firstMs: number; lastMs: number } {
  const times = about.sightings.map(({ wallTime }) => Date.parse(wallTime));
  return { firstMs: Math.min(...times), lastMs: Math.max(...times) };
}
