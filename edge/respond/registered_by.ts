import type { JobOrder } from "../../shared/job_order.ts";
import { readRegistration } from "../../shared/registrar.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { ExpertTrust } from "./trust.ts";

/** Who registered a job, and in which words the reply says so. */
export interface Registrar {
  name: string;
  said: string;
}

/**
 * Whom a job is from. Who signed it with a key that a pinned root vouches for is believed by name;
 * else the aggregator's word stands, unless this device asks for such a signature. One that is there
 * and doesn't hold is refused in any case: somebody changed something on the way.
 *
 * @param registration what the order carried beside the aggregator's signature; empty if nothing
 * @param nowMs this device's wall time, ms since 1970
 */
export async function registeredBy(
  order: JobOrder,
  registration: string,
  { roots, jobsSigned = false }: ExpertTrust,
  nowMs: number,
): Promise<Result<Registrar>> {
  if (registration === "" && !jobsSigned) {
    const name = order.by ?? "";
    return { ok: true, value: { name, said: name || "somebody unnamed" } };
  }
  const read = registration === ""
    ? refused("a registrar's own signature was required, got none")
    : await readRegistration(registration, order, roots, nowMs);
  if (!read.ok) return refused(`Cannot register the job: ${read.issue}`);
  return { ok: true, value: { name: read.value, said: `${read.value}, by their own key` } };
}
