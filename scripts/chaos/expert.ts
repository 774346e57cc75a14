import { z } from "zod";
import { type Random, seeded, seededId } from "../fabricate.ts";
import { wait } from "../../shared/wait.ts";

const Cases = z.object({ cases: z.array(z.object({ id: z.string(), state: z.string() })) });
const ANSWER_MS = 5_000;
const RETRY_MS = 300;

/** Somebody who decides cases through the console's API, whatever happens to it meanwhile. */
export interface Expert {
  /** Decisions that the aggregator has said yes to. */
  readonly decided: ReadonlySet<string>;
  /** Decides no further case; resolves once the last one is answered. */
  stop(): Promise<void>;
}

interface Wish {
  decisionId: string;
  determination: string;
  learn: { mode: string };
  response: string;
  reason: string;
}

/** Decides a case now and then; an answer that didn't come is asked for again with the same id. */
export function startExpert(url: string, token: string, seed: number, everyMs: number): Expert {
  const random = seeded(seed ^ 0x5eed);
  const decided = new Set<string>();
  let stopped = false;

  async function call(path: string, body?: unknown): Promise<Response | null> {
    try {
      return await fetch(`${url}/api/v1${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch {
      return null;
    }
  }

  async function openCase(): Promise<string | null> {
    const answer = await call("/cases?state=open&limit=20");
    if (!answer?.ok) {
      await answer?.body?.cancel();
      return null;
    }
    // The console may be killed in the middle of its answer.
    const said = await answer.json().catch(() => null);
    if (said === null) return null;
    const { cases } = Cases.parse(said);
    const undecided = cases.filter(({ state }) => state === "new" || state === "acknowledged");
    return undecided[Math.floor(random() * undecided.length)]?.id ?? null;
  }

  async function decide(caseId: string): Promise<void> {
    const wish = wishOf(random);
    while (true) {
      const answer = await call(`/cases/${caseId}/decision`, wish);
      await answer?.body?.cancel().catch(() => {});
      // Sent again, the same decision is either recorded now or was before; no answer says nothing.
      if (answer?.ok) decided.add(wish.decisionId);
      if (answer !== null && answer.status < 500) return;
      await wait(RETRY_MS);
    }
  }

  async function work(): Promise<void> {
    while (!stopped) {
      const caseId = await openCase();
      if (caseId !== null) await decide(caseId);
      await wait(everyMs);
    }
  }

  const working = work();
  return {
    decided,
    async stop() {
      stopped = true;
      await working;
    },
  };
}

function wishOf(random: Random): Wish {
  const benign = random() < 0.5;
  return {
    decisionId: seededId(random),
    determination: benign ? "expected" : "threat-confirmed",
    learn: { mode: benign && random() < 0.5 ? "yes" : "no" },
    response: benign ? "none" : "pause",
    reason: "Decided in the midst of it all",
  };
}
