/** Lines put into a job, and where. */
export interface Insertion {
  lines: string[];
  /** Index of the first one put in; −1 if there was no place. */
  at: number;
}

/** Whether a line prints: it moves and pushes filament. */
function prints(line: string): boolean {
  return /^G1 .*[XY].*E\.?\d/.test(line);
}

/** What the job has set when a place in it is reached. */
export interface Place {
  hotendC: number;
  /** Duty of the part fan, 0–255. */
  fan: number;
}

function placeAt(job: readonly string[], at: number): Place {
  const place: Place = { hotendC: 0, fan: 0 };
  for (const line of job.slice(0, at)) {
    const s = /S([\d.]+)/.exec(line)?.[1];
    if (/^M10[49]\b/.test(line)) place.hotendC = Number(s ?? 0);
    else if (/^M106\b/.test(line)) place.fan = Number(s ?? 255);
    else if (/^M107\b/.test(line)) place.fan = 0;
  }
  return place;
}

/**
 * Puts lines into a job before the printing move that stands at `share` (0–1) of all printing moves;
 * `lines` are made of what the job has set there.
 */
export function insertAt(
  job: readonly string[],
  share: number,
  lines: (there: Place) => readonly string[],
): Insertion {
  const places = job.flatMap((line, i) => prints(line) ? [i] : []);
  const at = places[Math.floor(share * places.length)] ?? -1;
  if (at < 0) return { lines: [...job], at };
  return { lines: [...job.slice(0, at), ...lines(placeAt(job, at)), ...job.slice(at)], at };
}
