import { type CaseDecision, peopleMissing } from "../cases/case.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";
import type { PageFrame } from "./page_frame.ts";
import { visible } from "./words.ts";

/**
 * Whose key stands behind a decision.
 *
 * @param vouched the credential ids for which a root key vouches
 */
export function SignedBy(
  { decision, vouched }: { decision: CaseDecision; vouched: ReadonlySet<string> },
) {
  const own = decision.agreements.filter((one) => one.confirmation !== null);
  const names = decision.agreements.map((one) => visible(one.by.name)).join(" and ");
  const known = own.every((one) => vouched.has(one.confirmation?.credentialId ?? ""));
  return (
    <p class="note signed-by">
      {own.length < decision.agreements.length
        ? "Signed by this site's key alone, without an expert's own passkey"
        : `Confirmed with ${names}'s own passkey${
          known ? "" : ", for which nobody has vouched: printers go by this site's key"
        }`}
    </p>
  );
}

interface AgreeFormProps {
  view: CaseView;
  decision: CaseDecision;
  frame: PageFrame;
}

/** What a decision that two people must stand behind still waits for. */
export function AgreeForm({ view, decision, frame }: AgreeFormProps) {
  const missing = peopleMissing(decision);
  if (missing === 0 || decision.outcome !== null) return null;
  const own = decision.agreements.some((one) => one.by.id === frame.identity?.actor.id);
  const may = frame.identity?.mayDecide && !own && view.about.state === "decided";
  return (
    <form method="post" action={`/cases/${view.about.id}/second`} class="decide">
      <p class="note" role="status">
        {missing === 1 ? "A second person must agree" : "Two people must agree"}
        {" before the printer hears of this."}
      </p>
      {may && (
        <>
          <input type="hidden" name="seen" value={String(view.lastSequence)} />
          <input type="hidden" name="decisionId" value={decision.id} />
          <button type="submit" class="primary">Review and agree</button>
        </>
      )}
    </form>
  );
}
