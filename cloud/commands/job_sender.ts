import { COMMAND_BYTES_MAX } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { JobOrder } from "../../shared/job_order.ts";
import type { Manifest } from "../../shared/manifest.ts";
import type { SigningKey } from "../../shared/signing.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Answer, commandAsker, nameOf, ORDER_VALID_MS } from "./ask.ts";

const BY_CHARS_MAX = 120;

/** How an agent's schema names the fields that it doesn't know. */
const UNKNOWN_FIELDS = /Unrecognized keys?: ((?:"\w+"(?:, )?)+)/;

/** What became of a job. */
export type JobOutcome =
  | { type: "registered"; digest: string; detail: string }
  /** Larger than any command: nothing was sent. */
  | { type: "too-large"; issue: string }
  | Extract<Answer, { type: "refused" | "unanswered" }>;

/** Tells a printer's agent what it is going to print. */
export interface JobSender {
  send(actor: Actor, target: Address, label: string, manifest: Manifest): Promise<JobOutcome>;
}

/** Signs an order for each job, asks the printer's agent to take it and writes that down. */
export function jobSender(
  broker: Pick<Broker, "request">,
  key: SigningKey,
  audit: Pick<AuditLog, "write">,
  now: () => Date,
): JobSender {
  const ask = commandAsker(broker, key, now);
  /** What doesn't fit, or what an older agent doesn't know, stays away. */
  async function askWithin(order: JobOrder): Promise<Answer> {
    const answer = await ask(order.target, "job", "job", order);
    const less = withLess(order, answer);
    return less === null ? answer : askWithin(less);
  }
  return {
    async send(actor, target, label, manifest) {
      const expiresWallTime = new Date(now().getTime() + ORDER_VALID_MS).toISOString();
      const by = actor.name.slice(0, BY_CHARS_MAX) || actor.id;
      const order: JobOrder = { target, expiresWallTime, label, by, manifest };
      const answer = await askWithin(order);
      if (answer.type === "too-large") return tooLarge(answer.bytes, manifest.commandCount);
      const outcome: JobOutcome = answer.type === "taken"
        ? { type: "registered", digest: manifest.jobDigest, detail: answer.detail }
        : answer;
      const said = outcome.type === "registered" ? outcome.detail : outcome.issue;
      const detail = `${manifest.jobDigest} '${label}': ${said}`;
      await audit.write(actor, `job-${outcome.type}`, nameOf(target), detail);
      return outcome;
    },
  };
}

/**
 * The order without what this answer shows to be in the way [pure]; null where there is no such
 * thing. Agents refuse what they don't know, so a broker that lies in their place can take a name or
 * maps away, but neither change them nor anything else.
 */
function withLess(order: JobOrder, answer: Answer): JobOrder | null {
  const { by, ...unnamed } = order;
  const { maps, ...manifest } = order.manifest;
  if (maps !== undefined && (answer.type === "too-large" || isUnknown("maps", answer))) {
    return { ...order, manifest };
  }
  return by !== undefined && isUnknown("by", answer) ? unnamed : null;
}

function isUnknown(field: string, answer: Answer): boolean {
  return answer.type === "refused" &&
    UNKNOWN_FIELDS.exec(answer.issue)?.[1]?.includes(`"${field}"`) === true;
}

function tooLarge(bytes: number, commandCount: number): JobOutcome {
  const issue =
    `This job's manifest of ${commandCount} commands takes ${bytes} bytes, and at most ` +
    `${COMMAND_BYTES_MAX} travel to a printer; register it on the device itself: ` +
    `deno task edge job add FILE.gcode --printer NAME`;
  return { type: "too-large", issue };
}
