import type { BrokerUser } from "./broker_users.ts";

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

const text = (value: string) => JSON.stringify(value);
const list = (subjects: string[]) => `[${subjects.map(text).join(", ")}]`;

/** Lets in whoever stands in a list, by their nkeys. */
export function listAccess(users: readonly BrokerUser[]): string {
  return `authorization {
  timeout: 5
  users = [
${users.map(userText).join(",\n")}
  ]
}`;
}

/**
 * The configuration of nats-server for one site: JetStream on disk, encrypted, no anonymous access,
 * and each device held to its own subjects. A device can't read other printers' messages, publish as
 * another, make or change a stream or a consumer, or answer anybody but whoever has just asked it.
 *
 * @param access how the server knows its users and what each may do
 */
export function natsConfig(
  place: BrokerPlace,
  { certFile, keyFile }: { certFile: string; keyFile: string },
  access: string,
): string {
  return `# Written by 'deno task cloud provision'; changes are lost when it is written again.
listen: ${text(`${place.everywhere ? "0.0.0.0" : "127.0.0.1"}:${place.port}`)}
ports_file_dir: ${text(place.portsFolder)}
pid_file: ${text(place.pidFile)}
tls { cert_file: ${text(certFile)}, key_file: ${text(keyFile)}, timeout: 5 }
jetstream { store_dir: ${text(place.storeFolder)} }
${place.cluster ? clusterPart(place.cluster, certFile, keyFile) : ""}max_payload: 1048576
max_connections: 4096
write_deadline: "10s"
${access}
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

/** A user of the list, known by their nkey. */
function userText({ publicKey, rights }: BrokerUser): string {
  if (rights === null) return `    { nkey: ${text(publicKey)} }`;
  const { publish, subscribe, responses } = rights;
  const replies = responses
    ? `\n        allow_responses: { max: ${responses.max}, expires: "${responses.expiresS}s" }`
    : "";
  const may = publish.length > 0 ? `allow: ${list(publish)}` : 'deny: ">"';
  return `    {
      nkey: ${text(publicKey)}
      permissions: {
        publish: { ${may} }
        subscribe: { allow: ${list(subscribe)} }${replies}
      }
    }`;
}
