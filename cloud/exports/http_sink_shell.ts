import { type Delivery, type Sink, unreachable } from "./sink.ts";

const TIMEOUT_MS = 10_000;
/** Answers that say that this very message will never do. */
const NEVER = new Set([400, 413, 422]);
const ANSWER_CHARS = 200;

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
        const said = (await answer.text()).slice(0, ANSWER_CHARS);
        if (answer.ok) return { type: "taken" };
        const issue = `${action}: an answer 2xx was required, got ${answer.status} ${said}`;
        return { type: NEVER.has(answer.status) ? "rejected" : "unreachable", issue };
      } catch (error) {
        return unreachable(action, error);
      }
    },
    close: () => Promise.resolve(),
  };
}
