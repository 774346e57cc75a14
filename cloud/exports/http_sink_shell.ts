import { type Delivery, type Sink, unreachable } from "./sink.ts";

const TIMEOUT_MS = 10_000;
/** Answers that say that this very message will never do. */
const NEVER = new Set([400, 413, 422]);
const ANSWER_BYTES = 200;

/** A receiver that takes one message a POST; an `Idempotency-Key` names it when it is repeated. */
export function httpSink(url: string, mediaType: string, authorization: string | null): Sink {
  const action = `Cannot post to ${new URL(url).origin}`;
  return {
    async send(text, id): Promise<Delivery> {
      try {
        const answer = await fetch(url, {
          method: "POST",
          redirect: "manual",
          headers: {
            "Content-Type": mediaType,
            "Idempotency-Key": id,
            ...(authorization === null ? {} : { Authorization: authorization }),
          },
          body: text,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (answer.ok) {
          await answer.body?.cancel();
          return { type: "taken" };
        }
        const said = await beginningOf(answer);
        const issue = `${action}: an answer 2xx was required, got ${answer.status} ${said}`;
        return { type: NEVER.has(answer.status) ? "rejected" : "unreachable", issue };
      } catch (error) {
        return unreachable(action, error);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** What a receiver says first; the rest of it, which may have no end, is left unread. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let left = ANSWER_BYTES;
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left <= 0) break;
  }
  return text;
}
