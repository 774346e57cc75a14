import { COMMAND_BYTES_MAX } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { JobOrder } from "../../shared/job_order.ts";
import type { Manifest } from "../../shared/manifest.ts";
import {
  encodeRegistration,
  type Registration,
  REGISTRATION_HEADER,
} from "../../shared/registrar.ts";
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
  send(actor: Actor, target: Address, job: ToldJob): Promise<JobOutcome>;
}

/** A job as its registrar told it, signed by them if they have a key. */
export interface ToldJob {
  label: string;
  manifest: Manifest;
  registration?: Registration | undefined;
}

/**
 * Signs an order for each job and asks the printer's agent to take it. No stream keeps an order, so
 * its audit row is its record: it stands before anything is sent, and what came of it follows. Where
 * it can't be written, nothing is sent.
 */
export function jobSender(
  broker: Pick<Broker, "request">,
  key: SigningKey,
  audit: Pick<AuditLog, "write">,
  now: () => Date,
): JobSender {
  const ask = commandAsker(broker, key, now);
  /** What doesn't fit, or what an older agent doesn't know, stays away. */
  async function askWithin(order: JobOrder, beside: Record<string, string>): Promise<Answer> {
    const answer = await ask(order.target, "job", "job", order, beside);
    const less = withLess(order, answer);
    return less === null ? answer : askWithin(less, beside);
  }
  return {
    async send(actor, target, { label, manifest, registration }) {
      const expiresWallTime = new Date(now().getTime() + ORDER_VALID_MS).toISOString();
      const by = actor.name.slice(0, BY_CHARS_MAX) || actor.id;
      const order: JobOrder = { target, expiresWallTime, label, by, manifest };
      const beside = registration && { [REGISTRATION_HEADER]: encodeRegistration(registration) };
      const about = `${manifest.jobDigest} '${label}'${beside ? ", signed by its registrar" : ""}`;
      await audit.write(actor, "job-ordered", nameOf(target), about);
      const outcome = outcomeOf(await askWithin(order, beside ?? {}), manifest);
      const said = outcome.type === "registered" ? outcome.detail : outcome.issue;
      await audit.write(actor, `job-${outcome.type}`, nameOf(target), `${about}: ${said}`);
      return outcome;
    },
  };
}

function outcomeOf(answer: Answer, { jobDigest, commandCount }: Manifest): JobOutcome {
  switch (answer.type) {
    case "taken":
      return { type: "registered", digest: jobDigest, detail: answer.detail };
    case "too-large":
      return tooLarge(answer.bytes, commandCount);
    default:
      return answer;
  }
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
