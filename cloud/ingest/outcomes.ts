import { getLogger } from "@logtape/logtape";
import { edgeSource } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { DecisionOutcome } from "../../shared/presence.ts";
import type { Broker, Settlement, Stored } from "../broker/broker.ts";
import type { Actor } from "../cases/case_event.ts";
import { unrecorded } from "../cases/unrecorded.ts";
import { AGGREGATOR, type CaseLog } from "../cases/case_log_shell.ts";
import { answer } from "../cases/transition.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { presenceReader } from "./presence_reader.ts";
import type { Reading } from "./read_deviation.ts";

const TRIES_MAX = 5;

/**
 * Reads what printers say of themselves: admits a device that is new here, and records what became
 * of the decisions that it was sent.
 */
export function createOutcomeRecorder(
  broker: Broker,
  cases: CaseQueries,
  log: CaseLog,
  senderOf: Reading["senderOf"],
) {
  const read = presenceReader(senderOf);
  const logger = getLogger(["printwarden", "ingest"]);
  const admitted = new Set<string>();

  async function admit({ site, device }: Address): Promise<void> {
    if (admitted.has(`${site}.${device}`)) return;
    await broker.admitDevice(site, device);
    admitted.add(`${site}.${device}`);
  }

  async function record(address: Address, outcome: DecisionOutcome, label: string): Promise<void> {
    for (let tried = 0; tried < TRIES_MAX; tried++) {
      const recorded = cases.caseIdOfDecision(outcome.decisionId);
      const sent = recorded === null ? cases.sentDecision(outcome.decisionId) : null;
      const caseId = recorded ?? sent?.caseId ?? null;
      const found = caseId === null ? null : cases.caseById(caseId);
      // A decision that nobody here knows (yet) is looked at again with the next presence.
      if (!found) return;
      const source = edgeSource(address);
      if (edgeSource(found.about.address) !== source) {
        logger.warn("{source} reports on a decision for another printer", { source });
        return;
      }
      // Upon the case's last event: one that comes to be known meanwhile is looked at once more.
      const act = sent
        ? unrecorded(found.about, sent, outcome)
        : answer(found.about, outcome.decisionId, outcome);
      if (!act.ok || !act.value) return;
      const edge: Actor = { kind: "edge", id: source, name: label || address.printer };
      const actor = sent ? AGGREGATOR : edge;
      const written = await log.write(found.about.id, act.value, actor, found.lastSequence);
      if (written.type === "written") return;
    }
  }

  return async function handle(message: Stored): Promise<Settlement> {
    const received = await read(message);
    if (!received.ok) {
      const { subject, sequence } = message;
      const { issue } = received;
      logger.warn("Refused message {sequence} on {subject}: {issue}", { subject, sequence, issue });
      return { type: "refused", issue };
    }
    const { address, value } = received.value;
    await admit(address);
    for (const outcome of value.decisions) await record(address, outcome, value.label);
    return { type: "done" };
  };
}
