import type { LogRecord } from "@logtape/logtape";

const encoder = new TextEncoder();

/**
 * Writes each record as one line to stderr. Values from messages are quoted as JSON, so that nobody
 * outside can forge a line of the log.
 */
export function stderrSink(record: LogRecord): void {
  Deno.stderr.writeSync(encoder.encode(`${lineOf(record)}\n`));
}

function lineOf(record: LogRecord): string {
  const words = record.message.map((part, index) => index % 2 === 0 ? part : quoted(part)).join("");
  const time = new Date(record.timestamp).toISOString();
  return `${time} ${record.level} ${record.category.slice(1).join(".")} ${words}`;
}

function quoted(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
  return typeof value === "string" && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value);
}
