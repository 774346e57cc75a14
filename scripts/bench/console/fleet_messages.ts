import { headers, type MsgHdrs } from "nats";
import type { Deviation } from "../../../shared/deviation.ts";
import type { Address } from "../../../shared/ids.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../../shared/signing.ts";
import {
  deviationMessage,
  fabricateDeviation,
  type RecipeName,
  seeded,
  seededId,
} from "../../fabricate.ts";
import { SITE } from "../../provisioned_site.ts";

/** A deviation as a guard hands it to the broker, and what belongs to it. */
export interface FleetMessage {
  device: string;
  subject: string;
  id: string;
  bytes: Uint8Array;
  headers: MsgHdrs;
  address: Address;
  /** What is said in `bytes`, but for what differs from one to the next. */
  like: Deviation;
  deviationId: string;
  detectedEventS: number;
  /** Counts the cases of its printer. */
  group: number;
  /** Whether it is the first of its case. */
  opens: boolean;
}

export interface FleetWish {
  devices: readonly string[];
  printersPerDevice: number;
  /** Deviations of one cause that follow closely on each other. */
  perCase: number;
  count: number;
  seed: number;
  /** Signs with these keys by device; without one, a message carries a signature's place only. */
  keys: ReadonlyMap<string, SigningKey>;
}

/** Near the 4.5 KB that a deviation with its evidence takes. */
const RECIPES: RecipeName[] = ["dead-fan", "dead-fan", "dead-fan", "external-fan"];
/** Within the time in which deviations of one cause are one case, and well beyond it, s. */
const NEAR_S = 20;
const APART_S = 5_000;
const ID = "00000000-0000-4000-8000-00000000feed";
const UNSIGNED = `${"e".repeat(100)}..${"0".repeat(86)}`;

/** A whole fleet's deviations, printer by printer in turn, the same ones for the same seed. */
export async function* fleetMessages(wish: FleetWish): AsyncGenerator<FleetMessage> {
  const random = seeded(wish.seed);
  const printers = wish.devices.flatMap((device) =>
    Array.from({ length: wish.printersPerDevice }, (_, at) => ({
      site: SITE,
      device,
      printer: `${device}-p${at}`,
    }))
  );
  const templates = printers.map((address) => templatesOf(address, random));
  const encoder = new TextEncoder();
  for (let index = 0; index < wish.count; index++) {
    const at = index % printers.length;
    const round = Math.floor(index / printers.length);
    const group = Math.floor(round / wish.perCase);
    const { subject, text, like } = templates[at]![group % 2]!;
    const detectedEventS = 10_000 + group * APART_S + round % wish.perCase * NEAR_S;
    const deviationId = seededId(random);
    const bytes = encoder.encode(
      text.replaceAll(ID, deviationId)
        .replace(/"detectedEventS":\d+/, `"detectedEventS":${detectedEventS}`),
    );
    const address = printers[at]!;
    const key = wish.keys.get(address.device);
    const carried = headers();
    carried.set(SIGNATURE_HEADER, key ? await signDetached(bytes, key) : UNSIGNED);
    yield {
      device: address.device,
      subject,
      id: `${deviationId}.1`,
      bytes,
      headers: carried,
      address,
      like,
      deviationId,
      detectedEventS,
      group,
      opens: round % wish.perCase === 0,
    };
  }
}

/** Two messages of a printer, of two causes, with a place for what differs. */
function templatesOf(address: Address, random: () => number) {
  return [0, 1].map((at) => {
    const wallTime = new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 1e10)).toISOString();
    const like = fabricateDeviation({
      recipe: RECIPES[Math.floor(random() * RECIPES.length)]!,
      printer: address.printer,
      random,
      atS: 10_000,
      wallTime,
      change: { id: ID, cause: { id: `cause-${at}`, title: "Part fan worn or dead" } },
    });
    const { subject, bytes } = deviationMessage(address, like);
    return { subject, text: new TextDecoder().decode(bytes), like };
  });
}
