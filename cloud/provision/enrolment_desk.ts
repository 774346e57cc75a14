import { getLogger } from "@logtape/logtape";
import type { EnrolmentAnswer } from "../../shared/enrolment.ts";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { signDetached, type SigningKey } from "../../shared/signing.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import { tryLimit } from "../auth/try_limit.ts";
import type { Broker } from "../broker/broker.ts";
import { AGGREGATOR } from "../cases/case_log_shell.ts";
import { brokerCertificate } from "./broker_certificate.ts";
import { enrolDevice } from "./enrol.ts";
import { type Fleet, type FleetDevice, readFleet } from "./fleet.ts";
import { clusterUrl } from "./nodes.ts";
import { natsUrlOf } from "./ports_file.ts";
import { trustOf } from "./trust.ts";
import { reloadBroker } from "./reload.ts";
import { join } from "node:path";

const TRIES_MAX = 20;
const TRY_WINDOW_S = 900;

/** An answer for a device, as it travels. */
export interface SignedAnswer {
  bytes: Uint8Array<ArrayBuffer>;
  signature: string;
}

/** Lets devices in that bring a token. */
export interface EnrolmentDesk {
  /** Seconds that whoever asks from this address has to wait; 0 if it may go ahead. */
  waitS(peer: string): number;
  take(bytes: Uint8Array, signature: string, peer: string): Promise<Result<SignedAnswer>>;
}

export interface EnrolmentParts {
  state: string;
  broker: Pick<Broker, "admitDevice">;
  audit: AuditLog;
  key: SigningKey;
  /** Called once the fleet has changed, before the device hears of it. */
  changed(): Promise<void>;
  now(): Date;
}

export function enrolmentDesk(parts: EnrolmentParts): EnrolmentDesk {
  const { state, broker, audit, key, now } = parts;
  const logger = getLogger(["printwarden", "enrolment"]);
  const limit = tryLimit(TRIES_MAX, TRY_WINDOW_S);

  async function admit(device: FleetDevice, fleet: Fleet): Promise<void> {
    await parts.changed();
    await broker.admitDevice(fleet.site, device.id);
    const told = await reloadBroker(state);
    if (!told.ok) logger.warn("{issue}", { issue: told.issue });
    const detail = `'${device.label}' with ${device.publicKey}, signing with ${device.signingKey}`;
    await audit.write(AGGREGATOR, "device-enrolled", device.id, detail);
    logger.info("Device {id} ('{label}') was enrolled", { id: device.id, label: device.label });
  }

  return {
    waitS: (peer) => limit.waitS(peer, now().getTime()),
    async take(bytes, signature, peer) {
      const enrolled = await enrolDevice(state, bytes, signature, now());
      if (!enrolled.ok) {
        limit.failed(peer, now().getTime());
        logger.warn("An enrolment from {peer} was refused: {issue}", {
          peer,
          issue: enrolled.issue,
        });
        return enrolled;
      }
      const fleet = (await readFleet(state))!;
      await admit(enrolled.value, fleet);
      const url = await brokerUrlFor(state, fleet);
      if (!url) return refused("The broker isn't running, so nobody knows its address yet");
      const answer = await answerFor(state, fleet, enrolled.value, url);
      const body = new TextEncoder().encode(JSON.stringify(answer));
      return { ok: true, value: { bytes: body, signature: await signDetached(body, key) } };
    },
  };
}

/** How devices reach the broker; null while a free port isn't known yet. */
async function brokerUrlFor(state: string, { broker }: Fleet): Promise<string | null> {
  const members = clusterUrl(broker.nodes);
  if (members !== null) return members;
  const host = broker.hosts[0] ?? "127.0.0.1";
  const shown = host.includes(":") ? `[${host}]` : host;
  if (broker.port !== -1) return `tls://${shown}:${broker.port}`;
  const here = await natsUrlOf(join(state, "broker", "ports"));
  return here && `tls://${shown}:${new URL(here).port}`;
}

async function answerFor(
  state: string,
  fleet: Fleet,
  device: FleetDevice,
  brokerUrl: string,
): Promise<EnrolmentAnswer> {
  const { caFile } = brokerCertificate(state, fleet.broker);
  return {
    contractVersion: CONTRACT_VERSION,
    site: fleet.site,
    device: device.id,
    brokerUrl,
    authorityPem: caFile === null ? null : await Deno.readTextFile(caFile),
    trust: await trustOf(state, fleet) as EnrolmentAnswer["trust"],
  };
}
