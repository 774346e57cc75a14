import { wait } from "../../shared/wait.ts";
import { type Cluster, REPLICAS } from "./site.ts";

/** How experts' decisions on the same case at once ended. */
export interface Races {
  /** Both answered: one won, the other was told. */
  clear: number;
  /** Both were told that they won. */
  split: number;
  /** Somebody got no answer for two minutes, or one that says that the console couldn't. */
  unclear: number;
  /** Cases that were decided on. */
  cases: Set<string>;
  /** Two experts decide a case at two consoles, by what both saw. */
  run(caseId: string, seen: number): Promise<void>;
}

const ANSWER_MS = 15_000;
/** Whoever gets no answer sends the same decision again, as the console says, for so long. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 500;
const ANSWERS = new Set([200, 409, 422]);

/** Lets two experts decide against each other. */
export function races({ urls }: Cluster, tokens: readonly [string, string]): Races {
  async function decide(at: number, caseId: string, seen: number): Promise<number> {
    const body = JSON.stringify({
      seen,
      decisionId: crypto.randomUUID(),
      determination: at === 0 ? "threat-confirmed" : "expected",
      reason: at === 0 ? "It was me who saw it" : "We did this ourselves",
    });
    const endMs = performance.now() + PATIENCE_MS;
    while (true) {
      const status = await send(at, caseId, body);
      if (ANSWERS.has(status) || performance.now() > endMs) return status;
      await wait(PAUSE_MS);
    }
  }

  /** What the console answers; 0 if nothing. */
  async function send(at: number, caseId: string, body: string): Promise<number> {
    try {
      const answer = await fetch(`${urls[REPLICAS[at]!]}/api/v1/cases/${caseId}/decision`, {
        method: "POST",
        headers: { "Authorization": `Bearer ${tokens[at]}`, "Content-Type": "application/json" },
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return 0;
    }
  }

  const all: Races = {
    clear: 0,
    split: 0,
    unclear: 0,
    cases: new Set(),
    async run(caseId, seen) {
      all.cases.add(caseId);
      const said = await Promise.all([decide(0, caseId, seen), decide(1, caseId, seen)]);
      const won = said.filter((status) => status === 200).length;
      const told = said.filter((status) => status === 409 || status === 422).length;
      if (won === 2) all.split++;
      else if (won === 1 && told === 1) all.clear++;
      else all.unclear++;
    },
  };
  return all;
}
