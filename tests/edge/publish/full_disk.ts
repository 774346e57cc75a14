import type { Store } from "../../../edge/publish/store.ts";

/**
 * The store's ceiling answers as a full disk does, without needing one. It can only be set outside
 * of a transaction.
 */
export function withPageLimit(store: Store, pages: number): void {
  store.run((db) => {
    db.exec("COMMIT");
    db.exec(`PRAGMA max_page_count = ${pages}`);
    db.exec("BEGIN IMMEDIATE");
  });
}
