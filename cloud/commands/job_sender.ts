import { COMMAND_BYTES_MAX, decode, encode } from "../../shared/codec.ts";
import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import type { JobOrder } from "../../shared/job_order.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../shared/signing.ts";
import { commandSubject } from "../../shared/subjects.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import type { Actor } from "../cases/case_event.ts";
import { CLOUD_SOURCE } from "../decisions/courier_shell.ts";

const REPLY_TIMEOUT_MS = 10_000;
/** How long an order holds: long enough for a device whose clock runs a little ahead. */
const ORDER_VALID_MS = 5 * 60_000;

/** What became of a job. */
export type JobOutcome =
  | { type: "registered"; digest: string; detail: string }
  /** Larger than any command: nothing was sent. */
  | { type: "too-large"; issue: string }
  /** The agent answered that it won't take it, or answered something else. */
  | { type: "refused"; issue: string }
  /** No answer came: nobody knows whether it was taken. A repeat is harmless. */
  | { type: "unanswered"; issue: string };

/** Tells a printer's agent what it is going to print. */
export interface JobSender {
  send(actor: Actor, target: Address, label: string, manifest: Manifest): Promise<JobOutcome>;
}

/** Signs an order for each job, asks the printer's agent to take it and writes that down. */
export function jobSender(
  broker: Pick<Broker, "request">,
  key: SigningKey,
  audit: AuditLog,
  now: () => Date,
): JobSender {
  async function ask(target: Address, id: string, body: Uint8Array, digest: string) {
    const headers = { [SIGNATURE_HEADER]: await signDetached(body, key) };
    const subject = commandSubject(target, "job");
    const reply = await broker.request(subject, body, REPLY_TIMEOUT_MS, headers);
    if (!reply.ok) return unanswered(target, reply.issue);
    return outcomeOf(target, id, digest, reply.value);
  }

  return {
    async send(actor, target, label, manifest) {
      const id = crypto.randomUUID();
      const at = now();
      const expiresWallTime = new Date(at.getTime() + ORDER_VALID_MS).toISOString();
      const order: JobOrder = { target, expiresWallTime, label, manifest };
      const about = { id, source: CLOUD_SOURCE, time: at.toISOString() };
      const command = { contractVersion: CONTRACT_VERSION, id, verb: "job", body: order } as const;
      const body = encode("command", about, command);
      if (body.length > COMMAND_BYTES_MAX) return tooLarge(body.length, manifest.commandCount);
      const outcome = await ask(target, id, body, manifest.jobDigest);
      const said = outcome.type === "registered" ? outcome.detail : outcome.issue;
      const detail = `${manifest.jobDigest} '${label}': ${said}`;
      await audit.write(actor, `job-${outcome.type}`, nameOf(target), detail);
      return outcome;
    },
  };
}

function nameOf({ site, device, printer }: Address): string {
  return `${site}/${device}/${printer}`;
}

function tooLarge(bytes: number, commandCount: number): JobOutcome {
  const issue =
    `This job's manifest of ${commandCount} commands takes ${bytes} bytes, and at most ` +
    `${COMMAND_BYTES_MAX} travel to a printer; register it on the device itself: ` +
    `deno task edge job add FILE.gcode --printer NAME`;
  return { type: "too-large", issue };
}

function unanswered(target: Address, reason: string): JobOutcome {
  const issue = `The agent of ${nameOf(target)} gave no answer; it has to run and be connected. ` +
    `Sending the job again is safe. (${reason})`;
  return { type: "unanswered", issue };
}

function outcomeOf(target: Address, id: string, digest: string, bytes: Uint8Array): JobOutcome {
  const decoded = decode("reply", bytes);
  if (!decoded.ok) return { type: "refused", issue: strange(target, decoded.issue) };
  const { data: reply } = decoded.value;
  if (!reply.ok) {
    const issue = `The agent of ${nameOf(target)} refused the job: ${reply.detail}`;
    return { type: "refused", issue };
  }
  if (reply.id !== id) {
    const issue = strange(target, `a reply to ${id} was required, got one to ${reply.id}`);
    return { type: "refused", issue };
  }
  return { type: "registered", digest, detail: reply.detail };
}

function strange(target: Address, reason: string): string {
  return `The agent of ${nameOf(target)} answered something that can't be read: ${reason}`;
}
