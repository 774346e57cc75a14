import type { Aggregator } from "../../../cloud/aggregator.ts";
import { cookieOf, type Visitor, visitor } from "../console/http_fixture.ts";
import { type Authenticator, makeAuthenticator } from "../../authenticator.ts";

/** Where browsers give out passkeys without TLS. */
export const ORIGIN = "http://localhost";

/** Somebody at a browser that sends JSON from the console's own pages. */
export async function postJson(
  aggregator: Aggregator,
  path: string,
  body: unknown,
  cookie = "",
  headers: Record<string, string> = {},
) {
  const response = await aggregator.request(ORIGIN + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: ORIGIN, Cookie: cookie, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => null);
  return { status: response.status, answer, cookie: cookieOf(response), response };
}

/** Joins by an invitation with a passkey; the visitor speaks to `localhost`. */
export async function joinWithPasskey(
  aggregator: Aggregator,
  credential: string,
  name: string,
  key?: Authenticator,
): Promise<{ key: Authenticator; cookie: string; visitor: Visitor }> {
  const made = key ?? await makeAuthenticator(ORIGIN);
  const begun = await postJson(aggregator, "/passkey/join/begin", { credential, name });
  if (begun.status !== 200) throw new Error(`Cannot join: ${JSON.stringify(begun.answer)}`);
  const { challengeId, options } = begun.answer;
  const body = { credential, challengeId, answer: await made.create(options) };
  const done = await postJson(aggregator, "/passkey/join/finish", body);
  if (done.status !== 200) throw new Error(`Cannot join: ${JSON.stringify(done.answer)}`);
  return { key: made, cookie: done.cookie, visitor: visitor(aggregator, done.cookie) };
}

/** Signs in with a passkey; gives the answer of the last step. */
export async function signInWith(
  aggregator: Aggregator,
  key: Authenticator,
  bend: Parameters<Authenticator["get"]>[1] = {},
) {
  const { answer } = await postJson(aggregator, "/passkey/sign-in/begin", {});
  const body = {
    challengeId: answer.challengeId,
    answer: await key.get(answer.options, bend),
    next: "/printers",
  };
  return { ...await postJson(aggregator, "/passkey/sign-in/finish", body), body };
}
