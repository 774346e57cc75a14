import { headers, type MsgHdrs, type NatsConnection } from "nats";
import { deviationSubject } from "../../../shared/subjects.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../../shared/signing.ts";
import type { Address } from "../../../shared/ids.ts";
import {
  deviationMessage,
  fabricateDeviation,
  type RecipeName,
  seeded,
  seededId,
} from "../../fabricate.ts";
import { SITE } from "../../provisioned_site.ts";

/** A deviation as a guard hands it to the broker. */
export interface SignedMessage {
  device: string;
  subject: string;
  id: string;
  bytes: Uint8Array;
  headers: MsgHdrs;
}

export interface FleetWish {
  devices: readonly string[];
  printersPerDevice: number;
  /** Deviations of one cause that follow closely on each other. */
  perCase: number;
  count: number;
  seed: number;
  /** Signs with these keys by device; without one, carries the place of a signature only. */
  keys: ReadonlyMap<string, SigningKey>;
}

/** Near the 4.5 KB that a deviation with its evidence takes on average. */
const RECIPES: RecipeName[] = ["dead-fan", "dead-fan", "dead-fan", "external-fan"];
/** Within the time in which deviations of one cause are one case, and well beyond it, s. */
const NEAR_S = 20;
const APART_S = 5_000;
const ID = "00000000-0000-4000-8000-00000000feed";
const UNSIGNED = `${"e".repeat(100)}..${"0".repeat(86)}`;

/** A whole fleet's deviations, printer by printer in turn, the same ones for the same seed. */
export async function* fleetMessages(wish: FleetWish): AsyncGenerator<SignedMessage> {
  const random = seeded(wish.seed);
  const printers = wish.devices.flatMap((device) =>
    Array.from({ length: wish.printersPerDevice }, (_, at) => ({
      site: SITE,
      device,
      printer: `${device}-p${at}`,
    }))
  );
  const templates = printers.map((address) => templatesOf(address, random));
  for (let index = 0; index < wish.count; index++) {
    const at = index % printers.length;
    const round = Math.floor(index / printers.length);
    const { device } = printers[at]!;
    const { subject, text } = templates[at]![Math.floor(round / wish.perCase) % 2]!;
    const group = Math.floor(round / wish.perCase);
    const detectedS = 10_000 + group * APART_S + round % wish.perCase * NEAR_S;
    const deviationId = seededId(random);
    const bytes = new TextEncoder().encode(
      text.replaceAll(ID, deviationId).replace(
        /"detectedEventS":\d+/,
        `"detectedEventS":${detectedS}`,
      ),
    );
    const key = wish.keys.get(device);
    const carried = headers();
    carried.set(SIGNATURE_HEADER, key ? await signDetached(bytes, key) : UNSIGNED);
    yield { device, subject, id: `${deviationId}.1`, bytes, headers: carried };
  }
}

/** Two messages of a printer, of two causes, with a place for what differs. */
function templatesOf(address: Address, random: () => number) {
  return [0, 1].map(() => {
    const recipe = RECIPES[Math.floor(random() * RECIPES.length)]!;
    const wallTime = new Date(Date.UTC(2026, 0, 1) + random() * 1e10).toISOString();
    const deviation = fabricateDeviation({
      recipe,
      printer: address.printer,
      random,
      atS: 10_000,
      wallTime,
      change: { id: ID },
    });
    const { bytes } = deviationMessage(address, deviation);
    return {
      subject: deviationSubject(address, deviation.verdict, deviation.kind),
      text: new TextDecoder().decode(bytes),
    };
  });
}

const IN_FLIGHT_MAX = 256;

/** Stores messages as fast as the broker takes them; gives their count and mean size. */
export async function publishAll(
  connections: ReadonlyMap<string, NatsConnection>,
  messages: AsyncIterable<SignedMessage>,
): Promise<{ count: number; bytes: number }> {
  const streams = new Map([...connections].map(([id, one]) => [id, one.jetstream()]));
  const inFlight = new Set<Promise<unknown>>();
  let [count, bytes] = [0, 0];
  for await (const message of messages) {
    const stream = streams.get(message.device)!;
    const sent = stream.publish(message.subject, message.bytes, {
      msgID: message.id,
      headers: message.headers,
      timeout: 20_000,
    });
    inFlight.add(sent);
    sent.finally(() => inFlight.delete(sent));
    if (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight);
    count++;
    bytes += message.bytes.length;
  }
  await Promise.all(inFlight);
  return { count, bytes: Math.round(bytes / count) };
}
