import type { DatabaseSync } from "node:sqlite";
import { authQueries } from "./auth_queries.ts";
import { caseQueries } from "./case_queries.ts";
import { fleetQueries } from "./fleet_queries.ts";

/** Everything that may be asked of the read model. */
export type ReadModel = ReturnType<typeof readModelOf>;

export function readModelOf(database: DatabaseSync) {
  return {
    cases: caseQueries(database),
    fleet: fleetQueries(database),
    auth: authQueries(database),
  };
}
