import { createHash } from "node:crypto";
import { refused, type Result } from "../../shared/result.ts";
import { ATTACK_ICS_VERSION } from "../../shared/techniques.ts";
import { type CaseDecision, lastDecision } from "../cases/case.ts";
import { type CaseExport, seenBetween, type Technique, techniquesOf } from "./case_export.ts";
import { PRODUCT } from "./product.ts";

/** Our own namespace for names that must be the same in every bundle (RFC 4122, version 5). */
const NAMESPACE = "9f1c2b64-3f0e-5d7a-9a51-6f6b2d1f7c30";
/** ATT&CK 16 was published then; what names a technique doesn't change with our cases. */
const ATTACK_CREATED = "2024-10-31T00:00:00.000Z";
const PRODUCT_CREATED = "2026-01-01T00:00:00.000Z";

type StixObject = Record<string, unknown> & { type: string; id: string };

/**
 * A confirmed threat as a STIX 2.1 bundle: the incident, the techniques of ATT&CK for ICS that it
 * is evidence of, where and when they were sighted, the expert's word as a note, and a report that
 * holds it all together. The same case gives the same ids.
 */
export function stixBundle(exported: CaseExport): Result<Record<string, unknown>> {
  const { about } = exported;
  const decision = lastDecision(about);
  if (decision?.determination !== "threat-confirmed") {
    const came = decision ? `'${decision.determination}'` : "one without a decision";
    return refused(
      `Cannot export case '${about.id}' as STIX: a confirmed threat was required, got ${came}`,
    );
  }
  const printer = printerIdentity(exported);
  const incident = incidentOf(exported);
  const patterns = techniquesOf(exported).map(attackPattern);
  const sighted = patterns.length > 0 ? patterns : [incident];
  const objects = [
    makerIdentity(),
    printer,
    incident,
    ...patterns,
    ...patterns.map((pattern) => relationship(exported, incident, pattern)),
    relationship(exported, incident, printer),
    ...sighted.map((seen) => sighting(exported, seen, printer)),
    note(exported, decision, incident),
  ];
  const report = reportOf(exported, objects);
  return {
    ok: true,
    value: {
      type: "bundle",
      id: stixId("bundle", about.id, exported.event.id),
      objects: [...objects, report],
    },
  };
}

function object(type: string, id: string, created: string, modified: string): StixObject {
  return { type, spec_version: "2.1", id, created, modified };
}

function ofCase(type: string, { about, event }: CaseExport, ...parts: string[]): StixObject {
  return {
    ...object(type, stixId(type, about.id, ...parts), instant(about.openedAt), instant(event.at)),
    created_by_ref: makerId(),
  };
}

function makerId(): string {
  return stixId("identity", "maker");
}

function makerIdentity(): StixObject {
  return {
    ...object("identity", makerId(), PRODUCT_CREATED, PRODUCT_CREATED),
    name: PRODUCT.name,
    identity_class: "system",
    description: "Guard of 3D printers against sabotage",
  };
}

function printerIdentity({ about: { address, openedAt }, label }: CaseExport): StixObject {
  const { site, device, printer } = address;
  const at = instant(openedAt);
  return {
    ...object("identity", stixId("identity", site, device, printer), at, at),
    created_by_ref: makerId(),
    name: label,
    identity_class: "system",
    sectors: ["manufacturing"],
    description: `3D printer ${printer} behind guard ${device} of site ${site}`,
  };
}

function incidentOf(exported: CaseExport): StixObject {
  const { about, url } = exported;
  return {
    ...ofCase("incident", exported),
    name: about.title,
    description: about.summary,
    confidence: Math.round(about.probability * 100),
    labels: [about.kind, about.severity],
    ...(url
      ? { external_references: [{ source_name: "printwarden", external_id: about.id, url }] }
      : {}),
  };
}

function attackPattern({ id, name, url }: Technique): StixObject {
  return {
    ...object("attack-pattern", stixId("attack-pattern", id), ATTACK_CREATED, ATTACK_CREATED),
    name,
    description: `ATT&CK for ICS ${ATTACK_ICS_VERSION}, technique ${id}`,
    external_references: [{ source_name: "mitre-attack", external_id: id, url }],
  };
}

function relationship(exported: CaseExport, from: StixObject, to: StixObject): StixObject {
  return {
    ...ofCase("relationship", exported, from.id, to.id),
    relationship_type: "related-to",
    source_ref: from.id,
    target_ref: to.id,
  };
}

function sighting(exported: CaseExport, seen: StixObject, where: StixObject): StixObject {
  const { firstMs, lastMs } = seenBetween(exported);
  return {
    ...ofCase("sighting", exported, seen.id),
    sighting_of_ref: seen.id,
    where_sighted_refs: [where.id],
    first_seen: new Date(firstMs).toISOString(),
    last_seen: new Date(lastMs).toISOString(),
    count: exported.about.sightings.length,
  };
}

function note(exported: CaseExport, decision: CaseDecision, incident: StixObject): StixObject {
  return {
    ...ofCase("note", exported, decision.id),
    abstract: "An expert confirmed the threat",
    content: decision.reason,
    authors: [decision.by.name],
    object_refs: [incident.id],
  };
}

function reportOf(exported: CaseExport, objects: readonly StixObject[]): StixObject {
  return {
    ...ofCase("report", exported),
    name: exported.about.title,
    description: exported.about.summary,
    report_types: ["threat-report"],
    published: instant(exported.event.at),
    object_refs: objects.map(({ id }) => id),
  };
}

/** STIX wants milliseconds. */
function instant(wallTime: string): string {
  return new Date(wallTime).toISOString();
}

function stixId(type: string, ...parts: string[]): string {
  const namespace = Uint8Array.fromHex(NAMESPACE.replaceAll("-", ""));
  const digest = createHash("sha1").update(namespace)
    .update(JSON.stringify([type, ...parts])).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.subarray(0, 16).toString("hex");
  return `${type}--` +
    hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
