import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { acmeCertificate } from "./acme_shell.ts";
import { certificateFiles, type CertificateSource } from "./certificate_files_shell.ts";
import { ConfigError } from "./tls_config.ts";

/**
 * Where the console's certificate comes from; null where somebody else brings TLS, or nobody leaves
 * this host.
 *
 * @throws {ConfigError} if the files hold none
 */
export async function certificateSource(
  { console, state }: Config,
  now: () => Date,
  signal: AbortSignal,
): Promise<CertificateSource | null> {
  const { tls, acme, publicUrl } = console;
  if (tls) {
    const files = await certificateFiles(
      resolve(state, tls.certFile),
      resolve(state, tls.keyFile),
    );
    if (!files.ok) throw new ConfigError(files.issue);
    return files.value;
  }
  if (!acme || publicUrl === null) return null;
  const nowMs = () => now().getTime();
  return await acmeCertificate({ config: acme, state, publicUrl, signal, nowMs });
}
