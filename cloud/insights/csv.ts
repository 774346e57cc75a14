type Cell = string | number | null;

/**
 * A table as RFC 4180 has it: a header, CRLF, quotes where they are needed. Text that a spreadsheet
 * would take for a formula gets an apostrophe before it.
 *
 * @param columns by the name of their header
 */
export function csv<T>(
  rows: readonly T[],
  columns: Record<string, (row: T) => Cell>,
): string {
  const names = Object.keys(columns);
  const lines = rows.map((row) => Object.values(columns).map((value) => cell(value(row))));
  return [names.map(cell), ...lines].map((line) => line.join(",") + "\r\n").join("");
}

function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
