import { noticeSubject } from "../broker/streams.ts";

/** The public nkeys of those who are no devices. */
export interface SiteUsers {
  aggregator: string;
  admin: string;
}

export interface DeviceAccess {
  id: string;
  /** The public half of the device's nkey, `U…`. */
  publicKey: string;
}

/** What somebody may do at the broker; nothing that isn't named. */
export interface BrokerRights {
  publish: string[];
  subscribe: string[];
  /** How often, and how long, they may answer whoever has just asked them. */
  responses?: { max: number; expiresS: number };
}

/** Somebody whom the broker lets in. */
export interface BrokerUser {
  kind: "own" | "device" | "listener";
  name: string;
  publicKey: string;
  /** Null: everything. */
  rights: BrokerRights | null;
}

/** Everybody whom a site's broker lets in, by nkeys in a list or by JWTs alike. */
export function brokerUsers(
  site: string,
  users: SiteUsers,
  devices: readonly DeviceAccess[],
  listeners: readonly DeviceAccess[],
): BrokerUser[] {
  const device = ({ id, publicKey }: DeviceAccess): BrokerUser => (
    { kind: "device", name: id, publicKey, rights: ofDevice(site, id) }
  );
  const listener = ({ id, publicKey }: DeviceAccess): BrokerUser => (
    { kind: "listener", name: id, publicKey, rights: LISTENER }
  );
  return [
    { kind: "own", name: "aggregator", publicKey: users.aggregator, rights: AGGREGATOR },
    { kind: "own", name: "admin", publicKey: users.admin, rights: null },
    ...devices.map(device),
    ...listeners.map(listener),
  ];
}

const AGGREGATOR: BrokerRights = {
  publish: [
    "$JS.API.>",
    "$JS.ACK.>",
    "printwarden.v1.*.*.*.decision",
    "printwarden.v1.*.*.*.command.*",
    "printwarden-cloud.v1.>",
  ],
  subscribe: ["_INBOX_cloud.>"],
};

/** A machine that hears alerts on plain NATS, and may do nothing else. */
const LISTENER: BrokerRights = { publish: [], subscribe: [noticeSubject("*")] };

function ofDevice(site: string, id: string): BrokerRights {
  const own = `printwarden.v1.${site}.${id}.*`;
  return {
    publish: [
      `${own}.deviation.>`,
      `${own}.presence`,
      `$JS.API.CONSUMER.INFO.PW_DECISIONS.${id}`,
      `$JS.API.CONSUMER.MSG.NEXT.PW_DECISIONS.${id}`,
      `$JS.ACK.PW_DECISIONS.${id}.>`,
    ],
    subscribe: [`_INBOX_${id}.>`, `${own}.command.>`],
    responses: { max: 1, expiresS: 60 },
  };
}
