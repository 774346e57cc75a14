import { ATTACK_ICS_VERSION } from "../../shared/techniques.ts";
import { lastDecision } from "../cases/case.ts";
import { severityRank } from "../cases/gravity.ts";
import { type CaseExport, leadOf, seenBetween, techniquesOf } from "./case_export.ts";
import { PRODUCT } from "./product.ts";

/** The version of the Elastic Common Schema that documents are written in. */
export const ECS_VERSION = "9.4.0";

/**
 * A case as a document of the Elastic Common Schema: an alert of intrusion detection, or a plain
 * event of the host where an anomaly is expected. What ECS has no field for stands in `labels`.
 */
export function ecsDocument(exported: CaseExport): Record<string, unknown> {
  const { about, event, label } = exported;
  const lead = leadOf(exported);
  const techniques = techniquesOf(exported);
  return {
    "@timestamp": event.at,
    ecs: { version: ECS_VERSION },
    message: about.summary,
    tags: [about.verdict, about.kind],
    event: eventOf(exported),
    rule: {
      id: lead?.cause.id ?? about.kind,
      name: about.title,
      category: about.kind,
      ruleset: "known-issues",
    },
    host: { id: about.address.printer, name: label, type: "3d-printer" },
    observer: {
      name: about.address.device,
      type: "printer-guard",
      product: PRODUCT.name,
      vendor: PRODUCT.vendor,
      version: PRODUCT.version,
    },
    ...(event.actor.kind === "person"
      ? { user: { id: event.actor.id, name: event.actor.name } }
      : {}),
    ...(techniques.length > 0
      ? {
        threat: {
          framework: `MITRE ATT&CK for ICS ${ATTACK_ICS_VERSION}`,
          technique: {
            id: techniques.map(({ id }) => id),
            name: techniques.map(({ name }) => name),
            reference: techniques.map(({ url }) => url),
          },
        },
      }
      : {}),
    labels: labelsOf(exported),
  };
}

function eventOf(exported: CaseExport): Record<string, unknown> {
  const { about, event, url } = exported;
  const { firstMs, lastMs } = seenBetween(exported);
  const isAlert = about.verdict !== "expected-anomaly";
  return {
    kind: isAlert ? "alert" : "event",
    category: [isAlert ? "intrusion_detection" : "host"],
    type: ["info"],
    action: `case-${event.type}`,
    id: event.id,
    module: "printwarden",
    dataset: "printwarden.case",
    provider: event.actor.kind,
    severity: severityRank(about.severity),
    risk_score: Math.round(about.probability * 100),
    reason: about.title,
    created: about.updatedAt,
    start: new Date(firstMs).toISOString(),
    end: new Date(lastMs).toISOString(),
    ...(url ? { url } : {}),
  };
}

/** ECS wants every label to be one keyword. */
function labelsOf({ about }: CaseExport): Record<string, string> {
  const decision = lastDecision(about);
  return {
    case_id: about.id,
    case_state: about.state,
    site: about.address.site,
    verdict: about.verdict,
    severity: about.severity,
    deviations: String(about.sightings.length),
    ...(decision
      ? { determination: decision.determination, decision_reason: decision.reason }
      : {}),
    ...(about.closed ? { nature: about.closed.nature } : {}),
  };
}
