import { join } from "node:path";
import { ensureCertificate } from "./broker_certificate.ts";
import { brokerUsers, type SiteUsers } from "./broker_users.ts";
import type { Fleet } from "./fleet.ts";
import { jwtAccess } from "./jwt_access.ts";
import { nkey } from "./key_files.ts";
import { listAccess, natsConfig } from "./nats_config.ts";
import { settleNodes } from "./nodes.ts";
import { OWNER_ONLY, replaceFile } from "./owned_file.ts";
import { trustOf } from "./trust.ts";
import { deviceFolder } from "./wished_fleet.ts";

export const natsConfigFile = (state: string) => join(state, "broker", "nats-server.conf");
const pidFile = (state: string) => join(state, "broker", "nats-server.pid");

/** Writes what follows from a fleet: certificate, nats-server's configuration, what devices trust. */
export async function settle(state: string, fleet: Fleet, now = new Date()): Promise<void> {
  const broker = join(state, "broker");
  const place = {
    port: fleet.broker.port,
    everywhere: fleet.broker.hosts.length > 0,
    storeFolder: join(broker, "jetstream"),
    portsFolder: join(broker, "ports"),
    pidFile: pidFile(state),
  };
  for (const folder of [place.storeFolder, place.portsFolder]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  const certificate = await ensureCertificate(state, fleet.site, fleet.broker, now);
  const own = await siteUsers(state);
  const users = brokerUsers(fleet.site, own, fleet.devices, fleet.listeners);
  const byJwt = fleet.broker.access === "jwt";
  const access = byJwt ? await jwtAccess(state, fleet, users) : listAccess(users);
  await replaceFile(natsConfigFile(state), natsConfig(place, certificate, access), OWNER_ONLY);
  await settleNodes(state, fleet, access, certificate);
  const trust = JSON.stringify(await trustOf(state, fleet), null, 2) + "\n";
  const ca = certificate.caFile === null ? null : await Deno.readTextFile(certificate.caFile);
  for (const { id } of fleet.devices) {
    const folder = await deviceFolder(state, id);
    await replaceFile(join(folder, "trust.json"), trust);
    if (ca !== null) await replaceFile(join(folder, "ca.pem"), ca);
  }
  if (ca !== null && fleet.listeners.length > 0) {
    await replaceFile(join(state, "listeners", "ca.pem"), ca);
  }
}

/** The keys of the site's own users at the broker, made if need be. */
export async function siteUsers(state: string): Promise<SiteUsers> {
  const of = (name: string) => nkey(join(state, "keys", `${name}.nk`));
  return {
    aggregator: await of("aggregator"),
    admin: await of("admin"),
  };
}
