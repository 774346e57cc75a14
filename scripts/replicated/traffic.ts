import { headers, type NatsConnection } from "nats";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../shared/signing.ts";
import { isStaged } from "../../shared/staged.ts";
import { wait } from "../../shared/wait.ts";
import { deviationMessage, fabricateDeviation, type Random } from "../fabricate.ts";
import { DEVICE, SITE } from "./site.ts";

const ANSWER_MS = 3_000;
const PRINTERS = 20;

/** A device's deviations, each sent until the broker has it, as an outbox does. */
export interface Traffic {
  /** Ids of all that the broker said it keeps, with when that was. */
  kept: Map<string, number>;
  /** What the broker answered for each. */
  ways: Map<string, string>;
  /** Ends it, and waits until everything that was made is kept. */
  end(): Promise<void>;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** Sends so many deviations a second, each of a printer's own and a cause of its own. */
export function startTraffic(
  connection: NatsConnection,
  key: SigningKey,
  random: Random,
  perS: number,
): Traffic {
  const kept = new Map<string, number>();
  const ways = new Map<string, string>();
  const sending = new Set<Promise<void>>();
  let made = 0;
  let stopped = false;

  async function send(number: number): Promise<void> {
    const address = { site: SITE, device: DEVICE, printer: `p${number % PRINTERS}` };
    const deviation = fabricateDeviation({
      recipe: "cold-block",
      printer: address.printer,
      random,
      wallTime: new Date().toISOString(),
      change: {
        verdict: "potential-cyberthreat",
        severity: "high",
        identity: `made/${number}`,
        cause: { id: `made-${number}`, title: "Made for the proof" },
      },
    });
    const message = deviationMessage(address, deviation);
    const carried = headers();
    carried.set(SIGNATURE_HEADER, await signDetached(message.bytes, key));
    for (let tried = 1; !stopped; tried++) {
      try {
        const how = { msgID: message.id, headers: carried, timeout: ANSWER_MS };
        const ack = await connection.jetstream().publish(message.subject, message.bytes, how);
        if (isStaged(ack)) throw new Error("known by its id, not stored");
        kept.set(deviation.id, performance.now());
        ways.set(deviation.id, `kept at ${ack.seq} by try ${tried}, duplicate: ${ack.duplicate}`);
        return;
      } catch {
        await wait(500);
      }
    }
  }

  const timer = setInterval(() => {
    const sent = send(made++).finally(() => sending.delete(sent));
    sending.add(sent);
  }, 1000 / perS);

  const end = async () => {
    clearInterval(timer);
    while (sending.size > 0) await Promise.all(sending);
  };
  return {
    kept,
    ways,
    end,
    async stop() {
      stopped = true;
      await end();
    },
  };
}
