import type { Aim } from "../judge/aim.ts";
import type { Summary } from "../judge/summary.ts";
import type { Companion } from "./companions.ts";

/** How the figures came about. */
export interface About {
  /** The command that makes them again. */
  command: string;
  set: string;
  seed: number;
  /** Digest of plan, sources and models. */
  digest: string;
  printers: number;
  prints: number;
  hours: number;
  /** Work of all cores together, s. */
  coreS: number;
  /** Whether the run had the prints and hours that the headline asks for. */
  full: boolean;
}

/** What a report is made of, and what `figures.json` holds. */
export interface Figures {
  about: About;
  summary: Summary & { aims: Aim[] };
  /** Other measurements whose results lie beside the run's. */
  companions: Companion[];
}
