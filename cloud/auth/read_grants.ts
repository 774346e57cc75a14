import { refused, type Result } from "../../shared/result.ts";
import type { Grant, Role } from "./records.ts";

/** Reads `expert at plant1` and the like, one a line, as an admin types it. */
export function readGrants(text: string, roles: readonly Role[]): Result<Grant[]> {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  const grants: Grant[] = [];
  for (const line of lines) {
    const [, role, site] = /^(\w+)\s+at\s+([A-Za-z0-9_-]{1,64})$/.exec(line) ?? [];
    const known = roles.find((one) => one === role);
    if (!known || !site) {
      return refused(`Cannot read '${line.slice(0, 60)}': 'role at site' was required, one a line`);
    }
    grants.push({ site, role: known });
  }
  return grants.length <= 256 ? { ok: true, value: grants } : refused("At most 256 lines are read");
}
