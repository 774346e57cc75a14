import { configure, getLogger } from "@logtape/logtape";
import { Uuid } from "../shared/ids.ts";
import { MAINTENANCE_H_MAX } from "../shared/maintenance_order.ts";
import { openBroker, startAggregator } from "./aggregator.ts";
import { BrokerAwayError, StreamChangedError } from "./broker/broker.ts";
import { asyncApi } from "./api/describe/asyncapi.ts";
import { openApi } from "./api/describe/openapi.ts";
import { audit } from "./command_line/audit_commands.ts";
import {
  configOf,
  type Flags,
  flagsOrUsage,
  fromHere,
  number,
  UsageError,
  withBroker,
} from "./command_line/flags.ts";
import { TRY_AGAIN } from "./command_line/exit_codes.ts";
import { HELP } from "./command_line/help.ts";
import { experts, invite, token } from "./command_line/people_commands.ts";
import { describeConfig } from "./config.ts";
import { devicesCommand, enrolCommand, revokeCommand } from "./command_line/device_commands.ts";
import { stderrSink } from "./log_sink.ts";
import { maintenanceCommand } from "./command_line/maintenance_command.ts";
import { BrokerNode, readFleet } from "./provision/fleet.ts";
import { provision } from "./provision/provision.ts";
import { isPublicNkey } from "./provision/public_nkey.ts";
import { ConfigError } from "./tls/tls_config.ts";

const JWT_BY_HAND =
  "This site's broker knows its users by JWTs. Tokens and cards ('cloud enrol', 'deno task card') " +
  "give a device no JWT, so that the broker refuses it until its credentials are put together by " +
  "hand: see 'Users by JWTs' in cloud/broker/README.md";
/** How long a revocation waits for the broker, to write it down, ms. */
const AUDIT_WAIT_MS = 10_000;

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
    nodes: flags.node?.map(nodeOf),
    access: flags.jwt ? "jwt" : undefined,
    hosts: flags.host,
    given: givenCertificate(flags),
  });
  console.log(JSON.stringify(made, null, 2));
  const access = (await readFleet(fromHere(flags.state)))?.broker.access;
  if (access === "jwt") console.error(JWT_BY_HAND);
}

/** Reads `NAME=HOST`, `NAME=HOST:PORT` or `NAME=HOST:PORT:CLUSTERPORT`. */
function nodeOf(text: string): BrokerNode {
  const [, name, host, port = "4222", clusterPort = "6222"] =
    /^([^=]+)=([^:]+|\[[^\]]+\])(?::(\d+))?(?::(\d+))?$/.exec(text) ?? [];
  const plain = host?.replace(/^\[|\]$/g, "");
  const ports = { port: Number(port), clusterPort: Number(clusterPort) };
  const node = BrokerNode.safeParse({ name, host: plain, ...ports });
  if (node.success) return node.data;
  throw new UsageError(`Cannot read --node: NAME=HOST[:PORT[:PORT]] was required, got '${text}'`);
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

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (error instanceof BrokerAwayError || error instanceof StreamChangedError) {
      // A service manager starts it again; a stack would say nothing more.
      console.error(error.message);
      Deno.exit(TRY_AGAIN);
    }
    if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exitCode = 2;
  }
}
