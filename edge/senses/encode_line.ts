import type { SensesMessage, ToSenses } from "./protocol.ts";

/** A message with its line end; texts that are too long are cut. */
export function encodeLine(message: SensesMessage | ToSenses): string {
  const cut = (_key: string, value: unknown) =>
    typeof value === "string" ? value.slice(0, 400) : value;
  return `${JSON.stringify(message, cut)}\n`;
}
