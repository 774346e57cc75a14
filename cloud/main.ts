import { configure, getLogger } from "@logtape/logtape";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Token, Uuid } from "../shared/ids.ts";
import { MAINTENANCE_H_MAX } from "../shared/maintenance_order.ts";
import type { Broker } from "./broker/broker.ts";
import { openBroker, startAggregator } from "./aggregator.ts";
import { asyncApi } from "./api/describe/asyncapi.ts";
import { openApi } from "./api/describe/openapi.ts";
import { accounts, newInvitation, newToken } from "./auth/accounts.ts";
import { auditRows, checkAudit, type KnownRow } from "./auth/audit_check.ts";
import { auditLog } from "./auth/audit_log.ts";
import { TOKEN_PREFIX } from "./auth/identify.ts";
import { roleWords } from "./auth/role_words.ts";
import { Role, TokenScope } from "./auth/records.ts";
import { AGGREGATOR } from "./cases/case_log_shell.ts";
import { type Config, describeConfig, loadConfig } from "./config.ts";
import { devicesCommand, enrolCommand, revokeCommand } from "./device_commands.ts";
import { maintenanceCommand } from "./maintenance_command.ts";
import { ConfigError } from "./tls/tls_config.ts";
import { stderrSink } from "./log_sink.ts";
import { readPortOf } from "./provision/console_port.ts";
import { certifyExpert, listExperts, peopleOf } from "./decisions/experts_shell.ts";
import { readFleet } from "./provision/fleet.ts";
import { isPublicNkey } from "./provision/public_nkey.ts";
import { provision, readSigningKey } from "./provision/provision.ts";

const HELP = `Printwarden's aggregator: cases, decisions and the console

  deno task cloud serve     [--config FILE] [--state DIR] [--nats URL] [--port N]
  deno task cloud provision --state DIR --site NAME [--host NAME]… [--nats-port N] [--experts-required 0|1|2]
                            [--tls-cert FILE --tls-key FILE [--tls-ca FILE] | --tls-own]
                            [--device ID]… [--device-key ID=U…,U…]…
                            [--listener NAME]…   machines that hear alerts by NATS
                              makes keys, certificates and nats-server's configuration, or renews them;
                              --host: how devices reach the broker, the first above all
  deno task cloud enrol     [--label TEXT] [--minutes N] [--console URL]    prints a one-time token for a device
  deno task cloud revoke    DEVICE                                          cuts a device off at once
  deno task cloud devices                                                   lists them
  deno task cloud token     --name NAME [--scope read|decide|job|metrics]… [--days N] [--site NAME]
                                                                            prints a token for scripts
  deno task cloud invite    [--role viewer|operator|expert|admin] [--site NAME]   prints a link for a person
  deno task cloud experts   [--certify NAME [--days N] [--root FILE]]       who may sign, and vouching for them
  deno task cloud audit verify [--known ROW:DIGEST]                         checks the chain of acts
  deno task cloud audit export                                              prints it, one row a line (JSON)
  deno task cloud maintenance (--printer SITE/DEVICE/PRINTER | --site SITE) --minutes N --what TEXT
                              announces a change: what is found is recorded, and nobody alarmed
  deno task cloud maintenance [--end ID]                                    lists them, or takes one back
  deno task cloud openapi                                                   writes what the HTTP API is, as OpenAPI
  deno task cloud asyncapi                                                  writes what travels over NATS, as AsyncAPI
  deno task cloud config                                                    lists every configuration key

Every command takes --config FILE (TOML) and --state DIR (outweighs the configured folder).
`;

const OPTIONS = {
  config: { type: "string" },
  state: { type: "string" },
  nats: { type: "string" },
  port: { type: "string" },
  site: { type: "string" },
  device: { type: "string", multiple: true },
  "device-key": { type: "string", multiple: true },
  "nats-port": { type: "string" },
  host: { type: "string", multiple: true },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "tls-ca": { type: "string" },
  "tls-own": { type: "boolean" },
  label: { type: "string" },
  console: { type: "string" },
  "experts-required": { type: "string" },
  listener: { type: "string", multiple: true },
  certify: { type: "string" },
  root: { type: "string" },
  known: { type: "string" },
  name: { type: "string" },
  scope: { type: "string", multiple: true },
  days: { type: "string" },
  role: { type: "string" },
  printer: { type: "string" },
  minutes: { type: "string" },
  what: { type: "string" },
  end: { type: "string" },
  verbose: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const COMMAND_LINE = { kind: "aggregator", id: "command-line", name: "The command line" } as const;

/** How long a revocation waits for the broker, to write it down, ms. */
const AUDIT_WAIT_MS = 10_000;

type Flags = ReturnType<typeof readFlags>["values"];

/** A fault of whoever typed the command: told in one line, exit code 2. */
class UsageError extends Error {}

function readFlags(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
}

/** Tasks run in the project's folder; paths are meant from where the person stands. */
function fromHere(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

function number(text: string, flag: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(
    `Cannot read --${flag}: a whole number from ${min} to ${max} was required, got '${text}'`,
  );
}

async function configOf(flags: Flags): Promise<Config> {
  const file = flags.config === undefined ? null : fromHere(flags.config);
  const state = flags.state === undefined ? null : fromHere(flags.state);
  const loaded = await loadConfig(file, state);
  if (!loaded.ok) throw new UsageError(loaded.issue);
  const config = loaded.value;
  return {
    ...config,
    broker: { ...config.broker, url: flags.nats ?? config.broker.url },
    console: {
      ...config.console,
      port: flags.port === undefined ? config.console.port : number(flags.port, "port", 0, 65_535),
    },
  };
}

async function serve(flags: Flags): Promise<void> {
  const config = await configOf(flags);
  const logger = getLogger(["printwarden"]);
  const broker = await openBroker(config);
  const aggregator = await startAggregator(config, broker);
  console.log(`Console: ${aggregator.url}`);
  if (aggregator.setUpUrl) {
    const minutes = Math.round(config.auth.setUpValidS / 60);
    console.log(`There is no admin yet. Set up the first (holds ${minutes} min, once):`);
    console.log(`  ${aggregator.setUpUrl}`);
  }
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => resolve());
    }
  });
  await Promise.race([asked, aggregator.ended]);
  logger.info("Ending");
  await aggregator.close();
  await broker.close();
}

async function provisionSite(flags: Flags): Promise<void> {
  if (!flags.state || !flags.site) throw new UsageError("provision needs --state DIR --site NAME");
  const publicKeys = Object.fromEntries((flags["device-key"] ?? []).map((text) => {
    const [, id, publicKey, signingKey] = /^([^=]+)=(U[A-Z2-7]{55}),(U[A-Z2-7]{55})$/.exec(text) ??
      [];
    const good = [publicKey, signingKey].every((key) => isPublicNkey(key ?? ""));
    if (!id || !publicKey || !signingKey || !good || publicKey === signingKey) {
      throw new UsageError(
        "Cannot read --device-key: ID=U…,U… was required, the device's key at the broker and " +
          `another that it signs with, got '${text}'`,
      );
    }
    return [id, { publicKey, signingKey }];
  }));
  const made = await provision({
    state: fromHere(flags.state),
    site: flags.site,
    devices: flags.device ?? [],
    publicKeys,
    listeners: flags.listener ?? [],
    expertsRequired: flags["experts-required"] === undefined
      ? undefined
      : number(flags["experts-required"], "experts-required", 0, 2),
    port: flags["nats-port"] === undefined
      ? undefined
      : number(flags["nats-port"], "nats-port", 1, 65_535),
    hosts: flags.host,
    given: givenCertificate(flags),
  });
  console.log(JSON.stringify(made, null, 2));
}

/** The one site that a right is for; null for all. */
function siteOf(flags: Flags): string | null {
  if (flags.site === undefined) return null;
  const site = Token.safeParse(flags.site);
  if (site.success) return site.data;
  throw new UsageError(`Cannot read --site: a site's name was required, got '${flags.site}'`);
}

async function enrol(flags: Flags): Promise<void> {
  const minutes = number(flags.minutes ?? "60", "minutes", 1, 7 * 1440);
  const { label = "", console: url } = flags;
  if (label.length > 64) throw new UsageError("--label takes 64 characters at most");
  const made = await enrolCommand(await configOf(flags), { label, minutes, url }, new Date());
  if (!made.ok) throw new UsageError(made.issue);
  console.error(made.value.next);
  console.log(made.value.token);
}

async function revoke(flags: Flags, device: string | undefined): Promise<void> {
  if (!device) throw new UsageError("revoke needs the id of a device; 'devices' lists them");
  const config = await configOf(flags);
  const open = () => openBroker(config, AbortSignal.timeout(AUDIT_WAIT_MS));
  const said = await revokeCommand(config, device, open, () => new Date());
  if (!said.ok) throw new UsageError(said.issue);
  for (const line of said.value) console.log(line);
}

function givenCertificate(flags: Flags) {
  const { "tls-cert": cert, "tls-key": key, "tls-ca": ca, "tls-own": own } = flags;
  if (!cert && !key && !ca) return own ? null : undefined;
  if (own || !cert || !key) {
    throw new UsageError("A certificate needs --tls-cert FILE and --tls-key FILE, or --tls-own");
  }
  return { certFile: fromHere(cert), keyFile: fromHere(key), caFile: ca ? fromHere(ca) : null };
}

async function token(flags: Flags): Promise<void> {
  if (!flags.name) throw new UsageError("token needs --name NAME");
  const scopes = TokenScope.array().safeParse(flags.scope ?? ["read", "decide"]);
  if (!scopes.success) {
    throw new UsageError(`Cannot read --scope: ${TokenScope.options.join(", ")} was required`);
  }
  const site = siteOf(flags);
  const sites = site === null ? null : [site];
  const days = number(flags.days ?? "7", "days", 1, 366);
  const made = newToken(flags.name, scopes.data, AGGREGATOR, new Date(), days * 86_400, sites);
  await withBroker(flags, async (broker) => {
    await accounts(broker, () => Promise.resolve()).write(made.record, 0);
    await note(broker, "token-made", made.record.id, `${flags.name}: ${scopes.data.join(", ")}`);
  });
  console.log(TOKEN_PREFIX + made.credential);
}

async function invite(flags: Flags): Promise<void> {
  const role = Role.safeParse(flags.role ?? "expert");
  if (!role.success) {
    throw new UsageError(`Cannot read --role: ${Role.options.join(", ")} was required`);
  }
  const config = await configOf(flags);
  const site = siteOf(flags);
  const made = site === null
    ? newInvitation(role.data, new Date(), config.auth.setUpValidS)
    : newInvitation(null, new Date(), config.auth.setUpValidS, [{ site, role: role.data }]);
  await withBroker(flags, async (broker) => {
    await accounts(broker, () => Promise.resolve()).write(made.record, 0);
    await note(broker, "invited", made.record.id, roleWords(made.record));
  });
  const port = await readPortOf(config.state);
  const base = config.console.publicUrl ?? `http://localhost:${port ?? config.console.port}`;
  console.log(`${base}/join/${made.credential}`);
}

async function experts(flags: Flags): Promise<void> {
  const config = await configOf(flags);
  await withBroker(flags, async (broker) => {
    const auth = await peopleOf(broker);
    if (flags.certify === undefined) return console.log(listExperts(auth, new Date()));
    const rootFile = flags.root ? fromHere(flags.root) : join(config.state, "keys", "root.json");
    const certified = await certifyExpert(auth, accounts(broker, () => Promise.resolve()), {
      name: flags.certify,
      site: (await readFleet(config.state))?.site ?? "",
      root: await readSigningKey(rootFile),
      days: number(flags.days ?? "90", "days", 1, 366),
      now: new Date(),
    });
    if (!certified.ok) throw new UsageError(certified.issue);
    await note(broker, "expert-certified", flags.certify, certified.value);
    console.log(certified.value);
  });
}

async function audit(flags: Flags, what: string | undefined): Promise<void> {
  if (what !== "verify" && what !== "export") {
    throw new UsageError("audit knows two things to do: verify and export");
  }
  const known = knownRow(flags.known);
  await withBroker(flags, async (broker) => {
    const stop = new AbortController();
    const run = what === "verify"
      ? verifyAudit(broker, stop.signal, known)
      : exportAudit(broker, stop.signal);
    await run.finally(() => stop.abort());
  });
}

async function verifyAudit(broker: Broker, signal: AbortSignal, known: KnownRow | null) {
  const found = await checkAudit(broker, signal, known);
  if (found.ok) {
    console.log(`The audit log holds: ${found.rows} rows, the last with digest ${found.head}`);
    if (found.rows > 0) console.log(`To note elsewhere: --known ${found.rows}:${found.head}`);
    return;
  }
  console.error(`The audit log is broken at row ${found.sequence}: ${found.issue}`);
  Deno.exitCode = 1;
}

/** One row a line, as stored: the digest of a line's bytes is what the next one names. */
async function exportAudit(broker: Broker, signal: AbortSignal): Promise<void> {
  for await (const { bytes } of auditRows(broker, signal)) {
    console.log(new TextDecoder().decode(bytes));
  }
}

async function maintenance(flags: Flags): Promise<void> {
  const { printer, site, what, end } = flags;
  const minutes = flags.minutes === undefined
    ? undefined
    : number(flags.minutes, "minutes", 1, MAINTENANCE_H_MAX * 60);
  if (end !== undefined && !Uuid.safeParse(end).success) {
    throw new UsageError(`Cannot read --end: an announcement's id was required, got '${end}'`);
  }
  const config = await configOf(flags);
  await withBroker(flags, async (broker) => {
    const asked = { printer, site, what, end, minutes };
    const said = await maintenanceCommand(asked, config, broker, () => new Date());
    if (!said.ok) throw new UsageError(said.issue);
    for (const line of said.value) console.log(line);
  });
}

function knownRow(text: string | undefined): KnownRow | null {
  if (text === undefined) return null;
  const [, sequence, digest] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence && digest) return { sequence: Number(sequence), digest };
  throw new UsageError(`Cannot read --known: ROW:DIGEST was required, got '${text}'`);
}

/** Acts at the command line are written down as well. */
async function note(broker: Broker, act: string, target: string, detail: string): Promise<void> {
  await auditLog(broker, () => new Date()).write(COMMAND_LINE, act, target, detail);
}

async function withBroker(
  flags: Flags,
  run: (broker: Broker) => Promise<void>,
): Promise<void> {
  const broker = await openBroker(await configOf(flags));
  try {
    await run(broker);
  } finally {
    await broker.close();
  }
}

async function main(args: string[]): Promise<void> {
  const { values: flags, positionals: [command, what] } = flagsOrUsage(args);
  await configure({
    sinks: { console: stderrSink },
    loggers: [
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
      {
        category: "printwarden",
        lowestLevel: flags.verbose ? "debug" : "info",
        sinks: ["console"],
      },
    ],
  });
  if (flags.help || command === undefined || command === "help") return console.log(HELP);
  switch (command) {
    case "serve":
      return await serve(flags);
    case "provision":
      return await provisionSite(flags);
    case "enrol":
      return await enrol(flags);
    case "revoke":
      return await revoke(flags, what);
    case "devices":
      return console.log((await devicesCommand(await configOf(flags))).join("\n"));
    case "token":
      return await token(flags);
    case "invite":
      return await invite(flags);
    case "experts":
      return await experts(flags);
    case "audit":
      return await audit(flags, what);
    case "maintenance":
      return await maintenance(flags);
    case "openapi":
      return console.log(JSON.stringify(openApi(), null, 2));
    case "asyncapi":
      return console.log(JSON.stringify(asyncApi(), null, 2));
    case "config":
      return console.log(describeConfig());
    default:
      throw new UsageError(`Unknown command '${command}'; see --help`);
  }
}

function flagsOrUsage(args: string[]) {
  try {
    return readFlags(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exitCode = 2;
  }
}
