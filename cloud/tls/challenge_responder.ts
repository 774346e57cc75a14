const PREFIX = "/.well-known/acme-challenge/";
const TOKEN = /^[A-Za-z0-9_-]{1,256}$/;

/** Answers to an authority's http-01 challenges (RFC 8555, 8.3), by token. */
export type Answers = Map<string, string>;

/**
 * What stands on port 80: answers to challenges, and the way to the console for everybody else.
 *
 * @param publicUrl where the console is
 */
export function challengeResponder(answers: Answers, publicUrl: string) {
  return (request: Request): Response => {
    const { pathname, search } = new URL(request.url);
    if (!pathname.startsWith(PREFIX)) {
      if (request.method !== "GET" && request.method !== "HEAD") {
        return new Response("This console speaks TLS only", { status: 426 });
      }
      const there = new URL(publicUrl);
      there.pathname = pathname;
      there.search = search;
      return Response.redirect(there, 308);
    }
    const token = pathname.slice(PREFIX.length);
    const answer = TOKEN.test(token) ? answers.get(token) : undefined;
    const headers = { "Content-Type": "application/octet-stream" };
    return answer === undefined
      ? new Response("No such challenge", { status: 404 })
      : new Response(answer, { headers });
  };
}
