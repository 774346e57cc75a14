import { Notice } from "../../cloud/channels/notice.ts";
import { caseIdOfKey } from "../../cloud/subscriptions/occasion.ts";

/** A receiver of alerts that remembers which occasion came under which key. */
export interface AlertReceiver {
  url: string;
  /** Keys of alerts by the occasion that they tell of. */
  told: Map<string, Set<string>>;
  /** When a case was first told of. */
  cases: Map<string, number>;
  /** Messages that came once more under their own key. */
  repeated(): number;
  close(): Promise<void>;
}

/** Starts one on a free port of loopback. */
export function startReceiver(): AlertReceiver {
  const told = new Map<string, Set<string>>();
  const cases = new Map<string, number>();
  const keys = new Map<string, number>();
  const handle = async (request: Request) => {
    const key = request.headers.get("webhook-id") ?? "";
    const said = Notice.parse(await request.json());
    keys.set(key, (keys.get(key) ?? 0) + 1);
    for (const { key: occasion } of said.about) {
      told.set(occasion, (told.get(occasion) ?? new Set()).add(key));
      const caseId = caseIdOfKey(occasion) ?? "";
      if (!cases.has(caseId)) cases.set(caseId, performance.now());
    }
    return new Response("thanks");
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    told,
    cases,
    repeated: () => [...keys.values()].reduce((sum, times) => sum + times - 1, 0),
    close: () => server.shutdown(),
  };
}
