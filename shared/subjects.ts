import type { CommandVerb } from "./command.ts";
import type { MessageType } from "./envelope.ts";
import { type Address, Token } from "./ids.ts";
import { Kind } from "./kinds.ts";
import { refused, type Result } from "./result.ts";
import { Verdict } from "./verdict.ts";

const ROOT = "printwarden.v1";

function prefix(address: Address): string {
  for (const token of [address.site, address.device, address.printer]) {
    if (!Token.safeParse(token).success) {
      throw new RangeError(
        `Cannot build a subject: each token must match [A-Za-z0-9_-]{1,64}, got '${token}'`,
      );
    }
  }
  return `${ROOT}.${address.site}.${address.device}.${address.printer}`;
}

/** The subject of a deviation. */
export function deviationSubject(address: Address, verdict: Verdict, kind: Kind): string {
  return `${prefix(address)}.deviation.${verdict}.${kind}`;
}

/** The subject of a printer's presence. */
export function presenceSubject(address: Address): string {
  return `${prefix(address)}.presence`;
}

/** The subject of decisions for a printer. */
export function decisionSubject(address: Address): string {
  return `${prefix(address)}.decision`;
}

/** The subject of a request to a printer's agent. */
export function commandSubject(address: Address, verb: CommandVerb): string {
  return `${prefix(address)}.command.${verb}`;
}

/** Subject filters: what a whole fleet sends, and what is meant for one device. */
export const FLEET_DEVIATIONS = `${ROOT}.*.*.*.deviation.>`;
export const FLEET_PRESENCE = `${ROOT}.*.*.*.presence`;
export const FLEET_DECISIONS = `${ROOT}.*.*.*.decision`;
export function deviceFilter(site: string, device: string, rest: string): string {
  return `${ROOT}.${site}.${device}.*.${rest}`;
}

export interface ParsedSubject {
  address: Address;
  type: Exclude<MessageType, "reply">;
  verdict?: Verdict;
  kind?: Kind;
  verb?: string;
}

/** Reads a subject; refuses whatever is not one of the contract's. */
export function parseSubject(subject: string): Result<ParsedSubject> {
  const tokens = subject.split(".");
  const [product, version, site, device, printer, type, first, second] = tokens;
  const issue = refused(`Cannot read subject '${subject}': it is none of the contract's`);
  if (`${product}.${version}` !== ROOT || tokens.some((t) => !Token.safeParse(t).success)) {
    return issue;
  }
  if (!site || !device || !printer) return issue;
  const address = { site, device, printer };
  const is = (name: string, length: number) => type === name && tokens.length === length;
  if (is("presence", 6) || is("decision", 6)) {
    return { ok: true, value: { address, type: type as "presence" | "decision" } };
  }
  if (is("command", 7)) return { ok: true, value: { address, type: "command", verb: first } };
  const verdict = Verdict.safeParse(first);
  const kind = Kind.safeParse(second);
  if (is("deviation", 8) && verdict.success && kind.success) {
    const value = { address, type: "deviation", verdict: verdict.data, kind: kind.data } as const;
    return { ok: true, value };
  }
  return issue;
}
