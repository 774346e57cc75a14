import type { DatabaseSync } from "node:sqlite";
import { alertQueries } from "./alert_queries.ts";
import { arrivalQueries } from "./arrival_queries.ts";
import { auditQueries } from "./audit_queries.ts";
import { authQueries } from "./auth_queries.ts";
import { caseContextQueries } from "./case_context_queries.ts";
import { caseLookups } from "./case_lookups.ts";
import { caseListQueries } from "./case_list_queries.ts";
import { caseViewQueries } from "./case_view_queries.ts";
import { decisionQueries } from "./decision_queries.ts";
import { fleetQueries } from "./fleet_queries.ts";
import { insightQueries } from "./insight_queries.ts";
import { metricQueries } from "./metric_queries.ts";
import { personalQueries } from "./personal_queries.ts";
import { printerQueries } from "./printer_queries.ts";
import { waitingQueries } from "./waiting_queries.ts";

/** What may be asked of the read model about cases. */
export type CaseQueries = ReturnType<typeof caseQueries>;

function caseQueries(database: DatabaseSync) {
  return {
    ...caseListQueries(database),
    ...caseViewQueries(database),
    ...caseContextQueries(database),
    ...caseLookups(database),
    ...waitingQueries(database),
    ...decisionQueries(database),
  };
}

/** Everything that may be asked of the read model. */
export type ReadModel = ReturnType<typeof readModelOf>;

export function readModelOf(database: DatabaseSync) {
  return {
    cases: caseQueries(database),
    fleet: fleetQueries(database),
    auth: authQueries(database),
    audit: auditQueries(database),
    personal: personalQueries(database),
    printers: printerQueries(database),
    alerts: alertQueries(database),
    metrics: metricQueries(database),
    insights: insightQueries(database),
    arrivals: arrivalQueries(database),
  };
}
