import type { Person } from "./records.ts";

/** A person's roles in words, such as `viewer, and expert at plant1`. */
export function roleWords({ role, grants }: Pick<Person, "role" | "grants">): string {
  const atSites = grants.map((grant) => `${grant.role} at ${grant.site}`).join(", ");
  if (role === null) return atSites === "" ? "nobody" : atSites;
  return atSites === "" ? role : `${role}, and ${atSites}`;
}
