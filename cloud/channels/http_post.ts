import type { Sent } from "../subscriptions/outgoing.ts";

/** No receiver is waited for longer. */
const TIMEOUT_MS = 10_000;

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
  /** Answers that say that no later try will ever succeed. */
  gone: readonly number[];
}

/** Sends one HTTP request and says what became of it; redirects are never followed. */
export async function post({ url, headers, body, gone }: Post): Promise<Sent> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    return { type: "failed", detail: `No answer: ${reasonOf(error)}` };
  }
  await response.body?.cancel().catch(() => {});
  const detail = `${response.status} ${response.statusText}`.trim();
  if (response.ok) return { type: "delivered", detail };
  if (response.status >= 300 && response.status < 400) {
    return { type: "failed", detail: `${detail}: redirects are not followed` };
  }
  return { type: gone.includes(response.status) ? "refused" : "failed", detail };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `none within ${TIMEOUT_MS / 1000} s`;
  return error.message.slice(0, 200);
}
