import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import { issueServerCertificate, makeAuthority } from "./certificates.ts";
import type { BrokerSettings } from "./fleet.ts";
import { OWNER_ONLY, replaceFile, textOf } from "./owned_file.ts";

/** A certificate that ends within this time is renewed, ms. */
const RENEW_MS = 60 * 86_400_000;
/** The names by which a broker is reached from its own machine. */
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"];

/** Where nats-server finds its certificate, and clients the authority to pin. */
export interface BrokerCertificate {
  certFile: string;
  keyFile: string;
  /** Null: the certificate is one that the system trusts. */
  caFile: string | null;
}

/** Where the certificate of a site's broker lies. */
export function brokerCertificate(state: string, settings: BrokerSettings): BrokerCertificate {
  if (settings.given) return settings.given;
  const folder = join(state, "broker", "tls");
  return {
    certFile: join(folder, "server.pem"),
    keyFile: join(folder, "server.key"),
    caFile: join(folder, "ca.pem"),
  };
}

/**
 * Sees to it that the broker has a certificate for its names that holds for a while: of the site's
 * own authority, which is made here once, or a given one, which is looked at and left as it is.
 *
 * @throws {Error} in words if a given one can't serve
 */
export async function ensureCertificate(
  state: string,
  site: string,
  settings: BrokerSettings,
  now: Date,
): Promise<BrokerCertificate> {
  const files = brokerCertificate(state, settings);
  if (settings.given && settings.nodes.length > 0) {
    throw new Error("A cluster's members know each other by the site's own authority: --tls-own");
  }
  if (settings.given) {
    await checkGiven(files, settings.hosts, now);
    return files;
  }
  const authorityKeyFile = join(state, "keys", "authority.key");
  await Deno.mkdir(join(state, "broker", "tls"), { recursive: true });
  const members = settings.nodes.map(({ host }) => host);
  const hosts = [...new Set([...settings.hosts, ...members, ...LOCAL_HOSTS])];
  const caFile = files.caFile!;
  if (await textOf(caFile) === null) {
    const made = await makeAuthority(site, now);
    await replaceFile(authorityKeyFile, made.privateKeyPem, OWNER_ONLY);
    await replaceFile(caFile, made.certificatePem);
  }
  const authorityPem = await Deno.readTextFile(caFile);
  if (serves(await textOf(files.certFile), authorityPem, hosts, now)) return files;
  const privateKeyPem = await textOf(authorityKeyFile);
  if (privateKeyPem === null) {
    throw new Error(
      `Cannot renew the broker's certificate: the authority's key was required in ` +
        `'${authorityKeyFile}', got none; bring it back for this`,
    );
  }
  const authority = { certificatePem: authorityPem, privateKeyPem };
  const issued = await issueServerCertificate(authority, hosts, now);
  await replaceFile(files.keyFile, issued.privateKeyPem, OWNER_ONLY);
  await replaceFile(files.certFile, issued.certificatePem);
  return files;
}

/** Whether a certificate of this authority is there, for exactly these hosts, for long enough. */
function serves(
  pem: string | null,
  authorityPem: string,
  hosts: readonly string[],
  now: Date,
): boolean {
  if (pem === null) return false;
  const certificate = new X509Certificate(pem);
  const named = (certificate.subjectAltName ?? "").split(", ").length;
  return certificate.verify(new X509Certificate(authorityPem).publicKey) &&
    Date.parse(certificate.validTo) - now.getTime() > RENEW_MS &&
    named === hosts.length && hosts.every((host) => isFor(certificate, host));
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}

async function checkGiven(
  { certFile, keyFile, caFile }: BrokerCertificate,
  hosts: readonly string[],
  now: Date,
): Promise<void> {
  const required = (what: string, got: string) =>
    new Error(`Cannot take the given certificate: ${what} was required, got ${got}`);
  const read = async (file: string) => {
    const text = await textOf(file);
    if (text === null) throw required(`a readable file '${file}'`, "none");
    return text;
  };
  const certificate = parsed(await read(certFile), certFile);
  if (!isKeyOf(certificate, await read(keyFile))) {
    throw required(`its own private key in PEM in '${keyFile}'`, "something else");
  }
  if (caFile !== null) parsed(await read(caFile), caFile);
  if (Date.parse(certificate.validTo) < now.getTime()) {
    throw required("one in force", `one that ended ${certificate.validTo}`);
  }
  const missing = hosts.filter((host) => !isFor(certificate, host));
  if (missing.length > 0) {
    throw required(`one for ${missing.join(", ")}`, `one for ${certificate.subjectAltName}`);
  }
}

function isKeyOf(certificate: X509Certificate, pem: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(pem));
  } catch {
    return false;
  }
}

function parsed(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Error(
      `Cannot take the given certificate: a certificate in PEM was required in '${file}', ` +
        "got another text",
      { cause },
    );
  }
}
