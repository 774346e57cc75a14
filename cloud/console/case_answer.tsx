import type { Case } from "../cases/case.ts";
import { isVouched } from "../decisions/prover_shell.ts";
import { z } from "zod";
import { atSite } from "../auth/identify.ts";
import { CasePage } from "./case_page.tsx";
import { type Ctx, frameOf, page, type Parts, printerLabels } from "./context.ts";
import type { Typed } from "./decision_form.tsx";
import { happeningsAround } from "./happenings.ts";
import { MessagePage } from "./message_pages.tsx";

/** The page of one case, as it is now, with what was refused and typed before. */
export async function casePage(
  c: Ctx,
  parts: Parts,
  id: string,
  status: 200 | 403 | 404 | 409 | 415 | 422,
  refusal: string | null,
  typed: Typed,
): Promise<Response> {
  const here = frameOf(c, parts);
  const view = z.uuid().safeParse(id).success ? parts.model.cases.view(id) : null;
  if (!view) {
    const text = "No case has that address. Cases are never deleted, so the link must be wrong.";
    return page(c, <MessagePage frame={here} title="No such case" text={text} />, 404);
  }
  const identity = here.identity && atSite(here.identity, view.about.address.site);
  const frame = { ...here, identity };
  const { cases } = parts.model;
  const personId = frame.identity?.actor.id ?? "";
  const lead = view.deviations.find((one) => one.id === view.about.leadDeviationId);
  const seenAt = new Date(lead?.times.wallTime ?? view.about.openedAt).toISOString();
  const happenings = happeningsAround(
    parts.model.printers,
    view.about.address,
    Date.parse(seenAt),
  );
  const waiting = cases.list({ state: "new", after: null, limit: 2 }, personId);
  return await page(
    c,
    <CasePage
      frame={frame}
      view={view}
      labels={printerLabels(parts)}
      happenings={happenings}
      context={cases.context(view.about, seenAt)}
      unreviewed={cases.isUnreviewed(id, personId)}
      next={waiting.find((row) => row.id !== id) ?? null}
      refusal={refusal}
      typed={typed}
      decisionId={crypto.randomUUID()}
      commentId={crypto.randomUUID()}
      nowMs={parts.now().getTime()}
      vouched={vouchedOf(parts, view.about)}
    />,
    status,
  );
}

/** The passkeys behind a case's decisions for which a root key vouches. */
function vouchedOf(parts: Parts, about: Case): Set<string> {
  const ids = about.decisions.flatMap(({ agreements }) =>
    agreements.flatMap(({ confirmation }) => confirmation?.credentialId ?? [])
  );
  return new Set(ids.filter((id) => isVouched(parts.model.auth, id, parts.now())));
}
