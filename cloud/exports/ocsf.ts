import { ATTACK_ICS_VERSION } from "../../shared/techniques.ts";
import type { Severity } from "../../shared/verdict.ts";
import type { Determination } from "../../shared/decision.ts";
import { type Case, lastDecision } from "../cases/case.ts";
import type { CaseActType } from "../cases/case_event.ts";
import { type CaseExport, leadOf, seenBetween, techniquesOf } from "./case_export.ts";
import { PRODUCT } from "./product.ts";

/** The version of the Open Cybersecurity Schema Framework that findings are written in. */
const OCSF_VERSION = "1.7.0";
/** Findings (2), Detection Finding (2004). */
const CATEGORY_UID = 2;
const CLASS_UID = 2004;

const ACTIVITIES = { 1: "Create", 2: "Update", 3: "Close" } as const;
const SEVERITIES: Record<Severity, [id: number, name: string]> = {
  info: [1, "Informational"],
  low: [2, "Low"],
  medium: [3, "Medium"],
  high: [4, "High"],
  critical: [5, "Critical"],
};
const STATUSES: Record<Case["state"], [id: number, name: string]> = {
  new: [1, "New"],
  acknowledged: [2, "In Progress"],
  decided: [2, "In Progress"],
  closed: [4, "Resolved"],
};
const CONFIDENCES = { 1: "Low", 2: "Medium", 3: "High" } as const;
/** Of the profile `incident`. */
const VERDICTS: Record<Determination, [id: number, name: string]> = {
  "threat-confirmed": [2, "True Positive"],
  "expected": [5, "Benign"],
  "benign-change": [5, "Benign"],
  "needs-more": [7, "Insufficient Data"],
};

/**
 * A case as an OCSF 1.7 Detection Finding (class 2004) with the profile `incident`: the first event
 * of a case creates it, later ones update it, the last closes it, all under `finding_info.uid`.
 */
export function ocsfFinding(exported: CaseExport): Record<string, unknown> {
  const { about, event } = exported;
  const activity = activityOf(event.type);
  const [severityId, severity] = SEVERITIES[about.severity];
  const [statusId, status] = STATUSES[about.state];
  const confidenceId = about.probability < 0.5 ? 1 : about.probability < 0.85 ? 2 : 3;
  const decision = lastDecision(about);
  return {
    activity_id: activity,
    activity_name: ACTIVITIES[activity],
    category_uid: CATEGORY_UID,
    category_name: "Findings",
    class_uid: CLASS_UID,
    class_name: "Detection Finding",
    type_uid: CLASS_UID * 100 + activity,
    type_name: `Detection Finding: ${ACTIVITIES[activity]}`,
    time: Date.parse(event.at),
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    confidence_id: confidenceId,
    confidence: CONFIDENCES[confidenceId],
    confidence_score: Math.round(about.probability * 100),
    message: about.summary,
    is_alert: about.state === "new" && about.verdict !== "expected-anomaly",
    count: about.sightings.length,
    metadata: {
      version: OCSF_VERSION,
      profiles: ["incident"],
      uid: event.id,
      correlation_uid: about.id,
      product: { name: PRODUCT.name, vendor_name: PRODUCT.vendor, version: PRODUCT.version },
    },
    finding_info: findingInfo(exported),
    device: {
      type_id: 99,
      type: "3D printer",
      uid: about.address.printer,
      name: exported.label,
      zone: about.address.site,
      agent_list: [{ type_id: 99, type: "Printer guard", uid: about.address.device }],
    },
    ...evidences(exported),
    ...(decision
      ? {
        verdict_id: VERDICTS[decision.determination][0],
        verdict: VERDICTS[decision.determination][1],
        comment: decision.reason,
      }
      : {}),
    unmapped: {
      verdict: about.verdict,
      kind: about.kind,
      probability: about.probability,
      state: about.state,
      event: event.type,
      determination: decision?.determination ?? null,
      response: decision?.response ?? null,
      nature: about.closed?.nature ?? null,
    },
  };
}

function activityOf(type: CaseActType): keyof typeof ACTIVITIES {
  return type === "opened" ? 1 : type === "closed" ? 3 : 2;
}

function findingInfo(exported: CaseExport): Record<string, unknown> {
  const { about, url } = exported;
  const lead = leadOf(exported);
  const { firstMs, lastMs } = seenBetween(exported);
  return {
    uid: about.id,
    title: about.title,
    desc: about.summary,
    types: [about.verdict, about.kind],
    created_time: Date.parse(about.openedAt),
    modified_time: Date.parse(about.updatedAt),
    first_seen_time: firstMs,
    last_seen_time: lastMs,
    data_sources: ["serial line between host and printer"],
    analytic: {
      type_id: 2,
      type: "Behavioral",
      name: about.title,
      uid: lead?.cause.id ?? about.kind,
    },
    attacks: techniquesOf(exported).map(({ id: uid, name, url: src_url }) => ({
      version: ATTACK_ICS_VERSION,
      technique: { uid, name, src_url },
    })),
    related_events: about.sightings.map((sighting) => ({
      uid: sighting.deviationId,
      title: sighting.causeTitle,
      desc: sighting.summary,
      type: "printwarden.v1.deviation",
      severity_id: SEVERITIES[sighting.severity][0],
      severity: SEVERITIES[sighting.severity][1],
      created_time: Date.parse(sighting.wallTime),
    })),
    related_events_count: about.sightings.length,
    ...(url ? { src_url: url } : {}),
  };
}

/** What the deviation that speaks for the case was judged by; its series stay in the console. */
function evidences(exported: CaseExport): Record<string, unknown> {
  const lead = leadOf(exported);
  if (!lead) return {};
  const { id, cause, reasons, evidence, job, score, suite, models } = lead;
  const data = { cause, reasons, lines: evidence.lines, job, score, suite, models };
  return { evidences: [{ name: "deviation", uid: id, data }] };
}
