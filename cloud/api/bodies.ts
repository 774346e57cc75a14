import { z } from "zod";
import { Determination, Learn, ResponseAction } from "../../shared/decision.ts";
import { Token, Uuid } from "../../shared/ids.ts";
import { JobLabel } from "../../shared/job_order.ts";
import { MAINTENANCE_H_MAX, MaintenanceWhat } from "../../shared/maintenance_order.ts";
import { Manifest } from "../../shared/manifest.ts";
import { Registration } from "../../shared/registrar.ts";
import { Nature } from "../cases/case_event.ts";

/** The sequence of the case's last event that the caller has seen; absent: whatever it is now. */
const Seen = z.int().min(1).nullable().default(null);

export const AcknowledgeBody = z.strictObject({ seen: Seen });
export const DecisionBody = z.strictObject({
  seen: Seen,
  /** Sending the same id again is the same decision. */
  decisionId: Uuid.optional(),
  determination: Determination,
  response: ResponseAction.default("none"),
  learn: Learn.default({ mode: "no" }),
  reason: z.string().trim().min(1).max(1000),
});
export const CloseBody = z.strictObject({
  seen: Seen,
  nature: Nature,
  note: z.string().trim().max(1000).default(""),
});
export const ReopenBody = z.strictObject({});

export const JobBody = z.strictObject({
  label: JobLabel,
  manifest: Manifest,
  /** The registrar's own signature, for devices that ask for it. */
  registration: Registration.optional(),
});

export const MaintenanceBody = z.strictObject({
  site: Token,
  /** Absent or null is every printer of the site. */
  printer: z.strictObject({ device: Token, printer: Token }).nullable().default(null),
  minutes: z.int().min(1).max(MAINTENANCE_H_MAX * 60),
  what: MaintenanceWhat,
});
export const EndBody = z.strictObject({});
export const AcknowledgeTroubleBody = z.strictObject({ troubleId: Uuid });
