import { refused } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import type { Desk, Outcome } from "../cases/desk.ts";
import type { Signatory } from "../decisions/prover_shell.ts";
import type { Signer } from "../decisions/signer_shell.ts";
import type { JobSender } from "../commands/job_sender.ts";
import type { MaintenanceDesk } from "../printers/maintenance_desk_shell.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import type { SubscriptionDesk } from "../subscriptions/desk_shell.ts";
import { type Act, may, type Rights } from "./rights.ts";

/** What somebody may do at this moment, by the name that records of their acts give them. */
export type RightsOf = (actor: Actor) => Rights;

type Refusal = Exclude<Outcome, { type: "done" }>;

const WORDS: Record<Act, string> = {
  view: "look at",
  measure: "measure",
  register: "register jobs for",
  operate: "act on",
  decide: "decide about",
  administer: "administer",
};

function refusalOf(
  cases: CaseQueries,
  rightsOf: RightsOf,
  caseId: string,
  actor: Actor,
  act: Act,
): Refusal | null {
  const site = cases.caseById(caseId)?.about.address.site;
  const rights = rightsOf(actor);
  if (site === undefined || !may(rights, "view", site)) return { type: "missing" };
  if (may(rights, act, site)) return null;
  return { type: "refused", issue: `You may not ${WORDS[act]} cases of the site '${site}'` };
}

/**
 * The desk as people reach it: each act is held against what its actor may do at the site of its
 * case. A case of a site that they may not see is as missing as one that never was.
 */
export function guardDesk(desk: Desk, cases: CaseQueries, rightsOf: RightsOf): Desk {
  const refusal = (caseId: string, actor: Actor, act: Act) =>
    refusalOf(cases, rightsOf, caseId, actor, act);
  const guarded = async (
    caseId: string,
    actor: Actor,
    act: Act,
    run: () => Promise<Outcome>,
  ): Promise<Outcome> => refusal(caseId, actor, act) ?? await run();

  return {
    checkDecision: (caseId, actor, ...rest) =>
      refusal(caseId, actor, "decide") ?? desk.checkDecision(caseId, actor, ...rest),
    acknowledge: (caseId, actor, seen) =>
      guarded(caseId, actor, "operate", () => desk.acknowledge(caseId, actor, seen)),
    comment: (caseId, actor, ...rest) =>
      guarded(caseId, actor, "operate", () => desk.comment(caseId, actor, ...rest)),
    decide: (caseId, actor, ...rest) =>
      guarded(caseId, actor, "decide", () => desk.decide(caseId, actor, ...rest)),
    second: (caseId, actor, ...rest) =>
      guarded(caseId, actor, "decide", () => desk.second(caseId, actor, ...rest)),
    close: (caseId, actor, ...rest) =>
      guarded(caseId, actor, "decide", () => desk.close(caseId, actor, ...rest)),
    reopen: (caseId, actor) => guarded(caseId, actor, "decide", () => desk.reopen(caseId, actor)),
  };
}

/** The same for decisions that are signed. */
export function guardSigner(signer: Signer, cases: CaseQueries, rightsOf: RightsOf): Signer {
  const refusal = (caseId: string, { actor }: Signatory) =>
    refusalOf(cases, rightsOf, caseId, actor, "decide");
  return {
    askToDecide: async (by, caseId, ...rest) =>
      refusal(caseId, by) ?? await signer.askToDecide(by, caseId, ...rest),
    decide: async (by, caseId, ...rest) =>
      refusal(caseId, by) ?? await signer.decide(by, caseId, ...rest),
    askToSecond: async (by, caseId, ...rest) =>
      refusal(caseId, by) ?? await signer.askToSecond(by, caseId, ...rest),
    second: async (by, caseId, ...rest) =>
      refusal(caseId, by) ?? await signer.second(by, caseId, ...rest),
  };
}

/** Jobs are registered by who may at the printer's site. */
export function guardJobs(jobs: JobSender, rightsOf: RightsOf): JobSender {
  return {
    send(actor, target, ...rest) {
      if (may(rightsOf(actor), "register", target.site)) return jobs.send(actor, target, ...rest);
      const issue = `Cannot register a job: no right to do so at '${target.site}'`;
      return Promise.resolve({ type: "refused", issue });
    },
  };
}

/** Changes are announced and taken back by who may act at their site. */
export function guardMaintenance(
  desk: MaintenanceDesk,
  siteOf: (windowId: string) => string | null,
  rightsOf: RightsOf,
): MaintenanceDesk {
  return {
    ...desk,
    async announce(actor, target, ...rest) {
      if (may(rightsOf(actor), "operate", target.site)) {
        return await desk.announce(actor, target, ...rest);
      }
      return refused(`Cannot announce a change: no right to do so at '${target.site}'`);
    },
    async end(actor, id) {
      const site = siteOf(id);
      const rights = rightsOf(actor);
      if (site !== null && may(rights, "operate", site)) return await desk.end(actor, id);
      return refused(
        site !== null && may(rights, "view", site)
          ? `Cannot end a maintenance window: no right to do so at '${site}'`
          : "No such announcement is known",
      );
    },
  };
}

/** A printer's trouble is taken on by who may act at its site; the rest is a person's own. */
export function guardSubscriptions(desk: SubscriptionDesk, rightsOf: RightsOf): SubscriptionDesk {
  return {
    ...desk,
    async acknowledgeTrouble(actor, address, troubleId) {
      if (may(rightsOf(actor), "operate", address.site)) {
        return await desk.acknowledgeTrouble(actor, address, troubleId);
      }
      return refused("This trouble is over already");
    },
  };
}
