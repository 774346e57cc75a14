/** How names compare: without regard to case, width or composition. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}
