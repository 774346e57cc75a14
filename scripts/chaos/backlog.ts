import { DatabaseSync } from "node:sqlite";
import { readLedger } from "./ledger.ts";
import type { Stage } from "./stage.ts";
import { wait } from "../../shared/wait.ts";

/** With so many promised and not stored the host waits, and goes on at half of them. */
const HELD_FROM = 20_000;
const GOES_ON_AT = HELD_FROM / 2;
const LOOK_MS = 2_000;

/** How far the end of the chain is behind its beginning. */
export interface Backlog {
  /** Deviations promised so far. */
  readonly made: number;
  /** How long the host has waited in all, s. */
  readonly heldS: number;
  stop(): Promise<void>;
}

/**
 * Has the host wait while more is under way than the outbox holds without giving anything up: its
 * bound has tests of its own, here faults are tried.
 *
 * @param heldFrom so many promised and not stored hold the host
 */
export function watchBacklog(stage: Stage, heldFrom = HELD_FROM): Backlog {
  const goesOnAt = Math.min(GOES_ON_AT, heldFrom / 2);
  let made = 0, heldS = 0, isHeld = false, stopped = false;
  let lookedMs = performance.now();

  async function look(): Promise<void> {
    const stored = storedCount(stage);
    made = (await readLedger(stage.ledgerFile)).size;
    const nowMs = performance.now();
    if (isHeld) heldS += (nowMs - lookedMs) / 1000;
    lookedMs = nowMs;
    if (stored === null) return;
    isHeld = made - stored > (isHeld ? goesOnAt : heldFrom);
    for (const { traffic } of stage.taps) traffic.hold(isHeld);
  }

  async function work(): Promise<void> {
    while (!stopped) {
      await look();
      await wait(LOOK_MS);
    }
  }

  const working = work();
  return {
    get made() {
      return made;
    },
    get heldS() {
      return Math.round(heldS);
    },
    async stop() {
      stopped = true;
      await working;
    },
  };
}

/** Deviations in the read model; null while the aggregator begins its file anew. */
function storedCount({ site }: Stage): number | null {
  try {
    const model = new DatabaseSync(`${site.state}/read-model.sqlite`, { readOnly: true });
    try {
      return Number(model.prepare("SELECT COUNT(*) AS n FROM sighting").get()?.n);
    } finally {
      model.close();
    }
  } catch {
    return null;
  }
}
