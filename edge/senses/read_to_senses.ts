import type { Result } from "../../shared/result.ts";
import {
  type Check,
  type Forms,
  hasOnly,
  isFlag,
  isUuid,
  oneOf,
  readStrictly,
} from "../tap/strict_message.ts";
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
const FORMS: Forms<ToSenses["type"]> = {
  asked: { ...message, asked: (value) => hasOnly(value, ASKED) },
  stop: { ...message, id: isUuid, decisionId: isUuid, reason: isText },
  release: { ...message, id: isUuid, by: isText },
};

/** Reads one line from the agent as the schema in `protocol.ts` would; a test holds it to that. */
export function readToSenses(line: string): Result<ToSenses> {
  return readStrictly(line, "Cannot decode the agent's message to the senses", FORMS);
}
