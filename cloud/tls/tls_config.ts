import { z } from "zod";

const File = z.string().min(1).max(1000);

/** A certificate that somebody else looks after; both files are read again when they change. */
export const CertificateFiles = z.strictObject({
  /** PEM, the leaf first, then whatever leads to the authority; seen from the state folder. */
  certFile: File,
  keyFile: File,
});
export type CertificateFiles = z.infer<typeof CertificateFiles>;

const DAY = 86_400;

/** A certificate that the aggregator asks an authority for and renews (ACME, RFC 8555). */
export const AcmeConfig = z.strictObject({
  directoryUrl: z.url({ protocol: /^https$/ })
    .default("https://acme-v02.api.letsencrypt.org/directory"),
  /** Names on the certificate; by default the one of console.publicUrl. */
  domains: z.array(z.string().min(1).max(253).regex(/^[A-Za-z0-9.-]+$/)).max(20).default([]),
  /** Whom the authority may write to. */
  contact: z.email().max(254),
  /** That you agree to the authority's terms, which you have read. */
  termsAgreed: z.literal(true),
  /** Where the authority finds the answer to its challenge: it asks for port 80. */
  httpHostname: z.string().min(1).max(253).default("0.0.0.0"),
  httpPort: z.int().min(1).max(65_535).default(80),
  renewBeforeS: z.int().min(3600).max(89 * DAY).default(30 * DAY),
  /** PEM of the authority behind the directory itself, where the system doesn't know it. */
  caFile: File.optional(),
});
export type AcmeConfig = z.infer<typeof AcmeConfig>;

/** A configuration that can't be followed. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

export interface TlsSettings {
  hostname: string;
  publicUrl: string | null;
  tls: CertificateFiles | null;
  acme: AcmeConfig | null;
  proxied: boolean;
}

function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127\./.test(hostname);
}

/** Why the console may not be served like that, or null. Plain HTTP never leaves this host. */
export function tlsIssue({ hostname, publicUrl, tls, acme, proxied }: TlsSettings): string | null {
  const cannot = "Cannot serve the console:";
  if (tls && acme) return `${cannot} either console.tls or console.acme was required, got both`;
  if ((tls || acme) && proxied) {
    return `${cannot} console.proxied was set, and a certificate too: who brings TLS?`;
  }
  const byTls = publicUrl?.startsWith("https:") ?? false;
  if ((tls || acme || proxied) && !byTls) {
    return `${cannot} console.publicUrl with https was required, got ${publicUrl ?? "none"}`;
  }
  if (byTls && !tls && !acme && !proxied) {
    return `${cannot} console.publicUrl says https: console.tls, console.acme, or ` +
      "console.proxied = true where a proxy brings it, was required";
  }
  if (!tls && !acme && !proxied && !isLoopbackHost(hostname)) {
    return `${cannot} console.tls, console.acme or console.proxied was required beyond ` +
      `loopback, got plain HTTP on '${hostname}'`;
  }
  return null;
}
