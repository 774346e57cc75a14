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
  /** Maps stay away where the whole would be too large with them. */
  async function askWithin(order: JobOrder) {
    const answer = await ask(order.target, "job", "job", order);
    const { maps, ...rest } = order.manifest;
    const again = answer.type === "too-large" && maps !== undefined;
    return again ? ask(order.target, "job", "job", { ...order, manifest: rest }) : answer;
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

function tooLarge(bytes: number, commandCount: number): JobOutcome {
  const issue =
    `This job's manifest of ${commandCount} commands takes ${bytes} bytes, and at most ` +
    `${COMMAND_BYTES_MAX} travel to a printer; register it on the device itself: ` +
    `deno task edge job add FILE.gcode --printer NAME`;
  return { type: "too-large", issue };
}
