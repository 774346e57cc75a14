import { encode } from "../../shared/codec.ts";
import { edgeSource } from "../../shared/codec.ts";
import type { Deviation } from "../../shared/deviation.ts";
import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import { deviationSubject } from "../../shared/subjects.ts";
import type { Suite } from "../../shared/verdict.ts";
import type { Finding, ModelDigests } from "../finding.ts";
import type { DeviationRecord } from "./deviation_record.ts";
import { clip, type EvidenceSwitches, trimEvidence } from "./evidence.ts";
import type { OutboxMessage } from "./outbox_message.ts";
import { wallTime } from "./wall_clock.ts";

/** What the shell knows and the analysis doesn't. */
export interface MessageContext {
  address: Address;
  suite: Suite;
  switches: EvidenceSwitches;
  jobDigest: string | null;
  digests: ModelDigests;
  wallMs: number;
  clockQuality: "synced" | "unsynced";
}

/** A finding as the wire's deviation, cut to the contract's bounds [pure]. */
export function composeDeviation(
  finding: Finding,
  record: DeviationRecord,
  context: MessageContext,
): Deviation {
  return {
    contractVersion: CONTRACT_VERSION,
    id: record.id,
    revision: record.revision,
    identity: record.identity,
    printer: context.address.printer,
    suite: context.suite,
    times: {
      bootId: record.bootId,
      startedEventS: finding.startedS,
      detectedEventS: finding.detectedS,
      endedEventS: finding.endedS,
      wallTime: wallTime(context.wallMs),
      clockQuality: context.clockQuality,
    },
    job: { digest: context.jobDigest, layer: finding.layer },
    kind: finding.kind,
    verdict: finding.verdict,
    probability: finding.probability,
    severity: finding.severity,
    score: finding.score,
    cause: { id: finding.cause.id, title: clip(finding.cause.title, 120) },
    summary: clip(finding.summary, 300),
    reasons: finding.reasons.slice(0, 8).map((reason) => ({
      signal: clip(reason.signal, 40),
      text: clip(reason.text, 300),
      weight: Math.max(-100, Math.min(100, reason.weight)),
    })),
    techniques: finding.techniques.slice(0, 6),
    models: context.digests,
    evidence: trimEvidence(finding.evidence, context.switches),
  };
}

/**
 * The message of a finding, ready for the outbox [pure].
 *
 * @throws {TypeError} if the finding breaks the contract: the analysis' bug, never sent
 */
export function encodeDeviation(
  finding: Finding,
  record: DeviationRecord,
  context: MessageContext,
): OutboxMessage {
  const deviation = composeDeviation(finding, record, context);
  const msgId = `${record.id}.${record.revision}`;
  const about = {
    id: msgId,
    source: edgeSource(context.address),
    time: deviation.times.wallTime,
  };
  return {
    subject: deviationSubject(context.address, finding.verdict, finding.kind),
    msgId,
    about: record.id,
    revision: record.revision,
    class: finding.verdict === "potential-cyberthreat" ? "threat" : "deviation",
    bytes: encode("deviation", about, deviation),
  };
}
