import type { SharedParts } from "../../../edge/agent/printer_parts.ts";
import type { Deliverer } from "../../../edge/publish/delivery.ts";
import { DeviationRecords } from "../../../edge/publish/deviation_record.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import type { Store } from "../../../edge/publish/store.ts";
import { Lessons } from "../../../edge/respond/lessons.ts";
import { silent } from "../publish/site_fixture.ts";

const TAKES_ALL: Deliverer = { deliver: () => Promise.resolve({ outcome: "stored" }) };

/** What a printer's run shares with its device, over a store; `own` replaces whatever matters. */
export function sharedParts(store: Store, own: Partial<SharedParts>): SharedParts {
  return {
    site: "s1",
    device: "d1",
    agentVersion: "0",
    configDigest: "c".repeat(64),
    presenceIntervalMs: 10_000,
    store,
    outbox: new Outbox(store, 1e6),
    records: new DeviationRecords(store),
    lessons: new Lessons(store),
    deliverer: TAKES_ALL,
    clock: { nowMs: () => Date.UTC(2026, 0, 1), quality: () => "synced" },
    log: silent,
    nowMs: () => performance.now(),
    added: () => {},
    refusedOf: () => 0,
    startsBefore: 0,
    ...own,
  };
}
