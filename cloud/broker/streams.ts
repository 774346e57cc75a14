import {
  AckPolicy,
  DeliverPolicy,
  type JetStreamManager,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import type { Address } from "../../shared/ids.ts";
import {
  deviceFilter,
  FLEET_DECISIONS,
  FLEET_DEVIATIONS,
  FLEET_PRESENCE,
} from "../../shared/subjects.ts";

/** Every stream of the cloud side; together they hold every fact that it knows. */
export const STREAMS = {
  deviations: "PW_DEVIATIONS",
  presence: "PW_PRESENCE",
  decisions: "PW_DECISIONS",
  cases: "PW_CASES",
  people: "PW_PEOPLE",
  sessions: "PW_SESSIONS",
  audit: "PW_AUDIT",
  personal: "PW_PERSONAL",
  printers: "PW_PRINTERS",
  subscriptions: "PW_SUBSCRIPTIONS",
  alerts: "PW_ALERTS",
  insights: "PW_INSIGHTS",
} as const;

export type StreamName = (typeof STREAMS)[keyof typeof STREAMS];

/**
 * Who leads at this moment, which is no fact to keep: a key-value bucket of one version a key that
 * expires, on subjects of our own, so that aggregators need no further rights.
 */
export const LEASE_STREAM = "PW_LEASES";
/** A lease that nobody renews ends after this time, ms. */
export const LEASE_MS = 5_000;

/** Challenges that wait for an answer: short-lived, asked for one by one, in no read model. */
export const CHALLENGES_STREAM = "PW_CHALLENGES";

/** Streams that stand in no read model: what they hold is asked for one by one, and expires. */
export type AsideName = typeof LEASE_STREAM | typeof CHALLENGES_STREAM;

/** The subjects that only aggregators may write; no device has any right on them. */
export const CLOUD_ROOT = "printwarden-cloud.v1";
export const AUDIT_SUBJECT = `${CLOUD_ROOT}.audit`;
export const caseSubject = (caseId: string) => `${CLOUD_ROOT}.case.${caseId}`;
/** Where a leader tells, between the events of cases, that from here on it is the one who bundles. */
export const LEAD_SUBJECT = caseSubject("lead");
export const leaseSubject = (name: string) => `${CLOUD_ROOT}.lease.${name}`;
export const personSubject = (id: string) => `${CLOUD_ROOT}.person.${id}`;
export const invitationSubject = (id: string) => `${CLOUD_ROOT}.invitation.${id}`;
export const tokenSubject = (id: string) => `${CLOUD_ROOT}.token.${id}`;
export const passkeySubject = (id: string) => `${CLOUD_ROOT}.passkey.${id}`;
export const certificateSubject = (id: string) => `${CLOUD_ROOT}.certificate.${id}`;
export const challengeSubject = (id: string) => `${CLOUD_ROOT}.challenge.${id}`;
export const sessionSubject = (id: string) => `${CLOUD_ROOT}.session.${id}`;
/** How far a person has seen one case, or `all` of them. */
export const reviewSubject = (personId: string, of: string) =>
  `${CLOUD_ROOT}.review.${personId}.${of}`;
export const viewsSubject = (personId: string) => `${CLOUD_ROOT}.views.${personId}`;
export const printerSubject = ({ site, device, printer }: Address) =>
  `${CLOUD_ROOT}.printer.${site}.${device}.${printer}`;
export const maintenanceSubject = (id: string) => `${CLOUD_ROOT}.maintenance.${id}`;
export const channelSubject = (id: string) => `${CLOUD_ROOT}.channel.${id}`;
export const subscriptionSubject = (id: string) => `${CLOUD_ROOT}.subscription.${id}`;
export const alertSettingsSubject = (personId: string) =>
  `${CLOUD_ROOT}.alert-settings.${personId}`;
/** All that one subscription has told and held back, in order. */
export const alertSubject = (laneId: string) => `${CLOUD_ROOT}.alert.${laneId}`;
export const deliverySubject = (alertId: string, channelId: string) =>
  `${CLOUD_ROOT}.delivery.${alertId}.${channelId}`;
/** One fact of a printer that is kept for good, by its type and what tells it from others. */
export const insightSubject = (type: string, { site, device, printer }: Address, key: string) =>
  `${CLOUD_ROOT}.insight.${type}.${site}.${device}.${printer}.${key}`;
/** What machines hear of alerts, on plain NATS; no stream keeps it. */
export const noticeSubject = (name: string) => `${CLOUD_ROOT}.notice.${name}`;

/** How long the broker recognises a repeated message id, in ms; inserts are idempotent beyond. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const PRESENCE_PER_PRINTER_MAX = 64;
/** Only commands, which no stream keeps, are larger; headers count too. */
const DEVICE_MESSAGE_BYTES_MAX = 65_536;
const RECORD_VERSIONS_MAX = 16;
const SESSION_AGE_MAX_MS = 30 * 24 * 3_600_000;
const CHALLENGE_AGE_MAX_MS = 3_600_000;
const CHALLENGES_MAX = 100_000;

function config(
  name: StreamName | AsideName,
  subjects: string[],
  more: Partial<StreamConfig> = {},
) {
  return {
    name,
    subjects,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    ...more,
  };
}

const CONFIGS = [
  config(STREAMS.deviations, [FLEET_DEVIATIONS], { max_msg_size: DEVICE_MESSAGE_BYTES_MAX }),
  config(STREAMS.presence, [FLEET_PRESENCE], {
    max_msgs_per_subject: PRESENCE_PER_PRINTER_MAX,
    max_msg_size: DEVICE_MESSAGE_BYTES_MAX,
  }),
  config(STREAMS.decisions, [FLEET_DECISIONS]),
  config(STREAMS.cases, [caseSubject("*")]),
  config(
    STREAMS.people,
    [
      personSubject("*"),
      invitationSubject("*"),
      tokenSubject("*"),
      passkeySubject("*"),
      certificateSubject("*"),
    ],
    { max_msgs_per_subject: RECORD_VERSIONS_MAX },
  ),
  config(STREAMS.sessions, [sessionSubject("*")], {
    max_msgs_per_subject: 2,
    max_age: nanos(SESSION_AGE_MAX_MS),
  }),
  config(STREAMS.audit, [AUDIT_SUBJECT]),
  config(LEASE_STREAM, [leaseSubject("*")], {
    max_msgs_per_subject: 1,
    max_age: nanos(LEASE_MS),
    duplicate_window: nanos(LEASE_MS),
  }),
  config(CHALLENGES_STREAM, [challengeSubject("*")], {
    max_msgs_per_subject: 1,
    max_msgs: CHALLENGES_MAX,
    max_age: nanos(CHALLENGE_AGE_MAX_MS),
  }),
  config(STREAMS.personal, [reviewSubject("*", "*"), viewsSubject("*")], {
    max_msgs_per_subject: 1,
  }),
  config(STREAMS.printers, [`${CLOUD_ROOT}.printer.*.*.*`, maintenanceSubject("*")]),
  config(
    STREAMS.subscriptions,
    [channelSubject("*"), subscriptionSubject("*"), alertSettingsSubject("*")],
    { max_msgs_per_subject: RECORD_VERSIONS_MAX },
  ),
  config(STREAMS.alerts, [alertSubject("*"), deliverySubject("*", "*")]),
  config(STREAMS.insights, [`${CLOUD_ROOT}.insight.*.*.*.*.*`]),
];

const STREAM_NOT_FOUND = 10059;
const CONSUMER_NOT_FOUND = 10014;

function isApiError(error: unknown, code: number): boolean {
  return error instanceof NatsError && error.api_error?.err_code === code;
}

/**
 * Makes every stream that isn't there yet; an existing one only learns of new subjects, and of more
 * members of its cluster that keep it.
 */
export async function ensureStreams(manager: JetStreamManager, replicas = 1): Promise<void> {
  for (const wanted of CONFIGS) {
    try {
      const { config: there } = await manager.streams.info(wanted.name);
      const subjects = [...new Set([...there.subjects ?? [], ...wanted.subjects])];
      const num_replicas = Math.max(replicas, there.num_replicas);
      const same = subjects.length === there.subjects?.length;
      if (same && num_replicas === there.num_replicas) continue;
      await manager.streams.update(wanted.name, { ...there, subjects, num_replicas });
    } catch (error) {
      if (!isApiError(error, STREAM_NOT_FOUND)) throw error;
      await manager.streams.add({ ...wanted, num_replicas: replicas });
    }
  }
}

/**
 * Makes the durable consumer that one device reads its decisions through, named after the device:
 * the device itself has no right to make consumers.
 */
export async function ensureDeviceConsumer(
  manager: JetStreamManager,
  site: string,
  device: string,
): Promise<void> {
  await ensureConsumer(manager, STREAMS.decisions, device, {
    filter_subject: deviceFilter(site, device, "decision"),
    max_ack_pending: 64,
  });
}

/** Makes a durable pull consumer that acknowledges each message, by default from the first on. */
export async function ensureConsumer(
  manager: JetStreamManager,
  stream: StreamName,
  durable: string,
  more: { filter_subject?: string; max_ack_pending: number; deliver_policy?: DeliverPolicy },
): Promise<void> {
  try {
    await manager.consumers.info(stream, durable);
  } catch (error) {
    if (!isApiError(error, CONSUMER_NOT_FOUND)) throw error;
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(30_000),
      ...more,
    });
  }
}
