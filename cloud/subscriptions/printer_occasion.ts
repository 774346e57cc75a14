import type { Address } from "../../shared/ids.ts";
import type { SeenState } from "../printers/printer_event.ts";
import type { Standing, Trouble } from "../printers/standing.ts";
import type { Occasion } from "./occasion.ts";

/** What makes an alert about a printer another one: it came back in between. */
export function printerKey({ site, device, printer }: Address, troubleId: string): string {
  return `printer/${site}/${device}/${printer}/${troubleId}`;
}

/** The printer and the trouble that a key is about; null if it is about none. */
export function printerOfKey(key: string): { address: Address; troubleId: string } | null {
  const [about, site, device, printer, troubleId] = key.split("/");
  if (about !== "printer" || !site || !device || !printer || !troubleId) return null;
  return { address: { site, device, printer }, troubleId };
}

/** A printer's trouble as an occasion: the one it is in, or the one that somebody was told of. */
export function occasionOfPrinter(
  address: Address,
  label: string,
  standing: Standing,
  maintenance: string | null,
  told: { key: string; summary: string } | null = null,
): Occasion | null {
  const { trouble } = standing;
  const same = trouble !== null && (told === null || told.key === printerKey(address, trouble.id));
  if (!same && told === null) return null;
  const since = Date.parse(same ? trouble.at : standing.since);
  return {
    key: told?.key ?? printerKey(address, trouble!.id),
    about: "printer",
    address,
    label: label || address.printer,
    severity: same && trouble.type === "attention" ? "medium" : "high",
    verdict: null,
    kind: null,
    summary: same ? summaryOf(trouble) : told?.summary ?? "",
    path: `/printers/${address.site}/${address.device}/${address.printer}`,
    sinceMs: since,
    changedMs: since,
    status: same
      ? statusOf(trouble)
      : { type: "over", how: `It is ${WORDS[standing.state]} again` },
    maintenance,
  };
}

function statusOf({ acknowledgedBy }: Trouble): Occasion["status"] {
  return acknowledgedBy === null ? { type: "open" } : { type: "acknowledged", by: acknowledgedBy };
}

function summaryOf({ type, from, to }: Trouble): string {
  if (type === "attention") return "Its guard asks for a person";
  const how = to === "silent" ? "Nothing is heard of its guard" : "The printer is offline";
  return `${how}, and it was ${WORDS[from]}`;
}

const WORDS: Record<SeenState, string> = {
  printing: "printing",
  idle: "idle",
  paused: "paused",
  offline: "offline",
  blind: "there, but can't be read",
  bypass: "handed through",
  attention: "there, and asks for a person",
  silent: "silent",
};
