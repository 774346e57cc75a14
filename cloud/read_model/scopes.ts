import type { DatabaseSync } from "node:sqlite";
import { openScoped } from "./scoped_database.ts";
import { type ReadModel, readModelOf } from "./read_model.ts";

/** Combinations of sites that are kept open at the same time. */
const SCOPES_MAX = 64;

/** The read model as different people may see it. */
export interface Scopes {
  /** @param sites null for all of them */
  modelOf(sites: readonly string[] | null): ReadModel;
  close(): void;
}

/** Accounts stay whole in each: who somebody is doesn't depend on what they may see. */
export function readModelScopes(file: string, whole: ReadModel): Scopes {
  const open = new Map<string, { database: DatabaseSync; model: ReadModel }>();

  function make(sites: readonly string[]) {
    const database = openScoped(file, sites);
    return { database, model: { ...readModelOf(database), auth: whole.auth } };
  }

  return {
    modelOf(sites) {
      if (sites === null) return whole;
      const key = JSON.stringify(sites);
      const found = open.get(key) ?? make(sites);
      open.delete(key);
      open.set(key, found);
      const [oldest] = open.keys();
      // Its statements may still be in use by an answer under way: it closes once nobody holds it.
      if (open.size > SCOPES_MAX) open.delete(oldest!);
      return found.model;
    },
    close() {
      for (const { database } of open.values()) database.close();
      open.clear();
    },
  };
}
