import type { AuditLog } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import type { TargetPolicy } from "../channels/target_policy.ts";
import type { Projector } from "../read_model/projector.ts";
import type { ReadModel } from "../read_model/read_model.ts";

/** What the desk for alerts stands on. */
export interface SubscriptionDeskPorts {
  model: ReadModel;
  broker: Pick<Broker, "append">;
  projector: Pick<Projector, "reached">;
  audit: AuditLog;
  /** Whether a person's channel may lead there, should that be a private network. */
  targetsOf(personId: string, url: string): TargetPolicy;
  now(): Date;
}
