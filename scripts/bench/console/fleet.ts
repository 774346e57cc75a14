import type { JetStreamClient } from "nats";
import type { SigningKey } from "../../../shared/signing.ts";
import { deviceKey, type ProvisionedSite } from "../../provisioned_site.ts";
import { type FleetMessage, fleetMessages } from "./fleet_messages.ts";
import { publishAll } from "./publish_all.ts";

/** The devices of a bench, and the printers on each of them. */
export const DEVICES = Array.from({ length: 10 }, (_, at) => `dev${at}`);
const PRINTERS_PER_DEVICE = 100;

export interface FillWish {
  count: number;
  perCase: number;
  seed: number;
  /** Signed as guards do, which takes longer than anything else here. */
  signed: boolean;
}

/** Stores a fleet's deviations as its devices would. */
export async function fillDeviations(
  site: ProvisionedSite,
  { signed, ...wish }: FillWish,
  stored?: (message: FleetMessage, sequence: number) => void,
): Promise<{ count: number; bytes: number }> {
  const streams = new Map<string, JetStreamClient>();
  const keys = new Map<string, SigningKey>();
  for (const id of DEVICES) {
    streams.set(id, (await site.device(id)).jetstream());
    if (signed) keys.set(id, await deviceKey(site.provisioned.deviceFolders[id]!));
  }
  const more = { devices: DEVICES, printersPerDevice: PRINTERS_PER_DEVICE, keys };
  const messages = fleetMessages({ ...wish, ...more });
  return await publishAll(messages, ({ device }) => streams.get(device)!, stored);
}
