import { createPrivateKey, X509Certificate } from "node:crypto";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";

/** A certificate with its chain, and its private key, both PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** What a certificate says of itself. */
export interface CertificateFacts {
  validUntilMs: number;
}

/** Reads a certificate and checks that the key is its own: half a renewal must not be served. */
export function readCertificate({ cert, key }: Certificate): Result<CertificateFacts> {
  try {
    const leaf = new X509Certificate(cert);
    if (!leaf.checkPrivateKey(createPrivateKey(key))) {
      return refused("Cannot use a certificate: its own key was required, got another's");
    }
    return { ok: true, value: { validUntilMs: Date.parse(leaf.validTo) } };
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot use a certificate: PEM of it and its key was required: ${reason}`);
  }
}
