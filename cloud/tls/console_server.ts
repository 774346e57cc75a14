import { getLogger } from "@logtape/logtape";
import { wait } from "../../shared/wait.ts";
import type { Certificate } from "./certificate.ts";
import type { CertificateSource } from "./certificate_files_shell.ts";

const REOPEN_MS_MAX = 5_000;
const REOPEN_STEP_MS = 2;

/** The listening console. */
export interface ConsoleServer {
  port: number;
  close(): Promise<void>;
}

type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/**
 * Serves the console, by TLS if there is a certificate. A new certificate opens the port anew: what
 * is under way on the old one, open live streams too, goes on until it ends; in between the port is
 * shut for a few milliseconds, since Deno can't yet change the certificate of an open one.
 */
export function serveConsole(
  hostname: string,
  port: number,
  source: CertificateSource | null,
  handler: Handler,
  signal: AbortSignal,
): ConsoleServer {
  const logger = getLogger(["printwarden", "tls"]);
  const open = (at: number, certificate: Certificate | null) =>
    Deno.serve({ hostname, port: at, onListen: () => {}, ...certificate }, handler);
  let server = open(port, source?.current ?? null);
  const taken = server.addr.port;
  const draining = new Set<Promise<void>>();

  async function change(next: Certificate): Promise<void> {
    if (signal.aborted) return;
    const old = server.shutdown();
    draining.add(old);
    old.finally(() => draining.delete(old));
    server = await reopen(() => open(taken, next));
    logger.info("The console uses its new certificate");
  }

  source?.follow(change, signal);
  return {
    port: taken,
    async close() {
      await Promise.all([server.shutdown(), ...draining]);
    },
  };
}

/** The system lets go of a port a moment after it was shut. */
async function reopen<T>(open: () => T): Promise<T> {
  const endMs = performance.now() + REOPEN_MS_MAX;
  while (true) {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || performance.now() > endMs) throw error;
      await wait(REOPEN_STEP_MS);
    }
  }
}
