import type { ApiToken, Person, Role, TokenScope } from "./records.ts";

/** What somebody may do; each act is asked for at one place, in the desk or before a route. */
export type Act = "view" | "measure" | "register" | "operate" | "decide" | "administer";

/** What a role may do; each includes what the one before it may. */
const OF_ROLE: Record<Role, readonly Act[]> = {
  viewer: ["view", "measure"],
  operator: ["view", "measure", "register", "operate"],
  expert: ["view", "measure", "register", "operate", "decide"],
  admin: ["view", "measure", "register", "operate", "decide", "administer"],
};

const OF_SCOPE: Record<TokenScope, readonly Act[]> = {
  read: ["view", "measure"],
  decide: ["view", "register", "operate", "decide"],
  job: ["register"],
  metrics: ["measure"],
};

/** What somebody may do at every site, and what more at some. */
export interface Rights {
  everywhere: ReadonlySet<Act>;
  bySite: ReadonlyMap<string, ReadonlySet<Act>>;
}

export const NO_RIGHTS: Rights = { everywhere: new Set(), bySite: new Map() };

/** What a person may do: by their role everywhere, and by further ones at single sites. */
export function rightsOfPerson({ role, grants, leftWallTime }: Person): Rights {
  if (leftWallTime !== null) return NO_RIGHTS;
  const bySite = new Map<string, Set<Act>>();
  for (const grant of grants) {
    const acts = bySite.get(grant.site) ?? new Set();
    for (const act of OF_ROLE[grant.role]) acts.add(act);
    bySite.set(grant.site, acts);
  }
  return { everywhere: new Set(role === null ? [] : OF_ROLE[role]), bySite };
}

/**
 * What a token may do: what its scopes say, at its sites, and never more than whoever made it may
 * at this moment.
 *
 * @param maker the rights of the person who made it; null if that was the command line
 */
export function rightsOfToken({ scopes, sites }: ApiToken, maker: Rights | null): Rights {
  const acts = new Set(scopes.flatMap((scope) => OF_SCOPE[scope]));
  const own: Rights = sites === null
    ? { everywhere: acts, bySite: new Map() }
    : { everywhere: new Set(), bySite: new Map(sites.map((site) => [site, acts])) };
  return maker === null ? own : both(own, maker);
}

/** What two allow together. */
function both(a: Rights, b: Rights): Rights {
  const everywhere = new Set([...a.everywhere].filter((act) => b.everywhere.has(act)));
  const sites = new Set([...a.bySite.keys(), ...b.bySite.keys()]);
  const at = (site: string) => {
    const acts = [...actsAt(a, site)].filter((act) => actsAt(b, site).has(act));
    return [site, new Set(acts)] as const;
  };
  return { everywhere, bySite: new Map([...sites].map(at)) };
}

function actsAt({ everywhere, bySite }: Rights, site: string): ReadonlySet<Act> {
  return new Set([...everywhere, ...bySite.get(site) ?? []]);
}

/** Whether somebody may do something at a site. */
export function may(rights: Rights, act: Act, site: string): boolean {
  return rights.everywhere.has(act) || (rights.bySite.get(site)?.has(act) ?? false);
}

/** Whether there is any site at which somebody may do something. */
export function maySomewhere({ everywhere, bySite }: Rights, act: Act): boolean {
  return everywhere.has(act) || [...bySite.values()].some((acts) => acts.has(act));
}

/** The sites that somebody may look at, or count what happens there; null for all of them. */
export function sitesOf(rights: Rights): string[] | null {
  const seen = (acts: ReadonlySet<Act>) => acts.has("view") || acts.has("measure");
  if (seen(rights.everywhere)) return null;
  return [...rights.bySite].filter(([, acts]) => seen(acts)).map(([site]) => site).toSorted();
}
