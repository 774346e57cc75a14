/** For whom passkeys are made: a name, and the one place whose pages may ask for them. */
export interface RelyingParty {
  /** The host's name (WebAuthn's relying party id). */
  id: string;
  /** Scheme, name and port. */
  origin: string;
}

/**
 * The relying party that a request speaks to; null where browsers give out no passkeys: behind a
 * bare address, without TLS, or under another name than the stated one.
 *
 * @param url the address that the browser asked for
 * @param publicUrl how browsers reach the console, if that is configured
 */
export function relyingParty(url: string, publicUrl: string | null): RelyingParty | null {
  const asked = new URL(url);
  const stated = publicUrl === null ? null : new URL(publicUrl);
  if (stated && !isLiteral(stated.hostname) && secure(stated)) {
    // Behind a proxy the request comes without TLS, by the stated name.
    return asked.hostname === stated.hostname
      ? { id: stated.hostname, origin: stated.origin }
      : null;
  }
  return asked.hostname === "localhost" ? { id: "localhost", origin: asked.origin } : null;
}

function isLiteral(hostname: string): boolean {
  return hostname.startsWith("[") || /^[0-9.]+$/.test(hostname);
}

function secure(url: URL): boolean {
  return url.protocol === "https:" || url.hostname === "localhost";
}
