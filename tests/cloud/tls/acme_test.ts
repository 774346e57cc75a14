import { suite } from "uvu";
import * as assert from "uvu/assert";
import { acmeCertificate } from "../../../cloud/tls/acme_shell.ts";
import { readCertificate } from "../../../cloud/tls/certificate.ts";
import type { AcmeConfig } from "../../../cloud/tls/tls_config.ts";
import { until } from "../site_fixture.ts";
import { hasOpenssl, makeCertificate } from "./certificates.ts";

/** Debian's package `pebble`: an ACME authority for tests, by those who run Let's Encrypt. */
const hasPebble = await new Deno.Command("pebble", { args: ["-version"] }).output()
  .then(() => true, () => false);

const freePort = () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
};

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

async function startPebble(state: string) {
  const own = await makeCertificate(state, "authority");
  const [directory, management, httpPort] = [freePort(), freePort(), freePort()];
  const pebble = {
    listenAddress: `127.0.0.1:${directory}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: own.files.cert,
    privateKey: own.files.key,
    httpPort,
    tlsPort: freePort(),
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
  };
  await Deno.writeTextFile(`${state}/pebble.json`, JSON.stringify({ pebble }));
  const child = new Deno.Command("pebble", {
    args: ["-config", `${state}/pebble.json`],
    env: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("pebble", () =>
    Deno.connect({ hostname: "127.0.0.1", port: directory }).then(
      (connection) => (connection.close(), true),
      () => false,
    ));
  const config: AcmeConfig = {
    directoryUrl: `https://localhost:${directory}/dir`,
    domains: [],
    contact: "owner@example.org",
    termsAgreed: true,
    httpHostname: "127.0.0.1",
    httpPort,
    renewBeforeS: 30 * 86_400,
    caFile: "authority.cert.pem",
  };
  return { child, config };
}

const tests = suite("a certificate from an authority (pebble)");
if (!hasPebble || !hasOpenssl) {
  console.log("SKIPPED certificates by ACME: pebble and openssl were required, got not both");
} else {
  tests("is asked for by http-01, kept, used again, and renewed before it ends", async () => {
    const state = await Deno.makeTempDir();
    const { child, config } = await startPebble(state);
    const publicUrl = "https://localhost";
    try {
      const first = new AbortController();
      const ports = { config, state, publicUrl, signal: first.signal, nowMs: Date.now };
      const { current } = await acmeCertificate(ports);
      const facts = readCertificate(current);
      assert.ok(facts.ok, "certificate and key belong together");
      if (!facts.ok) return;
      const { mode } = await Deno.stat(`${state}/tls/key.pem`);
      assert.is((mode ?? 0) & 0o077, 0, "nobody else may read the key");
      first.abort();

      const again = new AbortController();
      const second = {
        ...ports,
        signal: again.signal,
        config: { ...config, httpPort: freePort() },
      };
      assert.is((await acmeCertificate(second)).current.cert, current.cert, "it is kept");
      again.abort();

      await until("the port to be free", () => isFree(config.httpPort));
      const last = new AbortController();
      const nowMs = () => facts.value.validUntilMs - 86_400_000;
      const source = await acmeCertificate({ ...ports, signal: last.signal, nowMs });
      let renewed = "";
      source.follow(({ cert }) => Promise.resolve(void (renewed = cert)), last.signal);
      await until("the renewal a day before its end", () => renewed !== "");
      assert.is.not(renewed, current.cert);
      assert.is(source.current.cert, renewed);
      last.abort();
    } finally {
      child.kill();
      await child.status;
      await Deno.remove(state, { recursive: true });
    }
  });
}
if (hasOpenssl) {
  tests("one that is due serves until its end, though the authority be away", async () => {
    const state = await Deno.makeTempDir();
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await Deno.mkdir(`${state}/tls`);
      const own = await makeCertificate(state, "kept");
      await Deno.copyFile(own.files.cert, `${state}/tls/cert.pem`);
      await Deno.copyFile(own.files.key, `${state}/tls/key.pem`);
      const config: AcmeConfig = {
        directoryUrl: `https://localhost:${freePort()}/dir`,
        domains: [],
        contact: "owner@example.org",
        termsAgreed: true,
        httpHostname: "127.0.0.1",
        httpPort: freePort(),
        renewBeforeS: 30 * 86_400,
      };
      const ports = { config, state, publicUrl: "https://localhost", signal: ended.signal };
      const made = acmeCertificate({ ...ports, nowMs: Date.now });
      const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, 60_000, null)));
      const source = await Promise.race([made, late]);
      assert.is(source?.current.cert, own.cert);
    } finally {
      clearTimeout(timer);
      ended.abort();
      await Deno.remove(state, { recursive: true });
    }
  });
}
tests.run();
