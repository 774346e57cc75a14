/** A real OpenID Connect provider on loopback, and a browser that walks through its pages. */
import { createServer } from "node:http";
import Provider from "oidc-provider";

export const CLIENT_ID = "printwarden";
export const CLIENT_SECRET = "a client's secret of some length";

export interface IdentityProvider {
  issuer: string;
  /** What it says of each account from now on. */
  claims: Map<string, Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts a provider that knows whoever `claims` names; each signs in by that name. */
export async function startIdentityProvider(redirectUris: string[]): Promise<IdentityProvider> {
  const claims = new Map<string, Record<string, unknown>>();
  const server = createServer((request, response) => callback(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: redirectUris,
      grant_types: ["authorization_code"],
      response_types: ["code"],
    }],
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...claims.get(id) }),
    }),
    cookies: { keys: ["for this test alone"] },
    features: { devInteractions: { enabled: true } },
  });
  const callback = provider.callback();
  return {
    issuer,
    claims,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Follows the provider's redirects and fills in its two forms, as the account named.
 *
 * @returns the address on the console that it sends the browser back to
 */
export async function signInAt(
  url: string,
  account: string,
  consoleOrigin: string,
): Promise<string> {
  const jar = new Map<string, string>();
  let next: { url: string; form?: URLSearchParams } = { url };
  for (let hop = 0; hop < 20; hop++) {
    if (new URL(next.url).origin === consoleOrigin) return next.url;
    const response = await fetch(next.url, {
      method: next.form ? "POST" : "GET",
      body: next.form,
      redirect: "manual",
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", ...value] = cookie.split(";")[0]!.split("=");
      jar.set(name, value.join("="));
    }
    const html = await response.text();
    const location = response.headers.get("Location");
    if (location) next = { url: new URL(location, next.url).href };
    else next = { url: new URL(actionOf(html), next.url).href, form: formOf(html, account) };
  }
  throw new Error("Cannot sign in at the provider: an end was required within 20 steps");
}

const actionOf = (html: string) => /action="([^"]+)"/.exec(html)?.[1] ?? "";

function formOf(html: string, account: string): URLSearchParams {
  const prompt = /name="prompt" value="([^"]+)"/.exec(html)?.[1] ?? "";
  return new URLSearchParams(
    prompt === "login" ? { prompt, login: account, password: "x" } : { prompt },
  );
}
