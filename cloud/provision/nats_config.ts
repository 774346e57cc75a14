import { noticeSubject } from "../broker/streams.ts";

/** Where nats-server stands and what it may use. */
export interface BrokerPlace {
  /** Whether other machines reach it. */
  everywhere: boolean;
  /** -1 takes a free one, which the server writes into `portsFolder`. */
  port: number;
  storeFolder: string;
  portsFolder: string;
  /** Tells whom to ask to read this configuration again. */
  pidFile: string;
  cluster?: ClusterPlace;
}

/** A server's place among those that keep the same streams. */
export interface ClusterPlace {
  name: string;
  server: string;
  everywhere: boolean;
  port: number;
  /** The others, as `host:port`. */
  others: readonly string[];
  /** The authority that every member's certificate must be of. */
  caFile: string;
}

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

const text = (value: string) => JSON.stringify(value);
const list = (subjects: string[]) => `[${subjects.map(text).join(", ")}]`;

/**
 * The configuration of nats-server for one site: JetStream on disk, encrypted, no anonymous access,
 * and each device held to its own subjects. A device can't read other printers' messages, publish as
 * another, make or change a stream or a consumer, or answer anybody but whoever has just asked it.
 */
export function natsConfig(
  place: BrokerPlace,
  { certFile, keyFile }: { certFile: string; keyFile: string },
  site: string,
  users: SiteUsers,
  devices: readonly DeviceAccess[],
  listeners: readonly DeviceAccess[] = [],
): string {
  const everyone = [
    aggregator(users.aggregator),
    `    { nkey: ${text(users.admin)} }`,
    ...devices.map((device) => deviceUser(site, device)),
    ...listeners.map(listenerUser),
  ];
  return `# Written by 'deno task cloud provision'; changes are lost when it is written again.
listen: ${text(`${place.everywhere ? "0.0.0.0" : "127.0.0.1"}:${place.port}`)}
ports_file_dir: ${text(place.portsFolder)}
pid_file: ${text(place.pidFile)}
tls { cert_file: ${text(certFile)}, key_file: ${text(keyFile)}, timeout: 5 }
jetstream { store_dir: ${text(place.storeFolder)} }
${place.cluster ? clusterPart(place.cluster, certFile, keyFile) : ""}max_payload: 1048576
max_connections: 4096
write_deadline: "10s"
authorization {
  timeout: 5
  users = [
${everyone.join(",\n")}
  ]
}
`;
}

/** Members know each other by certificates of the site's own authority, both ways. */
function clusterPart(cluster: ClusterPlace, certFile: string, keyFile: string): string {
  const { name, server, everywhere, port, others, caFile } = cluster;
  const files = `cert_file: ${text(certFile)}, key_file: ${text(keyFile)}, ca_file: ${
    text(caFile)
  }`;
  return `server_name: ${text(server)}
cluster {
  name: ${text(name)}
  listen: ${text(`${everywhere ? "0.0.0.0" : "127.0.0.1"}:${port}`)}
  tls { ${files}, verify: true, timeout: 5 }
  routes: ${list(others.map((other) => `nats-route://${other}`))}
}
`;
}

function aggregator(publicKey: string): string {
  const publish = [
    "$JS.API.>",
    "$JS.ACK.>",
    "printwarden.v1.*.*.*.decision",
    "printwarden.v1.*.*.*.command.*",
    "printwarden-cloud.v1.>",
  ];
  return user(publicKey, publish, ["_INBOX_cloud.>"], "");
}

function deviceUser(site: string, { id, publicKey }: DeviceAccess): string {
  const own = `printwarden.v1.${site}.${id}.*`;
  const publish = [
    `${own}.deviation.>`,
    `${own}.presence`,
    `$JS.API.CONSUMER.INFO.PW_DECISIONS.${id}`,
    `$JS.API.CONSUMER.MSG.NEXT.PW_DECISIONS.${id}`,
    `$JS.ACK.PW_DECISIONS.${id}.>`,
  ];
  const subscribe = [`_INBOX_${id}.>`, `${own}.command.>`];
  return user(
    publicKey,
    publish,
    subscribe,
    `\n        allow_responses: { max: 1, expires: "1m" }`,
  );
}

/** A machine that hears alerts on plain NATS, and may do nothing else. */
function listenerUser({ publicKey }: DeviceAccess): string {
  return `    {
      nkey: ${text(publicKey)}
      permissions: {
        publish: { deny: ">" }
        subscribe: { allow: ${list([noticeSubject("*")])} }
      }
    }`;
}

function user(publicKey: string, publish: string[], subscribe: string[], more: string): string {
  return `    {
      nkey: ${text(publicKey)}
      permissions: {
        publish: { allow: ${list(publish)} }
        subscribe: { allow: ${list(subscribe)} }${more}
      }
    }`;
}
