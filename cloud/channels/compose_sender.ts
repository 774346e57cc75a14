import { join } from "node:path";
import type { Broker } from "../broker/broker.ts";
import type { Config } from "../config.ts";
import { vapidKeys } from "../provision/key_files.ts";
import type { MailServer } from "./email.ts";
import { channelSender, type SendPorts } from "./send.ts";

/** Who push services may write to where nobody is configured and the console has no address. */
const NOBODY = "mailto:nobody@printwarden.invalid";

/** Reads what sending needs from the configuration, and gives the way to send. */
export async function composeSender(
  config: Config,
  broker: Broker,
  targetsOf: SendPorts["targetsOf"],
  now: () => Date,
) {
  const { contact, vapidKeyFile } = config.alerts;
  const vapid = await vapidKeys(join(config.state, vapidKeyFile));
  const own = config.console.publicUrl;
  const send = channelSender({
    broker,
    vapid,
    contact: contact !== null ? `mailto:${contact}` : own?.startsWith("https:") ? own : NOBODY,
    mail: await mailServer(config),
    targetsOf,
    now,
  });
  return { send, pushKey: vapid.publicKey };
}

async function mailServer(config: Config): Promise<MailServer | null> {
  const { host, passwordFile, caFile, ...rest } = config.alerts.email;
  if (host === null) return null;
  const read = async (file: string | null) =>
    file === null ? null : await Deno.readTextFile(join(config.state, file));
  const password = (await read(passwordFile))?.trim() ?? null;
  return { ...rest, host, password, ca: await read(caFile) };
}
