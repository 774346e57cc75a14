import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { type Config, runFolder } from "../config.ts";
import { count, counter } from "../publish/counter.ts";
import { faultOf } from "../publish/store_fault.ts";
import { Store } from "../publish/store.ts";

/** Opens the file of what must last; what a corrupt one held is lost, and said to be. */
export function openStore(config: Config, log: Logger): Store {
  const file = join(config.state, "edge.db");
  const store = new Store(file, config.outbox.bytesMax, (movedAside) => {
    log.error(
      "the store {file} was corrupt and was moved to {movedAside}: unsent deviations in it are lost",
      { file, movedAside },
    );
  }, runFolder(config));
  if (store.isInMemory) {
    const before = store.isForgetful ? "unknown" : "known";
    log.error(
      "{file} can't be written: what isn't sent is in memory only, until a restart; " +
        "decisions and holds of before are {before}",
      { file, before },
    );
  }
  return store;
}

/** Counts a start of the agent on this state folder; gives how many there were before. */
export function countStart(store: Store, log: Logger): number {
  try {
    return store.run((db) => {
      const before = counter(db, "starts");
      count(db, "starts", 1);
      return before;
    });
  } catch (error) {
    if (faultOf(error) === "other") throw error;
    log.error("the disk takes nothing: {reason}", { reason: String(error) });
    return 0;
  }
}
