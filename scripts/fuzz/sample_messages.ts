import { edgeSource, encode } from "../../shared/codec.ts";
import type { Decision } from "../../shared/decision.ts";
import type { MessageType } from "../../shared/envelope.ts";
import type { Address } from "../../shared/ids.ts";
import { commandSubject, decisionSubject } from "../../shared/subjects.ts";
import { deviationMessage, fabricateDeviation, presenceMessage, seeded } from "../fabricate.ts";

export const ADDRESS: Address = { site: "site1", device: "pi1", printer: "left" };
const WALL = "2026-03-01T12:00:00.000Z";
const UUID = "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10";
const ABOUT = { id: `${UUID}.1`, source: edgeSource(ADDRESS), time: WALL };

/** One message in order, with the subject that it travels on. */
export interface SampleMessage {
  type: MessageType;
  subject: string;
  bytes: Uint8Array;
}

const DECISION: Decision = {
  contractVersion: 1,
  id: UUID,
  caseId: UUID,
  deviationIds: [UUID],
  target: ADDRESS,
  determination: "threat-confirmed",
  response: "pause",
  learn: { mode: "until", untilWallTime: "2026-04-01T12:00:00.000Z" },
  reason: "seen at the printer",
  decidedBy: UUID,
  decidedWallTime: WALL,
  expiresWallTime: "2026-03-01T12:15:00.000Z",
};

/** One of each type of message. */
export function sampleMessages(): SampleMessage[] {
  const random = seeded(7);
  const deviation = fabricateDeviation({
    recipe: "tampered-set-point",
    printer: ADDRESS.printer,
    random,
    wallTime: WALL,
  });
  const command = {
    contractVersion: 1 as const,
    id: UUID,
    verb: "maintenance" as const,
    body: { target: ADDRESS, minutes: 30, what: "a new nozzle", list: [1, null, { deep: true }] },
  };
  const reply = { contractVersion: 1 as const, id: UUID, ok: true, detail: "here" };
  const presence = presenceMessage(ADDRESS, { label: "the left one", wallTime: WALL });
  return [
    { type: "deviation", ...deviationMessage(ADDRESS, deviation) },
    { type: "presence", ...presence },
    {
      type: "decision",
      subject: decisionSubject(ADDRESS),
      bytes: encode("decision", ABOUT, DECISION),
    },
    {
      type: "command",
      subject: commandSubject(ADDRESS, "maintenance"),
      bytes: encode("command", ABOUT, command),
    },
    { type: "reply", subject: "_INBOX_pi1.abc", bytes: encode("reply", ABOUT, reply) },
  ];
}
