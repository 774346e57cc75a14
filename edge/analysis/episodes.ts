import type { LayerMap } from "../../shared/layer_map.ts";
import type { Finding } from "../finding.ts";

/** What was found, before it is told which episode it belongs to. */
export type Candidate = Omit<Finding, "identity" | "episode" | "phase" | "endedS">;

interface Episode {
  count: number;
  open: boolean;
  lastS: number;
  finding: Finding;
}

/** The deviations that were reported, by identity, so that one cause is told once. */
export interface Episodes {
  byIdentity: Record<string, Episode>;
}

/** The same again within this time is the same deviation. */
const QUIET_S = 600;
/** Identities remembered at most; the one heard of longest ago goes first. */
const IDENTITIES_MAX = 64;

export function initEpisodes(): Episodes {
  return { byIdentity: {} };
}

/** What makes two reports the same: their kind and their verdict. */
export function identityOf(candidate: Pick<Finding, "kind" | "verdict">): string {
  return `${candidate.kind}:${candidate.verdict}`;
}

/**
 * Reports a candidate: opens its episode, or updates the one that stands. Mutates the state.
 *
 * @param identity given when an open episode has changed its verdict and goes on under its name
 */
export function report(
  episodes: Episodes,
  candidate: Candidate,
  nowS: number,
  identity = identityOf(candidate),
): Finding {
  const known = episodes.byIdentity[identity];
  const goesOn = known !== undefined && standsStill(known, nowS);
  const episode = (known?.count ?? 0) + (goesOn ? 0 : 1);
  const finding: Finding = {
    ...candidate,
    identity,
    episode,
    phase: goesOn ? "updated" : "opened",
    endedS: null,
    startedS: goesOn ? known.finding.startedS : candidate.startedS,
    detectedS: goesOn ? known.finding.detectedS : candidate.detectedS,
  };
  episodes.byIdentity[identity] = { count: episode, open: true, lastS: nowS, finding };
  forgetOldest(episodes);
  return finding;
}

/** What comes now under its identity belongs to it. */
function standsStill({ open, lastS }: Episode, nowS: number): boolean {
  return open || nowS - lastS < QUIET_S;
}

/** The map of the deviation that goes on under an identity, if it has one. */
export function mapSoFar(episodes: Episodes, identity: string, nowS: number): LayerMap | null {
  const known = episodes.byIdentity[identity];
  return known && standsStill(known, nowS) ? known.finding.evidence.layerMap : null;
}

/** Closes an episode; null where none is open under this identity. Mutates the state. */
export function close(episodes: Episodes, identity: string, nowS: number): Finding | null {
  const known = episodes.byIdentity[identity];
  if (!known?.open) return null;
  known.open = false;
  known.lastS = nowS;
  known.finding = { ...known.finding, phase: "closed", endedS: nowS };
  return known.finding;
}

/**
 * Tells a deviation again with another map of its layer, though it may be over; null where it is
 * forgotten or the map stays. Mutates the state.
 */
export function picture(
  episodes: Episodes,
  identity: string,
  choose: (last: LayerMap | null) => LayerMap | null,
): Finding | null {
  const known = episodes.byIdentity[identity];
  if (!known) return null;
  const { finding, open } = known;
  const layerMap = choose(finding.evidence.layerMap);
  if (layerMap === finding.evidence.layerMap) return null;
  const evidence = { ...finding.evidence, layerMap };
  known.finding = { ...finding, phase: open ? "updated" : "closed", evidence };
  return known.finding;
}

/** The finding as it was last reported; null where none is open. */
export function openFinding(episodes: Episodes, identity: string): Finding | null {
  const known = episodes.byIdentity[identity];
  return known?.open ? known.finding : null;
}

function forgetOldest(episodes: Episodes): void {
  const identities = Object.keys(episodes.byIdentity);
  if (identities.length <= IDENTITIES_MAX) return;
  identities.sort((a, b) => episodes.byIdentity[a]!.lastS - episodes.byIdentity[b]!.lastS);
  delete episodes.byIdentity[identities[0]!];
}
