import { z } from "zod";
import { Assertion } from "../../shared/assertion.ts";
import { Determination, Learn, ResponseAction } from "../../shared/decision.ts";
import { Address, ContractVersion, Token, Uuid, WallTime } from "../../shared/ids.ts";
import { guardOf } from "../../shared/guard.ts";
import { Kind } from "../../shared/kinds.ts";
import { refused, type Result } from "../../shared/result.ts";
import { Severity, Verdict } from "../../shared/verdict.ts";

/** No case bundles more deviations than one decision can name. */
export const CASE_DEVIATIONS_MAX = 64;

/** No case keeps more comments than this. */
export const CASE_COMMENTS_MAX = 200;

/** Who did something: a person, a script by its token, an aggregator, or a printer's guard. */
export const Actor = z.strictObject({
  kind: z.enum(["person", "token", "aggregator", "edge"]),
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
});
export type Actor = z.infer<typeof Actor>;

/** What a case keeps of a deviation: enough to fold the case, none of the evidence. */
export const Sighting = z.strictObject({
  deviationId: Uuid,
  revision: z.int().min(1),
  identity: z.string().min(1).max(160),
  causeId: Token,
  causeTitle: z.string().min(1).max(120),
  kind: Kind,
  verdict: Verdict,
  probability: z.number().min(0).max(1),
  severity: Severity,
  summary: z.string().min(1).max(300),
  bootId: Uuid,
  startedEventS: z.number().min(0),
  detectedEventS: z.number().min(0),
  wallTime: WallTime,
  clockQuality: z.enum(["synced", "unsynced"]),
  /** The place of the message in its stream: this very message was read and found in order. */
  sequence: z.int().min(1).optional(),
});
export type Sighting = z.infer<typeof Sighting>;

/** Nozomi's question at the end of a case: a change is learnt, an incident never is. */
export const Nature = z.enum(["change", "incident"]);
export type Nature = z.infer<typeof Nature>;

/** What happened to a case. How deviations were bundled is itself among it. */
export const CaseAct = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("opened"),
    address: Address,
    sightings: z.array(Sighting).min(1).max(CASE_DEVIATIONS_MAX),
    /** An earlier, closed case that a person took up again as this one. */
    reopens: Uuid.nullable(),
    /** An earlier, decided case of the same cause on the same printer. */
    follows: Uuid.nullable(),
  }),
  z.strictObject({ type: z.literal("joined"), sighting: Sighting }),
  z.strictObject({ type: z.literal("acknowledged") }),
  z.strictObject({
    type: z.literal("decided"),
    decisionId: Uuid,
    deviationIds: z.array(Uuid).min(1).max(CASE_DEVIATIONS_MAX),
    determination: Determination,
    response: ResponseAction,
    learn: Learn,
    reason: z.string().min(1).max(1000),
    expiresWallTime: WallTime,
    /** The decision that it takes the place of, as its author knew the case; null for the first. */
    follows: Uuid.nullable().optional(),
    /** What the decider's own passkey signed; absent where the site's key has to do. */
    confirmation: Assertion.optional(),
    /** How many different people it takes before the printer hears of it; absent: one. */
    peopleRequired: z.int().min(1).max(2).optional(),
  }),
  /** A second person agrees with a decision. */
  z.strictObject({
    type: z.literal("seconded"),
    decisionId: Uuid,
    confirmation: Assertion.optional(),
  }),
  z.strictObject({
    type: z.enum(["decision-applied", "decision-refused"]),
    decisionId: Uuid,
    detail: z.string().max(300),
  }),
  z.strictObject({
    type: z.literal("commented"),
    /** The same form sent twice is one comment. */
    commentId: Uuid,
    text: z.string().min(1).max(1000),
  }),
  z.strictObject({ type: z.literal("closed"), nature: Nature, note: z.string().max(1000) }),
]);
export type CaseAct = z.infer<typeof CaseAct>;
export type CaseActType = CaseAct["type"];

/** One recorded fact about a case; the stream's order is the order of the case. */
export const CaseEvent = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  caseId: Uuid,
  at: WallTime,
  actor: Actor,
  act: CaseAct,
  /** Under which lead a replica bundled this; absent on what people and printers did. */
  lead: z.int().min(1).optional(),
});
export type CaseEvent = z.infer<typeof CaseEvent>;

const isInOrder = guardOf(CaseEvent);

/** Reads an event; what is in order needs no more than a look. */
export function readCaseEvent(value: unknown): Result<CaseEvent> {
  if (isInOrder?.(value)) return { ok: true, value: value as CaseEvent };
  const checked = CaseEvent.safeParse(value);
  return checked.success
    ? { ok: true, value: checked.data }
    : refused(`Cannot read a case event: ${checked.error.message}`);
}
