import { join, resolve } from "node:path";
import { brokerCertificate } from "./broker_certificate.ts";
import { changeFleet } from "./fleet.ts";
import { vapidKeys } from "./key_files.ts";
import { natsConfigFile, settle, siteUsers } from "./settle.ts";
import { ROOT_FILE, SIGNING_FILE } from "./trust.ts";
import { fleetWith, type ProvisionOptions } from "./wished_fleet.ts";

/** Where provisioning put things, all absolute. */
export interface Provisioned {
  natsConfigFile: string;
  portsFolder: string;
  signingKeyFile: string;
  /** Vouches for experts' passkeys; better kept elsewhere than on the aggregator's machine. */
  rootKeyFile: string;
  aggregatorSeedFile: string;
  /** May do everything at the broker; for backups and repairs. */
  adminSeedFile: string;
  /** The authority that clients pin; null if the system knows the broker's. */
  caFile: string | null;
  deviceFolders: Record<string, string>;
}

/**
 * Makes keys and writes the configuration of nats-server into the state folder. What exists is
 * kept, so that running it again with another device only adds that device.
 */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const state = resolve(options.state);
  const keys = join(state, "keys");
  await Deno.mkdir(keys, { recursive: true });
  await Deno.chmod(keys, 0o700);
  await vapidKeys(join(keys, "vapid.json"));
  await siteUsers(state);
  const fleet = await changeFleet(state, async (before) => {
    const fleet = await fleetWith(state, options, before);
    await settle(state, fleet, options.now);
    return fleet;
  });
  return {
    natsConfigFile: natsConfigFile(state),
    portsFolder: join(state, "broker", "ports"),
    signingKeyFile: join(keys, SIGNING_FILE),
    rootKeyFile: join(keys, ROOT_FILE),
    aggregatorSeedFile: join(keys, "aggregator.nk"),
    adminSeedFile: join(keys, "admin.nk"),
    caFile: brokerCertificate(state, fleet.broker).caFile,
    deviceFolders: Object.fromEntries(
      fleet.devices.map(({ id }) => [id, join(state, "devices", id)]),
    ),
  };
}
