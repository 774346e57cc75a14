import { X509Certificate } from "node:crypto";
import { createConnection, isIP } from "node:net";
import { brokerServers } from "./broker_servers.ts";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import { reasonOf } from "./reason.ts";

const PROBE_MS = 5_000;

/** What a client asks of its broker's certificate, as the NATS client hands it to `node:tls`. */
export interface BrokerTls {
  caFile?: string;
  checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined;
}

/**
 * How a broker is reached: encrypted as soon as its address says so or an authority is pinned, and
 * then never otherwise. Nothing for an address without either.
 *
 * Of a cluster's members each may show a certificate for any of the names that are asked for.
 *
 * @param caFile the one authority whose certificates count; null for those that the system trusts
 */
export function brokerTls(url: string, caFile: string | null): BrokerTls | undefined {
  if (!url.startsWith("tls://") && caFile === null) return undefined;
  const own = brokerServers(url).map(hostOf);
  return {
    ...(caFile === null ? {} : { caFile }),
    // Under Deno an address without a name is checked as 'localhost': it has to be its own.
    checkServerIdentity(host, certificate) {
      const names = own.length === 1 && !isIP(own[0]!) ? [host] : own;
      const issues = names.map((name) => checkServerIdentity(name, certificate));
      return issues.includes(undefined) ? undefined : issues[0];
    },
  };
}

/**
 * Why a broker's certificate isn't taken, in words: the runtime calls an expired one, one of another
 * authority and one that isn't in force yet by the same name. Null if it isn't the certificate.
 *
 * @param error what connecting failed with
 * @param nowMs this machine's clock, ms since 1970
 */
export async function certificateIssue(
  url: string,
  caFile: string | null,
  error: unknown,
  nowMs: number,
): Promise<string | null> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "SERVER_OPT_NA") return "a broker that encrypts was required, got one in the clear";
  if (!/CERT|VERIFY|TLS/.test(code)) return null;
  for (const server of brokerServers(url)) {
    const shown = await shownCertificate(server).catch(() => null);
    const issue = shown && wrongWith(shown, await authority(caFile), hostOf(server), nowMs);
    if (issue) return issue;
  }
  return null;
}

/** The first thing that is wrong with a certificate. */
function wrongWith(
  shown: X509Certificate,
  pinned: X509Certificate | string | null,
  host: string,
  nowMs: number,
): string | null {
  const now = new Date(nowMs).toISOString();
  if (typeof pinned === "string") return pinned;
  if (pinned && pinned.subject !== shown.issuer || pinned && !shown.verify(pinned.publicKey)) {
    return `a certificate of the pinned authority '${pinned.subject}' (${digestOf(pinned)}) was ` +
      `required, got one of '${shown.issuer}': this is another broker, or its authority was made anew`;
  }
  if (Date.parse(shown.validTo) < nowMs) {
    return `a certificate in force at ${now} was required, got one that ended ${shown.validTo}; ` +
      "'deno task cloud provision' renews it";
  }
  if (Date.parse(shown.validFrom) > nowMs) {
    return `a certificate in force at ${now} was required, got one from ${shown.validFrom} on; ` +
      "this machine's clock may be wrong";
  }
  const named = isIP(host) ? shown.checkIP(host) : shown.checkHost(host);
  if (!named) {
    return `a certificate for '${host}' was required, got one for ${shown.subjectAltName}; ` +
      `'deno task cloud provision --host ${host}' adds a name`;
  }
  if (!pinned) return `no authority is pinned, and the system doesn't know '${shown.issuer}'`;
  return null;
}

function digestOf(certificate: X509Certificate): string {
  return `SHA-256 ${certificate.fingerprint256.replaceAll(":", "").slice(0, 16).toLowerCase()}…`;
}

async function authority(caFile: string | null): Promise<X509Certificate | string | null> {
  if (caFile === null) return null;
  try {
    return new X509Certificate(await Deno.readTextFile(caFile));
  } catch (error) {
    const reason = reasonOf(error);
    return `a readable certificate authority was required in '${caFile}', got: ${reason}`;
  }
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Looks at a broker's certificate without believing it; nothing is said over this connection. */
function shownCertificate(url: string): Promise<X509Certificate> {
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate>();
  const socket = createConnection(Number(new URL(url).port || 4222), hostOf(url));
  const timer = setTimeout(() => reject(new Error("no answer")), PROBE_MS);
  socket.on("error", reject);
  // The broker tells of itself in the clear, and encrypts from there on.
  socket.once("data", () => {
    socket.removeAllListeners();
    const secure = connect({ socket, rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(secure.getPeerCertificate().raw));
    });
    secure.on("error", reject);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
