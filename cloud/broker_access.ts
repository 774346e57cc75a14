import { getLogger } from "@logtape/logtape";
import { join, resolve } from "node:path";
import { wait } from "../shared/wait.ts";
import type { Broker } from "./broker/broker.ts";
import { connectBroker } from "./broker/connect.ts";
import type { Config } from "./config.ts";
import { brokerCertificate } from "./provision/broker_certificate.ts";
import { type BrokerNode, readFleet } from "./provision/fleet.ts";
import { clusterUrl } from "./provision/nodes.ts";
import { natsUrlOf } from "./provision/ports_file.ts";
import { ConfigError } from "./tls/tls_config.ts";

const PORTS_POLL_MS = 200;
/** So many members of a cluster keep each message: one may be lost without losing any. */
const REPLICAS = 3;

/** The address of NATS: configured, that of the site's cluster, or as the server run from the state folder wrote it. */
async function brokerUrl(config: Config, signal?: AbortSignal): Promise<string> {
  const settled = config.broker.url ?? clusterUrl(await nodesOf(config));
  if (settled !== null) return settled;
  const folder = join(config.state, "broker", "ports");
  const logger = getLogger(["printwarden", "broker"]);
  for (let asked = 0;; asked++) {
    signal?.throwIfAborted();
    const url = await natsUrlOf(folder);
    if (url) return url;
    if (asked === 0) {
      logger.info("Waiting for nats-server to write its port to {folder}", { folder });
    }
    await wait(PORTS_POLL_MS);
  }
}

async function nodesOf({ state }: Config): Promise<readonly BrokerNode[]> {
  return (await readFleet(state))?.broker.nodes ?? [];
}

/** The authority that the broker's certificate must be of: configured, or as provisioning settled. */
async function authorityFile(config: Config): Promise<string | null> {
  if (config.broker.caFile !== null) return resolve(config.state, config.broker.caFile);
  const fleet = await readFleet(config.state);
  return fleet ? brokerCertificate(config.state, fleet.broker).caFile : null;
}

/** Connects to the site's broker with the aggregator's own key. */
export async function openBroker(config: Config, signal?: AbortSignal): Promise<Broker> {
  const logger = getLogger(["printwarden", "broker"]);
  const access = (await readFleet(config.state))?.broker.access ?? "list";
  const keyFile = config.broker.nkeySeedFile.replace(/\.nk$/, access === "jwt" ? ".creds" : ".nk");
  const nkeySeed = await Deno.readTextFile(join(config.state, keyFile)).catch((cause) => {
    throw new ConfigError(
      `Cannot open the site: a state folder that 'cloud provision' made was required ` +
        `(--state DIR), got '${config.state}' without a readable ${keyFile}`,
      { cause },
    );
  });
  const url = await brokerUrl(config, signal);
  return await connectBroker({
    url,
    nkeySeed,
    caFile: await authorityFile(config),
    replicas: config.broker.replicas ??
      Math.min(REPLICAS, Math.max(1, (await nodesOf(config)).length)),
    signal,
    onStatus: (status) => logger.info("Connection to {url}: {status}", { url, status }),
  });
}
