import { AckPolicy, connect, nanos, type NatsConnection, nkeys } from "nats";
import type { Logger } from "@logtape/logtape";
import { getLogger } from "@logtape/logtape";
import { type NatsServer, startNatsServer } from "../../nats_server.ts";

/** A site's NATS with one device's rights on it, and a connection that may do everything. */
export interface Site {
  server: NatsServer;
  cloud: NatsConnection;
  /** The device's nkey seed. */
  seed: Uint8Array;
  /** The seed that it signs with. */
  signingSeed: Uint8Array;
  site: string;
  device: string;
  stop(): Promise<void>;
}

export const silent: Logger = getLogger(["test"]);

/** The rights of one device, as provisioning gives them: its own subjects and nothing else. */
function deviceRights(site: string, device: string): string {
  const own = `printwarden.v1.${site}.${device}.*`;
  const publish = [
    `${own}.deviation.>`,
    `${own}.presence`,
    `$JS.API.CONSUMER.INFO.PW_DECISIONS.${device}`,
    `$JS.API.CONSUMER.MSG.NEXT.PW_DECISIONS.${device}`,
    `$JS.ACK.PW_DECISIONS.${device}.>`,
  ];
  const list = (subjects: string[]) => `[${subjects.map((s) => `"${s}"`).join(", ")}]`;
  return `permissions: {
    publish: { allow: ${list(publish)} }
    subscribe: { allow: ${list([`_INBOX_${device}.>`, `${own}.command.*`])} }
    allow_responses: { max: 1, expires: "10s" }
  }`;
}

const STREAMS = [
  ["PW_DEVIATIONS", "printwarden.v1.*.*.*.deviation.>"],
  ["PW_PRESENCE", "printwarden.v1.*.*.*.presence"],
  ["PW_DECISIONS", "printwarden.v1.*.*.*.decision"],
] as const;

/** Starts it; `streams: false` leaves the streams and the consumer unmade. */
export async function startSite(options: { streams?: boolean } = {}): Promise<Site> {
  const [site, device] = ["s1", "d1"];
  const [deviceKey, cloudKey] = [nkeys.createUser(), nkeys.createUser()];
  const server = await startNatsServer(`authorization { users: [
    { nkey: ${cloudKey.getPublicKey()} }
    { nkey: ${deviceKey.getPublicKey()}, ${deviceRights(site, device)} }
  ] }`);
  const { nkeyAuthenticator } = await import("nats");
  const cloud = await connect({
    servers: server.url,
    authenticator: nkeyAuthenticator(cloudKey.getSeed()),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  const made = {
    server,
    cloud,
    seed: deviceKey.getSeed(),
    signingSeed: nkeys.createUser().getSeed(),
    site,
    device,
  };
  if (options.streams !== false) await makeStreams(made);
  return {
    ...made,
    async stop() {
      await cloud.close();
      await server.stop();
    },
  };
}

/** Makes the streams and the device's durable consumer. */
export async function makeStreams(at: Pick<Site, "cloud" | "site" | "device">): Promise<void> {
  const manager = await at.cloud.jetstreamManager();
  for (const [name, subject] of STREAMS) {
    await manager.streams.add({ name, subjects: [subject], duplicate_window: nanos(600_000) });
  }
  await manager.consumers.add("PW_DECISIONS", {
    durable_name: at.device,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30_000),
    filter_subject: `printwarden.v1.${at.site}.${at.device}.*.decision`,
  });
}

/** Every message of a stream: its subject and its Nats-Msg-Id. */
export async function stored(
  site: Site,
  stream: string,
): Promise<{ subject: string; id: string }[]> {
  const manager = await site.cloud.jetstreamManager();
  const { state } = await manager.streams.info(stream);
  const found = [];
  for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq++) {
    const message = await manager.streams.getMessage(stream, { seq });
    found.push({ subject: message.subject, id: message.header.get("Nats-Msg-Id") });
  }
  return found;
}

/** Waits until `holds` does, as long as a slow and busy machine may need. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinS = 120,
): Promise<void> {
  const endMs = performance.now() + withinS * 1000;
  while (!await holds()) {
    if (performance.now() > endMs) {
      throw new Error(`Waiting for ${what}: ${withinS} s were not enough`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
