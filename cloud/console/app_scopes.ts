import type { Hono } from "hono";
import {
  guardDesk,
  guardJobs,
  guardMaintenance,
  guardSigner,
  guardSubscriptions,
  type RightsOf,
} from "../auth/guards.ts";
import { type Identity, rightsOf } from "../auth/identify.ts";
import { sitesOf } from "../auth/rights.ts";
import type { Env, Parts } from "./context.ts";

const APPS_MAX = 64;

/**
 * The parts as people reach them: every act held against what its actor may do at its site. This is
 * the one place where that happens, for pages, the API and live streams alike.
 */
export function guardParts(parts: Parts): Parts {
  const { model } = parts;
  const rights: RightsOf = (actor) => rightsOf(model.auth, actor, parts.now());
  const siteOf = (id: string) => model.printers.window(id)?.window.site ?? null;
  return over(parts, {
    desk: guardDesk(parts.desk, model.cases, rights),
    signer: guardSigner(parts.signer, model.cases, rights),
    jobs: guardJobs(parts.jobs, rights),
    maintenance: guardMaintenance(parts.maintenance, siteOf, rights),
    subscriptions: guardSubscriptions(parts.subscriptions, rights),
  });
}

/** The same parts, some of them replaced; the others stay what they are at each moment. */
function over(parts: Parts, some: Partial<Parts>): Parts {
  return Object.assign(Object.create(parts) as Parts, some);
}

/**
 * One program's routes, once for each combination of sites that somebody may look at: routes know
 * of one read model, in which other sites don't exist.
 *
 * @param make builds the routes upon the parts that it is given
 */
export function appsByScope(parts: Parts, make: (parts: Parts) => Hono<Env>) {
  const apps = new Map<string, Hono<Env>>();
  return (identity: Identity | null): Hono<Env> => {
    const sites = identity ? sitesOf(identity.rights) : [];
    const key = identity ? JSON.stringify(sites) : "stranger";
    const found = apps.get(key) ?? make(identity ? seenBy(parts, sites) : parts);
    apps.delete(key);
    apps.set(key, found);
    if (apps.size > APPS_MAX) apps.delete(apps.keys().next().value!);
    return found;
  };
}

function seenBy(parts: Parts, sites: string[] | null): Parts {
  if (sites === null) return parts;
  const model = parts.modelOf(sites);
  return over(parts, {
    model,
    // Forwards carry the whole fleet, and tell where to.
    forwards: [],
    onChange: (listener) =>
      parts.onChange((change) => {
        const cases = [...change.cases].filter((id) => model.cases.caseById(id) !== null);
        listener({ ...change, cases: new Set(cases), refused: 0 });
      }),
  });
}
