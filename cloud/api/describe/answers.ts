import { z } from "zod";
import { Deviation } from "../../../shared/deviation.ts";
import { Determination, Learn, ResponseAction } from "../../../shared/decision.ts";
import { Address, Digest, Uuid, WallTime } from "../../../shared/ids.ts";
import { Kind } from "../../../shared/kinds.ts";
import { PrintAccount, PrintProgress } from "../../../shared/print_account.ts";
import { Presence } from "../../../shared/presence.ts";
import { Severity, Verdict } from "../../../shared/verdict.ts";
import { CASE_STATES } from "../../cases/case.ts";
import { Actor, CaseEvent, Nature, Sighting } from "../../cases/case_event.ts";
import { FORMAT_NAMES } from "../../exports/formats.ts";

/**
 * What the API answers, for whoever reads its description. The code's own types rule; tests hold
 * real answers against these. A later version may add fields, so readers have to bear unknown ones.
 */
export const Refusal = z.looseObject({ error: z.string() });

const Sequence = z.int().min(0);
const State = z.enum(CASE_STATES);

export const CaseRowAnswer = z.looseObject({
  id: Uuid,
  site: z.string(),
  device: z.string(),
  printer: z.string(),
  state: State,
  verdict: Verdict,
  severityRank: z.int().min(0).max(4),
  probability: z.number().min(0).max(1),
  kind: Kind,
  title: z.string(),
  summary: z.string(),
  openedAt: WallTime,
  updatedAt: WallTime,
  seenAt: WallTime,
  attention: z.int(),
  deviations: z.int().min(1),
  determination: Determination.nullable(),
  decisionOutcome: z.enum(["applied", "refused"]).nullable(),
  lastSequence: Sequence,
});
export const CaseListAnswer = z.looseObject({ cases: z.array(CaseRowAnswer) });

const Mark = { by: Actor, at: WallTime };
const CaseDecisionAnswer = z.looseObject({
  ...Mark,
  id: Uuid,
  deviationIds: z.array(Uuid),
  determination: Determination,
  response: ResponseAction,
  learn: Learn,
  reason: z.string(),
  expiresWallTime: WallTime,
  follows: Uuid.nullable().optional(),
  outcome: z.looseObject({
    result: z.enum(["applied", "refused"]),
    detail: z.string(),
    at: WallTime,
  }).nullable(),
});

export const CaseAnswer = z.looseObject({
  id: Uuid,
  address: Address,
  state: State,
  openedAt: WallTime,
  updatedAt: WallTime,
  verdict: Verdict,
  severity: Severity,
  probability: z.number().min(0).max(1),
  kind: Kind,
  title: z.string(),
  summary: z.string(),
  leadDeviationId: Uuid,
  sightings: z.array(Sighting),
  acknowledged: z.looseObject(Mark).nullable(),
  decisions: z.array(CaseDecisionAnswer),
  closed: z.looseObject({ ...Mark, nature: Nature, note: z.string() }).nullable(),
  reopens: Uuid.nullable(),
  follows: Uuid.nullable(),
});
export const CaseViewAnswer = z.looseObject({
  about: CaseAnswer,
  lastSequence: Sequence,
  events: z.array(CaseEvent),
  deviations: z.array(Deviation),
  reopenedAs: Uuid.nullable(),
  sentDecisions: z.array(Uuid),
});

export const PrinterListAnswer = z.looseObject({
  printers: z.array(z.looseObject({
    address: Address,
    seenMs: z.int(),
    presence: Presence,
    openCases: z.int().min(0),
  })),
});

export const RefusedAnswer = z.looseObject({
  count: z.int().min(0),
  latest: z.array(z.looseObject({
    stream: z.string(),
    sequence: Sequence,
    storedMs: z.int(),
    subject: z.string(),
    issue: z.string(),
    sizeBytes: z.int(),
  })),
});

/** An act was recorded, and stands in the read model. */
export const DoneAnswer = z.looseObject({
  caseId: Uuid,
  sequence: Sequence,
  decisionId: Uuid.optional(),
});
export const RegisteredAnswer = z.looseObject({ digest: Digest, detail: z.string() });

export const ForwardsAnswer = z.looseObject({
  forwards: z.array(z.looseObject({
    name: z.string(),
    format: z.enum(FORMAT_NAMES),
    to: z.enum(["syslog", "http", "nats"]),
    sent: z.int(),
    skipped: z.int(),
    rejected: z.int(),
    failures: z.int(),
    issue: z.string().nullable(),
    sentAt: WallTime.nullable(),
  })),
});

export const HealthAnswer = z.looseObject({ ok: z.boolean(), broker: z.boolean() });

const Share = z.number().min(0).nullable();
const GuessErrorAnswer = z.looseObject({
  prints: z.int().min(1),
  meanAbsolute: z.number().min(0),
  bias: z.number(),
});
const BothErrors = z.looseObject({ twin: GuessErrorAnswer, slicer: GuessErrorAnswer }).nullable();
const TrendAnswer = z.looseObject({
  points: z.array(z.looseObject({ day: z.iso.date(), value: z.number() })),
  first: z.number(),
  last: z.number(),
  per30Days: z.number().nullable(),
}).nullable();

export const InsightAnswer = z.looseObject({
  days: z.int(),
  fromDay: z.iso.date(),
  printers: z.array(z.looseObject({
    address: Address,
    label: z.string(),
    oee: z.looseObject({
      availability: Share,
      utilization: Share,
      performance: Share,
      quality: Share,
      oee: Share,
      terms: z.record(z.string(), z.number()),
    }),
    spanS: z.number(),
    completed: z.int(),
    unfinished: z.int(),
    unknown: z.int(),
    wear: z.looseObject({ hotend: TrendAnswer, bed: TrendAnswer, fan: TrendAnswer }),
  })),
  atWork: z.array(z.looseObject({
    address: Address,
    label: z.string(),
    progress: PrintProgress,
  })),
  prints: z.array(z.looseObject({ address: Address, account: PrintAccount })),
  guesses: z.looseObject({
    start: BothErrors,
    halfway: BothErrors,
    twinAlone: GuessErrorAnswer.nullable(),
  }),
  saved: z.array(z.looseObject({ savedS: z.number(), savedFilamentMm: z.number() })),
  savedS: z.number(),
  savedFilamentMm: z.number(),
});
