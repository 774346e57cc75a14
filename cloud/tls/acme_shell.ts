import { getLogger } from "@logtape/logtape";
import { Agent } from "node:https";
import { join, resolve } from "node:path";
import { type Certificate, readCertificate } from "./certificate.ts";
import { type CertificateSource, readFiles } from "./certificate_files_shell.ts";
import { type Answers, challengeResponder } from "./challenge_responder.ts";
import type { AcmeConfig } from "./tls_config.ts";

const OWNER_ONLY = 0o600;
const LOOK_MS = 6 * 3_600_000;
/** Authorities count failures by the hour. */
const RETRY_MS = 15 * 60_000;

export interface AcmePorts {
  config: AcmeConfig;
  state: string;
  publicUrl: string;
  signal: AbortSignal;
  nowMs(): number;
}

/**
 * A certificate from an authority, kept in the state folder and renewed before it ends. The first
 * one is waited for, as often as it takes: without it there is nothing to serve. One that is kept
 * serves until it ends, though it be due and the authority away.
 */
export async function acmeCertificate(ports: AcmePorts): Promise<CertificateSource> {
  const { config, state, publicUrl, signal, nowMs } = ports;
  const logger = getLogger(["printwarden", "tls"]);
  const folder = join(state, "tls");
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const answers: Answers = new Map();
  const web = Deno.serve(
    { hostname: config.httpHostname, port: config.httpPort, onListen: () => {} },
    challengeResponder(answers, publicUrl),
  );
  signal.addEventListener("abort", () => void web.shutdown(), { once: true });

  async function renewed(): Promise<Certificate> {
    const next = await order(config, domainsOf(config, publicUrl), folder, answers);
    await writeBeside(files.key, next.key);
    await writeBeside(files.cert, next.cert);
    return next;
  }

  async function patiently(): Promise<Certificate | null> {
    while (!signal.aborted) {
      try {
        return await renewed();
      } catch (error) {
        logger.error("Cannot get a certificate, trying again in 15 minutes: {error}", { error });
        await sleep(RETRY_MS, signal);
      }
    }
    return null;
  }

  const endsWithin = (one: Certificate, seconds: number) => {
    const facts = readCertificate(one);
    return !facts.ok || facts.value.validUntilMs - seconds * 1000 <= nowMs();
  };
  const kept = await readFiles(files.cert, files.key);
  const first = kept.ok && !endsWithin(kept.value, 0) ? kept.value : await patiently();
  if (first === null) throw new Error("Cannot get a certificate: ended before it came");
  let current = first;
  return {
    get current() {
      return current;
    },
    async follow(changed, ended) {
      for (; !ended.aborted; await sleep(LOOK_MS, ended)) {
        if (!endsWithin(current, config.renewBeforeS)) continue;
        const next = await patiently();
        if (next === null) return;
        current = next;
        logger.info("The certificate was renewed");
        await changed(current);
      }
    },
  };
}

function domainsOf({ domains }: AcmeConfig, publicUrl: string): string[] {
  return domains.length > 0 ? domains : [new URL(publicUrl).hostname];
}

/** One certificate, by http-01. The client is loaded only where it is used. */
async function order(
  config: AcmeConfig,
  domains: string[],
  folder: string,
  answers: Answers,
): Promise<Certificate> {
  const { default: acme } = await import("acme-client");
  if (config.caFile !== undefined) {
    const ca = await Deno.readTextFile(resolve(folder, "..", config.caFile));
    acme.axios.defaults.httpsAgent = new Agent({ ca });
  }
  const accountKey = await accountKeyOf(
    join(folder, "account.pem"),
    () => acme.crypto.createPrivateEcdsaKey(),
  );
  const client = new acme.Client({ directoryUrl: config.directoryUrl, accountKey });
  const ownKey = await acme.crypto.createPrivateEcdsaKey();
  const [key, csr] = await acme.crypto.createCsr({ altNames: domains }, ownKey);
  const cert = await client.auto({
    csr,
    email: config.contact,
    termsOfServiceAgreed: config.termsAgreed,
    challengePriority: ["http-01"],
    // It asks for our answer itself before the authority does, by way of port 80 alone.
    skipChallengeVerification: true,
    challengeCreateFn: (_authorization, challenge, answer) => {
      answers.set(challenge.token, answer);
      return Promise.resolve();
    },
    challengeRemoveFn: (_authorization, challenge) => {
      answers.delete(challenge.token);
      return Promise.resolve();
    },
  });
  return { cert, key: key.toString() };
}

async function accountKeyOf(file: string, make: () => Promise<Uint8Array>) {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const key = new TextDecoder().decode(await make());
  await writeBeside(file, key);
  return key;
}

/** Written beside and renamed, so that nobody reads half of it. */
async function writeBeside(file: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${file}.new`, text, { mode: OWNER_ONLY });
  await Deno.rename(`${file}.new`, file);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
