import type { Aggregator } from "../../../cloud/aggregator.ts";

export const PASSWORD = "correct horse battery staple";
export const BASE = "http://127.0.0.1";

export interface Visitor {
  cookie: string;
  get(path: string): Promise<Response>;
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<
    Response
  >;
}

/** Somebody at a browser: no port, the requests go into the program directly. */
export function visitor(aggregator: Aggregator, cookie = ""): Visitor {
  const base = { "Cookie": cookie, "User-Agent": "Firefox/140.0 (X11; Linux x86_64)" };
  return {
    cookie,
    get: async (path) => await aggregator.request(BASE + path, { headers: base }),
    post: async (path, form, headers = {}) =>
      await aggregator.request(BASE + path, {
        method: "POST",
        headers: { ...base, Origin: BASE, ...headers },
        body: new URLSearchParams(form),
      }),
  };
}

/** The cookie that an answer sets, as a browser would send it back. */
export function cookieOf(response: Response): string {
  return /^[^=]+=[^;]+/.exec(response.headers.get("Set-Cookie") ?? "")?.[0] ?? "";
}

/** Joins by an invitation and gives the browser that is signed in. */
export async function join(
  aggregator: Aggregator,
  credential: string,
  name: string,
): Promise<Visitor> {
  const form = { credential, name, password: PASSWORD, again: PASSWORD };
  const response = await visitor(aggregator).post("/join", form);
  if (response.status !== 303) throw new Error(`Cannot join: ${await response.text()}`);
  return visitor(aggregator, cookieOf(response));
}

/** The value of a hidden field of a page. */
export function field(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
}
