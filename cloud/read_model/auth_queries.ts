import type { DatabaseSync } from "node:sqlite";
import { Invitation } from "../auth/records.ts";
import { recordById } from "./auth_rows.ts";
import { passkeyQueries } from "./passkey_queries.ts";
import { personQueries } from "./person_queries.ts";
import { sessionQueries } from "./session_queries.ts";
import { tokenQueries } from "./token_queries.ts";

export type AuthQueries = ReturnType<typeof authQueries>;

/** What may be asked of the read model about who may do what. */
export function authQueries(database: DatabaseSync) {
  return {
    ...personQueries(database),
    ...passkeyQueries(database),
    ...sessionQueries(database),
    ...tokenQueries(database),
    invitation: recordById(database, "invitation", Invitation),
  };
}
