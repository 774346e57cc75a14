import { type Series } from "../../shared/series.ts";

/** What the senses and the reports have said of late, once a second; a picture for an expert. */
export interface Trail {
  points: TrailPoint[];
}

/** One second; what wasn't told is absent. */
export interface TrailPoint {
  atS: number;
  reportedC?: number | null;
  probeC?: number | null;
  probeExpectedC?: number | null;
  reportedDuty?: number | null;
  gateDuty?: number | null;
  fanGate?: number | null;
  fanCommanded?: number | null;
  filamentMm?: number | null;
  commandedMm?: number | null;
}

type Signal = Exclude<keyof TrailPoint, "atS">;

const KEEP_S = 120;

/** How each signal is drawn. */
const SIGNALS: Record<Signal, { signal: string; role: Series["role"]; unit: string; by: number }> =
  {
    reportedC: { signal: "hotend-temperature", role: "measured", unit: "°C", by: 1 },
    probeC: { signal: "second-thermometer", role: "measured", unit: "°C", by: 1 },
    probeExpectedC: { signal: "second-thermometer", role: "twin", unit: "°C", by: 1 },
    reportedDuty: { signal: "hotend-duty", role: "twin", unit: "%", by: 100 },
    gateDuty: { signal: "hotend-duty", role: "measured", unit: "%", by: 100 },
    fanGate: { signal: "fan-duty", role: "measured", unit: "%", by: 100 },
    fanCommanded: { signal: "fan-duty", role: "target", unit: "%", by: 100 },
    filamentMm: { signal: "filament", role: "measured", unit: "mm", by: 1 },
    commandedMm: { signal: "filament", role: "twin", unit: "mm", by: 1 },
  };

export function initTrail(): Trail {
  return { points: [] };
}

/** Adds what was told within the second of `eventTimeS`. Mutates the trail. */
export function noteTrail(
  trail: Trail,
  eventTimeS: number,
  told: Partial<Omit<TrailPoint, "atS">>,
): void {
  const { points } = trail;
  const atS = Math.floor(eventTimeS);
  const last = points.at(-1);
  if (last && last.atS === atS) {
    Object.assign(last, told);
    return;
  }
  points.push({ atS, ...told });
  while (points[0]!.atS < atS - KEEP_S) points.shift();
}

/** The signals asked for as series of evidence, one point a second. */
export function trailSeries(trail: Trail, signals: readonly Signal[]): Series[] {
  const { points } = trail;
  const startS = points[0]?.atS;
  if (startS === undefined) return [];
  const length = Math.min(KEEP_S, points.at(-1)!.atS - startS + 1);
  return signals.map((name) => {
    const { signal, role, unit, by } = SIGNALS[name];
    const values: (number | null)[] = new Array(length).fill(null);
    for (const point of points) {
      const value = point[name];
      const at = point.atS - startS;
      if (value === undefined || value === null || at >= length) continue;
      values[at] = Math.round(value * by * 10);
    }
    return { signal, role, unit, startS, stepS: 1, scale: 10, points: values };
  });
}
