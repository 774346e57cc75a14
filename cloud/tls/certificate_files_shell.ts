import { getLogger } from "@logtape/logtape";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { type Certificate, readCertificate } from "./certificate.ts";

const LOOK_MS = 10_000;

/** Where a certificate comes from, and word of each new one. */
export interface CertificateSource {
  current: Certificate;
  /** @param changed called with each certificate that takes the place of the one before */
  follow(changed: (next: Certificate) => Promise<void>, signal: AbortSignal): void;
}

/** Reads both files; they must be there and belong together. */
export async function readFiles(certFile: string, keyFile: string): Promise<Result<Certificate>> {
  try {
    const [cert, key] = await Promise.all([
      Deno.readTextFile(certFile),
      Deno.readTextFile(keyFile),
    ]);
    const checked = readCertificate({ cert, key });
    return checked.ok ? { ok: true, value: { cert, key } } : checked;
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot read a certificate: '${certFile}' and '${keyFile}' required: ${reason}`);
  }
}

/**
 * A certificate in files that somebody else renews. They are looked at every ten seconds, since a
 * renewal may replace a link, a file or a mounted folder; what doesn't hold is told once and left
 * alone, and the certificate before it stays.
 */
export async function certificateFiles(
  certFile: string,
  keyFile: string,
  lookMs = LOOK_MS,
): Promise<Result<CertificateSource>> {
  const logger = getLogger(["printwarden", "tls"]);
  const first = await readFiles(certFile, keyFile);
  if (!first.ok) return first;
  let current = first.value;
  let told = "";

  async function look(changed: (next: Certificate) => Promise<void>): Promise<void> {
    const read = await readFiles(certFile, keyFile);
    if (!read.ok) {
      if (read.issue !== told) {
        logger.error("The certificate stays: {issue}", { issue: read.issue });
      }
      told = read.issue;
      return;
    }
    told = "";
    if (read.value.cert === current.cert && read.value.key === current.key) return;
    current = read.value;
    logger.info("The certificate in {certFile} has changed", { certFile });
    await changed(current);
  }

  return {
    ok: true,
    value: {
      get current() {
        return current;
      },
      follow(changed, signal) {
        let busy = false;
        const timer = setInterval(() => {
          if (busy) return;
          busy = true;
          look(changed).finally(() => busy = false);
        }, lookMs);
        signal.addEventListener("abort", () => clearInterval(timer), { once: true });
      },
    },
  };
}
