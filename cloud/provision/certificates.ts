import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { isIP } from "node:net";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** How long a broker's certificate holds, days. */
const SERVER_DAYS = 397;
/** Clocks of devices may be a little behind. */
const BEFORE_MS = 3_600_000;

/** A certificate and its private key, as PEM. */
export interface KeptCertificate {
  certificatePem: string;
  privateKeyPem: string;
}

/** Makes a site's own certificate authority (RFC 5280): it vouches for its brokers and nobody else. */
export async function makeAuthority(site: string, now: Date): Promise<KeptCertificate> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`Printwarden site ${site}`] }],
    keys,
    notBefore: new Date(now.getTime() - BEFORE_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return await kept(certificate, keys);
}

/**
 * Issues a broker's certificate.
 *
 * @param hosts names and addresses that clients reach it by
 * @param days how long it holds
 */
export async function issueServerCertificate(
  authority: KeptCertificate,
  hosts: readonly string[],
  now: Date,
  days = SERVER_DAYS,
): Promise<KeptCertificate> {
  const issuer = new X509Certificate(authority.certificatePem);
  const keys = await makeKeys();
  const names = hosts.map((value) => ({
    type: isIP(value) ? "ip" as const : "dns" as const,
    value,
  }));
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: ["Printwarden broker"] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now.getTime() - BEFORE_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: await readPrivateKey(authority.privateKeyPem),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      // The members of a cluster are each other's clients.
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension(names),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return await kept(certificate, keys);
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function kept(certificate: X509Certificate, keys: CryptoKeyPair): Promise<KeptCertificate> {
  const privateKey = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificatePem: certificate.toString("pem") + "\n",
    privateKeyPem: PemConverter.encode(privateKey, "PRIVATE KEY") + "\n",
  };
}

function readPrivateKey(pem: string): Promise<CryptoKey> {
  const [bytes] = PemConverter.decode(pem);
  return crypto.subtle.importKey("pkcs8", bytes!, ALGORITHM, false, ["sign"]);
}
