import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import { CONTRACT_VERSION, ContractVersion, Uuid } from "../../shared/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { LEASE_MS, LEASE_STREAM, leaseSubject } from "../broker/streams.ts";
import { wait } from "../../shared/wait.ts";
import { jsonOf } from "../read_model/json.ts";

/** Who holds a lease, or gave it back. */
const LeaseRecord = z.strictObject({
  contractVersion: ContractVersion,
  replica: Uuid,
  released: z.boolean(),
});

/** The holder asks for its lease again this often, and others look this often whether it is free. */
const ROUND_MS = 1_000;
/** The holder stops this long before the broker would give the lease to somebody else. */
const MARGIN_MS = 1_000;

/**
 * The right to do what one replica alone may do: to bundle deviations and to hand out alerts. It
 * can't stop a process that sleeps in the middle of a write and wakes when another leads: what
 * would harm then must be checked where it is written, too (the lead of the case events).
 */
export interface Lease {
  /** Whether this replica leads now; ends well before anybody else's begins. */
  mayLead(): boolean;
  /** Calls `listener` whenever this replica begins or ceases to lead; the result ends that. */
  onChange(listener: (leads: boolean) => void): () => void;
  /** Gives the lease back, so that another replica needn't wait for its end. */
  close(): Promise<void>;
}

export interface LeaseOptions {
  /** What it is about; each name is a lease of its own. */
  name: string;
  /** Who asks: one random id for each start of a replica. */
  replica: string;
  /** A clock that never goes back, ms. */
  nowMs?: () => number;
}

interface Holding {
  revision: number;
  untilMs: number;
}

/** Asks for a lease, and keeps asking until it is closed. */
export function startLease(broker: Broker, options: LeaseOptions): Lease {
  const { name, replica, nowMs = () => performance.now() } = options;
  const logger = getLogger(["printwarden", "lease"]);
  const subject = leaseSubject(name);
  const listeners = new Set<(leads: boolean) => void>();
  const stop = new AbortController();
  let holding: Holding | null = null;
  let told = false;
  let ending: ReturnType<typeof setTimeout> | undefined;

  const mayLead = () => holding !== null && nowMs() < holding.untilMs;

  function tell(): void {
    const leads = mayLead();
    clearTimeout(ending);
    if (leads) ending = setTimeout(tell, Math.max(1, holding!.untilMs - nowMs()));
    if (leads === told) return;
    told = leads;
    logger.info(leads ? "Replica {replica} leads" : "Replica {replica} leads no more", { replica });
    for (const listener of [...listeners]) listener(leads);
  }

  /** Writes upon the revision that it knows of; whoever was first has the lease. */
  async function write(released: boolean, revision: number): Promise<void> {
    const startedMs = nowMs();
    const record = LeaseRecord.parse({ contractVersion: CONTRACT_VERSION, replica, released });
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    const appended = await broker.append(subject, bytes, {
      id: crypto.randomUUID(),
      lastSubjectSequence: revision,
      triesMax: 1,
    });
    holding = appended.type === "conflict" || released
      ? null
      : { revision: appended.sequence, untilMs: startedMs + LEASE_MS - MARGIN_MS };
  }

  async function round(): Promise<void> {
    if (holding) await write(false, holding.revision);
    if (holding) return;
    const found = await broker.last(LEASE_STREAM, subject);
    if (!found) await write(false, 0);
    else if (isReleased(found.bytes)) await write(false, found.sequence);
  }

  async function keepAsking(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await round();
      } catch (error) {
        // Without an answer the lease ends by itself at the time last granted.
        logger.debug("Cannot ask for the lease '{name}': {error}", { name, error });
      }
      tell();
      await wait(ROUND_MS, stop.signal);
    }
  }

  const asking = keepAsking();
  return {
    mayLead,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      stop.abort();
      await asking;
      const last = holding;
      holding = null;
      tell();
      if (last) await write(true, last.revision).catch(() => {});
    },
  };
}

function isReleased(bytes: Uint8Array): boolean {
  const record = LeaseRecord.safeParse(jsonOf(bytes));
  return record.success && record.data.released;
}
