import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";

/** One decision that a response is for. */
export const Cause = z.strictObject({
  decisionId: Uuid.nullable(),
  deviationIds: z.array(Uuid),
});
export type Cause = z.infer<typeof Cause>;

/** Decisions that one response is for; what comes beyond counts as the last one's. */
export const CAUSES_MAX = 16;

/** The causes as a response's record keeps them: the first one hears what becomes of it. */
export interface Causes {
  decisionId: string | null;
  deviationIds: string[];
  also?: Cause[];
}

/** All that a response is for [pure]; none once every decision was taken back. */
export function causesOf({ decisionId, deviationIds, also = [] }: Causes): Cause[] {
  return deviationIds.length === 0 ? [] : [{ decisionId, deviationIds }, ...also];
}

/** As a record keeps them [pure]. */
export function kept(causes: readonly Cause[]): Causes {
  const [first = { decisionId: null, deviationIds: [] }, ...also] = causes;
  return also.length > 0 ? { ...first, also } : { ...first };
}

/** With one more [pure]; the same decision counts once. */
export function withCause(causes: readonly Cause[], cause: Cause): Cause[] {
  if (causes.some(({ decisionId }) => decisionId === cause.decisionId)) return [...causes];
  if (causes.length < CAUSES_MAX) return [...causes, cause];
  const last = causes.at(-1)!;
  const deviationIds = [...new Set([...last.deviationIds, ...cause.deviationIds])];
  return [...causes.slice(0, -1), { ...last, deviationIds }];
}

/** Those that none of these deviations belongs to [pure]. */
export function causesWithout(causes: readonly Cause[], deviationIds: readonly string[]): Cause[] {
  const gone = new Set(deviationIds);
  return causes.filter((cause) => !cause.deviationIds.some((id) => gone.has(id)));
}
