import type { Severity } from "../../shared/verdict.ts";
import { lastDecision } from "../cases/case.ts";
import { type CaseExport, techniquesOf } from "./case_export.ts";

/** Numerical severities of RFC 5424, section 6.2.1. */
const SEVERITIES: Record<Severity, number> = { critical: 2, high: 3, medium: 4, low: 5, info: 6 };

/** No receiver has to take a longer line: 2048 bytes is what RFC 5424 asks of every one. */
export const SYSLOG_BYTES_MAX = 2048;

export interface SyslogOptions {
  /** 0–23; 16 is `local0`. */
  facility: number;
  /** Whose names the structured data uses; 32473 stands for "nobody's" (RFC 5612). */
  enterpriseId: number;
}

/**
 * A case as one message of RFC 5424: the guard's device as host, what happened as message id, the
 * case's figures as structured data, and its summary as text in UTF-8. Cut at 2048 bytes.
 */
export function syslogMessage(exported: CaseExport, options: SyslogOptions): string {
  const { about, event } = exported;
  const priority = options.facility * 8 + SEVERITIES[about.severity];
  const host = printUsAscii(about.address.device, 255);
  const header = `<${priority}>1 ${event.at} ${host} printwarden - ${event.type.slice(0, 32)}`;
  const data = structuredData(exported, options.enterpriseId);
  const text = visible(`${about.title}: ${about.summary}`);
  return cut(`${header} ${data} \uFEFF${text}`, SYSLOG_BYTES_MAX);
}

function structuredData(exported: CaseExport, enterpriseId: number): string {
  const { about, url, label } = exported;
  const decision = lastDecision(about);
  const parameters: [name: string, value: string | null][] = [
    ["case", about.id],
    ["state", about.state],
    ["verdict", about.verdict],
    ["kind", about.kind],
    ["severity", about.severity],
    ["probability", about.probability.toFixed(2)],
    ["site", about.address.site],
    ["printer", about.address.printer],
    ["label", label],
    ["techniques", techniquesOf(exported).map(({ id }) => id).join(",") || null],
    ["determination", decision?.determination ?? null],
    ["url", url],
  ];
  const told = parameters.filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}="${escaped(visible(value!))}"`);
  return `[printwarden@${enterpriseId} ${told.join(" ")}]`;
}

/** RFC 5424, section 6.3.3. */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, "\\$&");
}

/** Control characters end lines or terminals' patience; they become spaces. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

function printUsAscii(text: string, charsMax: number): string {
  return text.replace(/[^\x21-\x7e]/g, "").slice(0, charsMax) || "-";
}

/** Cuts at a character's end. */
function cut(message: string, bytesMax: number): string {
  const bytes = new TextEncoder().encode(message);
  if (bytes.length <= bytesMax) return message;
  let end = bytesMax;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end));
}
