import { type Passwords, passwords as realPasswords } from "./auth/passwords.ts";
import type { Broker } from "./broker/broker.ts";
import type { Config } from "./config.ts";
import { addressOf, setUpLink, writePorts } from "./console/address_shell.ts";
import { createApp } from "./console/app.tsx";
import type { Parts } from "./console/context.ts";
import { setUpDesks } from "./desks.ts";
import { startForwards } from "./exports/start_forwards_shell.ts";
import { layFoundation } from "./foundation.ts";
import { readFleet } from "./provision/fleet.ts";
import { certificateSource } from "./tls/certificate_source.ts";
import { serveConsole } from "./tls/console_server.ts";
import { ConfigError, tlsIssue } from "./tls/tls_config.ts";
import { startTelling, startWork } from "./work.ts";

/** A running aggregator. */
export interface Aggregator {
  /** Where the console listens, such as `http://127.0.0.1:40123`. */
  url: string;
  /** The link for the first admin, if there is none yet. */
  setUpUrl: string | null;
  /** For tests that need no port. */
  parts: Parts;
  request(input: string | Request, init?: RequestInit): Response | Promise<Response>;
  close(): Promise<void>;
  /** Rejects if a part of it fails for good. */
  ended: Promise<void>;
}

export interface AggregatorPorts {
  now?: () => Date;
  passwords?: Passwords;
}

/** Puts the aggregator together and starts it. */
export async function startAggregator(
  config: Config,
  broker: Broker,
  ports: AggregatorPorts = {},
): Promise<Aggregator> {
  const now = ports.now ?? (() => new Date());
  const cannot = tlsIssue(config.console);
  if (cannot !== null) throw new ConfigError(cannot);
  const stop = new AbortController();
  // Files must hold before anything starts; an authority may take its time while all else works.
  const held = config.console.acme ? null : await certificateSource(config, now, stop.signal);
  const base = await layFoundation(config, broker, now, stop.signal);
  const { hostname, port, publicUrl } = config.console;
  const forwarding = await startForwards(base.forwards, { ...base, publicUrl }, stop.signal);
  const desks = await setUpDesks(base, ports.passwords ?? realPasswords(), forwarding.statuses);
  const { parts, courier } = desks;
  const app = createApp(parts);
  const fleet = await readFleet(config.state);
  for (const { id } of fleet?.devices ?? []) await broker.admitDevice(fleet!.site, id);
  const work = startWork(base, desks.telling);
  let url = publicUrl ?? "";
  const alerting = startTelling(base, desks, work.lease.mayLead, () => publicUrl ?? url);
  await courier.deliver();
  const certificate = held ?? await certificateSource(config, now, stop.signal);
  const server = serveConsole(hostname, port, certificate, app.fetch, stop.signal);
  url = addressOf(hostname, server.port, certificate !== null);
  await writePorts(config.state, server.port);
  const setUpUrl = await setUpLink(parts, base.people, publicUrl ?? url, config.auth.setUpValidS);
  const all = [base.projector.ended, ...work.working, ...forwarding.working];
  return {
    url,
    setUpUrl,
    parts,
    request: (input, init) => app.request(input, init),
    ended: Promise.all(all).then(() => {}),
    async close() {
      stop.abort();
      courier.close();
      await alerting.close();
      await work.lease.close();
      await server.close();
      await Promise.allSettled(all);
      await base.close();
    },
  };
}
