/** A share as a person reads it; a dash where nothing is known. */
export function share(value: number | null): string {
  return value === null ? "–" : `${Math.round(value * 100)} %`;
}

/** A change with its direction: `+4 %`. */
export function signed(value: number | null): string {
  if (value === null) return "–";
  const percent = Math.round(value * 1000) / 10;
  return `${percent > 0 ? "+" : percent < 0 ? "−" : "±"}${Math.abs(percent)} %`;
}

/** Seconds as hours and minutes. */
export function hours(seconds: number | null): string {
  if (seconds === null) return "–";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

export function metres(mm: number | null): string {
  return mm === null ? "–" : `${(mm / 1000).toFixed(1)} m`;
}
