import { refused, type Result } from "../../shared/result.ts";

export type Check = (value: unknown) => boolean;
/** What each type of message has to hold, and nothing besides. */
export type Forms<Type extends string> = Record<Type, Record<string, Check>>;

/** As the schema's own: RFC 9562, and the two that stand for none and for all. */
const UUID =
  /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;

export const isUuid: Check = (value) => typeof value === "string" && UUID.test(value);
export const isFlag: Check = (value) => typeof value === "boolean";
export const oneOf = (...words: unknown[]): Check => (value) => words.includes(value);

/** Whether a value has these fields, each as it should be, and no other. */
export function hasOnly(value: unknown, checks: Record<string, Check>): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const given = value as Record<string, unknown>;
  return Object.keys(given).every((name) => Object.hasOwn(checks, name)) &&
    Object.entries(checks).every(([name, fits]) => Object.hasOwn(given, name) && fits(given[name]));
}

/**
 * Reads one line of JSON strictly, by its `type`, without the schema library, which takes 10 MB of
 * memory: for programs that have little.
 *
 * @param what what could not be done, as an error's beginning
 */
export function readStrictly<Message extends { type: string }>(
  line: string,
  what: string,
  forms: Forms<Message["type"]>,
): Result<Message> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return refused(`${what}: JSON was required, got '${line.slice(0, 40)}'`);
  }
  const { type } = Object(parsed) as { type?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(forms, type)) {
    return refused(`${what}: a known type was required, got '${line.slice(0, 40)}'`);
  }
  const checks = { type: oneOf(type), ...forms[type as Message["type"]] };
  return hasOnly(parsed, checks)
    ? { ok: true, value: parsed as Message }
    : refused(`${what}: the fields of '${type}' were required, got '${line.slice(0, 80)}'`);
}
