import { join } from "node:path";
import type { BrokerCertificate } from "./broker_certificate.ts";
import type { BrokerNode, Fleet } from "./fleet.ts";
import { type BrokerPlace, natsConfig } from "./nats_config.ts";
import { OWNER_ONLY, replaceFile } from "./owned_file.ts";

const LOOPBACK = /^(127\.|localhost$|::1$)/;

/** The folder of one member: all that its machine needs, with no path that leads out of it. */
export function nodeFolder(state: string, name: string): string {
  return join(state, "broker", "nodes", name);
}

/** The address that names all members; null for a server alone. */
export function clusterUrl(nodes: readonly BrokerNode[]): string | null {
  if (nodes.length === 0) return null;
  return `tls://${nodes.map(({ host, port }) => `${bracketed(host)}:${port}`).join(",")}`;
}

/**
 * Writes a folder for each member of a cluster: configuration, certificate and authority. The
 * server is started within it (`nats-server -c nats-server.conf`), on this machine or another.
 */
export async function settleNodes(
  state: string,
  { site, broker: { nodes } }: Fleet,
  access: string,
  certificate: BrokerCertificate,
): Promise<void> {
  for (const node of nodes) {
    const folder = nodeFolder(state, node.name);
    await Deno.mkdir(join(folder, "jetstream"), { recursive: true });
    await Deno.mkdir(join(folder, "ports"), { recursive: true });
    await copyTo(join(folder, "server.pem"), certificate.certFile);
    await copyTo(join(folder, "server.key"), certificate.keyFile);
    await copyTo(join(folder, "ca.pem"), certificate.caFile!);
    const files = { certFile: "server.pem", keyFile: "server.key" };
    const config = natsConfig(placeOf(site, node, nodes), files, access);
    await replaceFile(join(folder, "nats-server.conf"), config, OWNER_ONLY);
  }
}

function placeOf(site: string, node: BrokerNode, nodes: readonly BrokerNode[]): BrokerPlace {
  const everywhere = !LOOPBACK.test(node.host);
  return {
    everywhere,
    port: node.port,
    storeFolder: "jetstream",
    portsFolder: "ports",
    pidFile: "nats-server.pid",
    cluster: {
      name: site,
      server: node.name,
      everywhere,
      port: node.clusterPort,
      others: nodes.filter((one) => one !== node)
        .map(({ host, clusterPort }) => `${bracketed(host)}:${clusterPort}`),
      caFile: "ca.pem",
    },
  };
}

async function copyTo(file: string, from: string): Promise<void> {
  await replaceFile(file, await Deno.readTextFile(from), OWNER_ONLY);
}

const bracketed = (host: string) => host.includes(":") ? `[${host}]` : host;
