import type { Result } from "../../shared/result.ts";
import { ASKED, INJECTED, LEASE_S_MAX } from "./order_bounds.ts";
import type { AgentMessage } from "./orders.ts";
import {
  type Check,
  type Forms,
  hasOnly,
  isFlag,
  isUuid,
  oneOf,
  readStrictly,
} from "./strict_message.ts";

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
const FORMS: Forms<AgentMessage["type"]> = {
  resume: { v: version, after: isPlace },
  hold: { ...order, leaseS: isLease, latched: isFlag },
  release: order,
  inject: { ...order, to: oneOf("printer", "host"), line: text(INJECTED) },
  ask: { ...order, line: text(ASKED) },
  bypass: { ...order, on: isFlag },
};

/** Reads one line from the agent as the schema in `orders.ts` would; a test holds it to that. */
export function readAgentMessage(line: string): Result<AgentMessage> {
  return readStrictly(line, "Cannot decode the agent's message", FORMS);
}
