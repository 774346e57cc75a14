import { z } from "zod";
import { Deviation } from "../../shared/deviation.ts";

const Cases = z.object({ cases: z.array(z.object({ id: z.string() })) });
const CaseView = z.object({
  about: z.object({
    id: z.string(),
    decisions: z.array(z.object({
      id: z.string(),
      outcome: z.object({ result: z.string(), detail: z.string() }).nullable(),
    })),
  }),
  deviations: z.array(Deviation),
});
export type CaseView = z.infer<typeof CaseView>;
const Printers = z.object({
  printers: z.array(z.object({ address: z.object({ printer: z.string() }), seenMs: z.number() })),
});
const Decided = z.object({ decisionId: z.string() });

/** The console's API, as any script may use it with a token. */
export class ConsoleClient {
  #url: string;
  #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async #call(path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Authorization": `Bearer ${this.#token}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`Cannot call ${path}: success was required, got ${response.status} ${text}`);
    }
    return JSON.parse(text);
  }

  /** Every case with its deviations. */
  async cases(): Promise<CaseView[]> {
    const { cases } = Cases.parse(await this.#call("/cases?state=all"));
    const views = await Promise.all(cases.map(({ id }) => this.#call(`/cases/${id}`)));
    return views.map((view) => CaseView.parse(view));
  }

  /** When a printer's guard was last heard of, ms since 1970; null: never. */
  async heardMs(printer: string): Promise<number | null> {
    const { printers } = Printers.parse(await this.#call("/printers"));
    return printers.find(({ address }) => address.printer === printer)?.seenMs ?? null;
  }

  async case(id: string): Promise<CaseView> {
    return CaseView.parse(await this.#call(`/cases/${id}`));
  }

  /** Decides as an expert would: a confirmed threat, and the print is to be paused, or stopped. */
  async decide(
    caseId: string,
    reason: string,
    response: "pause" | "stop" = "pause",
  ): Promise<string> {
    const wish = { determination: "threat-confirmed", response, reason };
    return Decided.parse(await this.#call(`/cases/${caseId}/decision`, wish)).decisionId;
  }
}
