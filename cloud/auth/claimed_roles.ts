import type { ProviderConfig } from "./provider_config.ts";
import type { Grant, Person, Role } from "./records.ts";

const RANK: readonly Role[] = ["viewer", "operator", "expert", "admin"];
const higher = (a: Role | null, b: Role): Role =>
  a !== null && RANK.indexOf(a) >= RANK.indexOf(b) ? a : b;

/**
 * What a provider's claims make of somebody [pure]: the highest role that a mapping without a site
 * gives, and the highest at each site. Null if nothing is mapped: then they are nobody here.
 *
 * @param claim one value or a list of them; anything else counts as none
 */
export function claimedRoles(
  claim: unknown,
  roles: ProviderConfig["roles"],
): Pick<Person, "role" | "grants"> | null {
  const values = new Set((Array.isArray(claim) ? claim : [claim]).filter(isText));
  let role: Role | null = null;
  const bySite = new Map<string, Role>();
  for (const mapping of roles) {
    if (!values.has(mapping.value)) continue;
    if (mapping.site === undefined) role = higher(role, mapping.role);
    else bySite.set(mapping.site, higher(bySite.get(mapping.site) ?? null, mapping.role));
  }
  const grants: Grant[] = [...bySite].map(([site, held]) => ({ site, role: held }));
  return role === null && grants.length === 0 ? null : { role, grants };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
