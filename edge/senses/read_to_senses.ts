import { refused, type Result } from "../../shared/result.ts";
import { type Check, hasOnly, isFlag, isUuid, oneOf } from "../tap/agent_message.ts";
import type { ToSenses } from "./protocol.ts";

const number = (low: number, high: number): Check => (value) =>
  typeof value === "number" && value >= low && value <= high;
const orNull = (check: Check): Check => (value) => value === null || check(value);
const isText: Check = (value) => typeof value === "string" && value.length <= 400;
const isToken: Check = (value) => typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value);
const isTime = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const isCelsius = orNull(number(-100, 2000));

const ASKED: Record<string, Check> = {
  targetC: isCelsius,
  changedS: isTime,
  reportedC: isCelsius,
  reportS: isTime,
  duty: orNull(number(0, 1)),
  tunes: isFlag,
  stopped: isFlag,
};
const message = { v: oneOf(1), printer: isToken };
/** What each message has to hold, and nothing besides. */
const FORMS: Record<ToSenses["type"], Record<string, Check>> = {
  asked: { ...message, asked: (value) => hasOnly(value, ASKED) },
  stop: { ...message, id: isUuid, decisionId: isUuid, reason: isText },
  release: { ...message, id: isUuid, by: isText },
};

/**
 * Reads one line from the agent strictly, as the schema in `protocol.ts` would, and a test holds it
 * to that: the senses do without the schema library, which takes 10 MB of memory.
 */
export function readToSenses(line: string): Result<ToSenses> {
  const what = "Cannot decode the agent's message to the senses";
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
  const checks = { type: oneOf(type), ...FORMS[type as ToSenses["type"]] };
  return hasOnly(parsed, checks)
    ? { ok: true, value: parsed as ToSenses }
    : refused(`${what}: the fields of '${type}' were required, got '${line.slice(0, 80)}'`);
}
