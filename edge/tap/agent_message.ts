import { refused, type Result } from "../../shared/result.ts";
import { ASKED, INJECTED, LEASE_S_MAX } from "./order_bounds.ts";
import type { AgentMessage } from "./orders.ts";

export type Check = (value: unknown) => boolean;

/** As the schema's own: RFC 9562, and the two that stand for none and for all. */
const UUID =
  /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;

export const isUuid: Check = (value) => typeof value === "string" && UUID.test(value);
export const isFlag: Check = (value) => typeof value === "boolean";
export const oneOf = (...words: unknown[]): Check => (value) => words.includes(value);
const text = (form: RegExp): Check => (value) => typeof value === "string" && form.test(value);

const isLease: Check = (value) => typeof value === "number" && value >= 1 && value <= LEASE_S_MAX;
const isPlace: Check = (value) =>
  value === "oldest" || value === "now" ||
  hasOnly(value, {
    tapId: isUuid,
    seq: (seq) => Number.isSafeInteger(seq) && Number(seq) >= 0,
  });

const version = oneOf(1);
const order = { v: version, id: isUuid };
/** What each message has to hold, and nothing besides. */
const FORMS: Record<AgentMessage["type"], Record<string, Check>> = {
  resume: { v: version, after: isPlace },
  hold: { ...order, leaseS: isLease, latched: isFlag },
  release: order,
  inject: { ...order, to: oneOf("printer", "host"), line: text(INJECTED) },
  ask: { ...order, line: text(ASKED) },
  bypass: { ...order, on: isFlag },
};

/** Whether a value has these fields, each as it should be, and no other. */
export function hasOnly(value: unknown, checks: Record<string, Check>): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const given = value as Record<string, unknown>;
  return Object.keys(given).every((name) => Object.hasOwn(checks, name)) &&
    Object.entries(checks).every(([name, fits]) => Object.hasOwn(given, name) && fits(given[name]));
}

/**
 * Reads one line from the agent strictly, as the schema in `orders.ts` would, and a test holds it
 * to that: the tap itself does without the schema library, which takes 10 MB of memory.
 */
export function readAgentMessage(line: string): Result<AgentMessage> {
  const what = "Cannot decode the agent's message";
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return refused(`${what}: JSON was required, got '${line.slice(0, 40)}'`);
  }
  const { type } = Object(parsed) as { type?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(FORMS, type)) {
    return refused(`${what}: a known type was required, got '${line.slice(0, 40)}'`);
  }
  const checks = { type: oneOf(type), ...FORMS[type as AgentMessage["type"]] };
  return hasOnly(parsed, checks)
    ? { ok: true, value: parsed as AgentMessage }
    : refused(`${what}: the fields of '${type}' were required, got '${line.slice(0, 80)}'`);
}
