import { join } from "node:path";
import { auditLog } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import type { Actor } from "../cases/case_event.ts";
import type { Config } from "../config.ts";
import { readPortOf } from "../provision/console_port.ts";
import { newEnrolment, revokeDevice } from "../provision/enrol.ts";
import { readFleet } from "../provision/fleet.ts";
import { signingKey } from "../provision/key_files.ts";
import { reloadBroker } from "../provision/reload.ts";
import { ok, refused, type Result } from "../../shared/result.ts";

const BY: Actor = { kind: "aggregator", id: "command-line", name: "a person at the aggregator" };

/** Makes a one-time token for a device, and says what to do with it. */
export async function enrolCommand(
  config: Config,
  wish: { label: string; minutes: number; url: string | undefined },
  now: Date,
): Promise<Result<{ token: string; next: string }>> {
  if (!await readFleet(config.state)) return noSite(config, "make a token");
  const url = wish.url ?? config.console.publicUrl ?? await localUrl(config);
  if (!url) return refused("The console isn't known: start it, or give --console URL");
  const key = await signingKey(join(config.state, config.decisions.signingKeyFile));
  const made = { label: wish.label, validS: wish.minutes * 60, url, pin: key.kid };
  const token = await newEnrolment(config.state, made, now);
  const next = `On the device, within ${wish.minutes} min and once:\n` +
    "  deno task edge enrol --state DIR --printer NAME --port /dev/serial/by-id/… --token TOKEN";
  return { ok: true, value: { token, next } };
}

async function localUrl(config: Config): Promise<string | null> {
  const port = await readPortOf(config.state) ?? config.console.port;
  return port === 0 ? null : `${config.console.tls ? "https" : "http"}://localhost:${port}`;
}

/**
 * Takes a device's rights. The fleet and the broker come first: writing it down needs a broker that
 * answers, and must not stand in the way.
 */
export async function revokeCommand(
  config: Config,
  device: string,
  openBroker: () => Promise<Broker>,
  now: () => Date,
): Promise<Result<string[]>> {
  const revoked = await revokeDevice(config.state, device, now());
  if (!revoked.ok) return revoked;
  const told = await reloadBroker(config.state);
  const lines = [
    `${device} is revoked: within a second nothing that it says is believed any more`,
    told.ok ? "The broker has cut it off" : told.issue,
  ];
  try {
    const broker = await openBroker();
    await auditLog(broker, now).write(BY, "device-revoked", device, "");
    await broker.close();
  } catch (error) {
    lines.push(`This doesn't stand in the audit log: the broker didn't answer (${error})`);
  }
  return { ok: true, value: lines };
}

/** Every device, with the ends of its keys; people's names for them are labels. */
export async function devicesCommand(config: Config): Promise<Result<string[]>> {
  const fleet = await readFleet(config.state);
  if (!fleet) return noSite(config, "list the devices");
  const short = (key: string) => `${key.slice(0, 8)}…`;
  return ok([
    ...fleet.devices.map((one) =>
      `${one.id}  ${one.label || "-"}  lets in ${short(one.publicKey)} signs ${
        short(one.signingKey)
      }`
    ),
    ...fleet.revoked.map((one) => `${one.id}  ${one.label || "-"}  revoked ${one.wallTime}`),
    ...fleet.enrolments.filter(({ device }) => device === null).map((one) =>
      `(a token for '${one.label || "-"}' until ${one.expiresWallTime})`
    ),
  ]);
}

function noSite({ state }: Config, what: string): Result<never> {
  return refused(
    `Cannot ${what}: a state folder that 'cloud provision' made was required (--state DIR), got ` +
      `'${state}'`,
  );
}
