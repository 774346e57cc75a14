import { type Evidence, EVIDENCE_BYTES_MAX } from "../../shared/deviation.ts";
import { type Series, SERIES_POINTS_MAX } from "../../shared/series.ts";

/** What a site lets out besides series. */
export interface EvidenceSwitches {
  lines: boolean;
  maps: boolean;
}

const STEP_S_MAX = 60;
const LINES_MAX = 5;
const LINE_CHARS_MAX = 120;
const SERIES_MAX = 8;

function bytesOf(evidence: Evidence): number {
  return new TextEncoder().encode(JSON.stringify(evidence)).length;
}

/** Every second point, so that the same time costs half the bytes. */
function thinned(series: Series): Series {
  return {
    ...series,
    stepS: series.stepS * 2,
    points: series.points.filter((_, index) => index % 2 === 0),
  };
}

/** The newest points that the contract has room for. */
function recent(series: Series): Series {
  const cut = Math.max(0, series.points.length - SERIES_POINTS_MAX);
  return {
    ...series,
    startS: series.startS + cut * series.stepS,
    points: series.points.slice(cut),
  };
}

function longest(series: readonly Series[]): number {
  let index = -1;
  let most = 1;
  series.forEach((one, at) => {
    if (one.points.length > most && one.stepS * 2 <= STEP_S_MAX) {
      [index, most] = [
        at,
        one.points.length,
      ];
    }
  });
  return index;
}

function smaller(evidence: Evidence): Evidence {
  const at = longest(evidence.series);
  if (at >= 0 && (evidence.layerMap === null || (evidence.series[at]?.points.length ?? 0) > 60)) {
    const series = evidence.series.map((one, index) => index === at ? thinned(one) : one);
    return { ...evidence, series };
  }
  if (evidence.layerMap !== null) return { ...evidence, layerMap: null };
  if (evidence.series.length > 0) return { ...evidence, series: evidence.series.slice(0, -1) };
  return { ...evidence, lines: evidence.lines.slice(0, -1) };
}

/**
 * Cuts evidence down to what may leave the edge [pure]: what the site's switches allow, the
 * contract's counts, and its bytes. The longest series lose resolution first, then the map goes.
 */
export function trimEvidence(evidence: Evidence, switches: EvidenceSwitches): Evidence {
  let trimmed: Evidence = {
    series: evidence.series.slice(0, SERIES_MAX).map(recent),
    lines: switches.lines
      ? evidence.lines.slice(0, LINES_MAX).map((line) => clip(line, LINE_CHARS_MAX))
      : [],
    layerMap: switches.maps ? evidence.layerMap : null,
  };
  while (bytesOf(trimmed) > EVIDENCE_BYTES_MAX) trimmed = smaller(trimmed);
  return trimmed;
}

/** Text cut to so many UTF-16 units, never in the midst of a character. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const end = charsMax - 1;
  const splits = /[\uD800-\uDBFF]/.test(text[end - 1] ?? "");
  return `${text.slice(0, splits ? end - 1 : end)}…`;
}
