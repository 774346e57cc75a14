import { nameOf } from "../commands/ask.ts";
import { endOfWindow, type MaintenanceWindow } from "./maintenance_window.ts";
import { SILENT_AFTER_MS } from "./watch.ts";
import { addressesOf, type TellingPorts, tellPrinters, writeWindow } from "./telling_shell.ts";

/** Whoever announces a window tells it themselves; so long nobody else does. */
const OWN_MS = 30_000;
/** A guard that gave no answer is asked again this often, if it has shown a sign of life. */
const EVERY_MS = 60_000;
const PRINTERS_MAX = 10_000;

/**
 * Tells of announced changes those guards that gave no answer, or that nobody knew of then, as soon
 * as they are heard of again. Of several aggregators the leading one does.
 */
export function maintenanceReminder(ports: TellingPorts): () => Promise<void> {
  const { printers, now } = ports;
  /** When each was last asked, ms since 1970, by window and printer. */
  let asked = new Map<string, number>();

  function missing(window: MaintenanceWindow, alive: ReadonlySet<string>, nowMs: number) {
    const told = new Set(
      window.answers.filter((one) => one.result !== "unanswered").map((one) => nameOf(one.address)),
    );
    return addressesOf(printers, window).filter((address) => {
      const name = nameOf(address);
      const lastMs = asked.get(`${window.id} ${name}`) ?? -Infinity;
      return alive.has(name) && !told.has(name) && nowMs - lastMs >= EVERY_MS;
    });
  }

  return async function remind(): Promise<void> {
    const nowMs = now().getTime();
    const live = printers.windowsAfter(nowMs).filter((one) =>
      one.endedWallTime === null && nowMs - Date.parse(one.fromWallTime) > OWN_MS
    );
    if (live.length === 0) return void (asked = new Map());
    const alive = new Set(
      printers.watched(PRINTERS_MAX).filter((one) => nowMs - one.seenMs < SILENT_AFTER_MS).map((
        one,
      ) => nameOf(one.address)),
    );
    for (const window of live) {
      const addresses = missing(window, alive, nowMs);
      if (addresses.length === 0) continue;
      for (const address of addresses) asked.set(`${window.id} ${nameOf(address)}`, nowMs);
      const answers = await tellPrinters(ports, window, addresses);
      const found = printers.window(window.id);
      if (!found || endOfWindow(found.window) <= now().getTime()) continue;
      const names = new Set(answers.map((one) => nameOf(one.address)));
      const others = found.window.answers.filter((one) => !names.has(nameOf(one.address)));
      await writeWindow(
        ports,
        { ...found.window, answers: [...others, ...answers] },
        found.sequence,
      );
    }
  };
}
