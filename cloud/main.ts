import { configure, getLogger } from "@logtape/logtape";
import { Uuid } from "../shared/ids.ts";
import { toldError } from "../shared/told_error.ts";
import { MAINTENANCE_H_MAX } from "../shared/maintenance_order.ts";
import { startAggregator } from "./aggregator.ts";
import { openBroker } from "./broker_access.ts";
import { BrokerAwayError, StreamChangedError } from "./broker/broker.ts";
import { asyncApi } from "./api/describe/asyncapi.ts";
import { openApi } from "./api/describe/openapi.ts";
import { audit } from "./command_line/audit_commands.ts";
import {
  configOf,
  type Flags,
  flagsOrUsage,
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
import { registrar } from "./command_line/registrar_command.ts";
import { unheard } from "./command_line/taken_flags.ts";
import { maintenanceCommand } from "./command_line/maintenance_command.ts";
import { provisionSite } from "./command_line/provision_command.ts";
import { ConfigError } from "./tls/tls_config.ts";

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

async function enrol(flags: Flags): Promise<void> {
  const minutes = number(flags.minutes ?? "60", "minutes", 1, 7 * 1440);
  const { label = "", console: url } = flags;
  if (label.length > 64) {
    throw new UsageError(
      `Cannot read --label: 64 characters at most were required, got ${label.length}`,
    );
  }
  const made = await enrolCommand(await configOf(flags), { label, minutes, url }, new Date());
  if (!made.ok) throw new UsageError(made.issue);
  console.error(made.value.next);
  console.log(made.value.token);
}

async function devices(flags: Flags): Promise<void> {
  const listed = await devicesCommand(await configOf(flags));
  if (!listed.ok) throw new UsageError(listed.issue);
  console.log(listed.value.join("\n"));
}

async function revoke(flags: Flags, device: string | undefined): Promise<void> {
  if (!device) {
    throw new UsageError(
      "Cannot revoke a device: its id was required, as 'cloud devices' lists it",
    );
  }
  const config = await configOf(flags);
  const open = () => openBroker(config, AbortSignal.timeout(AUDIT_WAIT_MS));
  const said = await revokeCommand(config, device, open, () => new Date());
  if (!said.ok) throw new UsageError(said.issue);
  for (const line of said.value) console.log(line);
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
  const { values: flags, positionals: [command, ...words] } = flagsOrUsage(args);
  const [what] = words;
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
  const stray = unheard(command, words, flags);
  if (stray !== null) throw new UsageError(stray);
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
      return await devices(flags);
    case "token":
      return await token(flags);
    case "invite":
      return await invite(flags);
    case "experts":
      return await experts(flags);
    case "registrar":
      return await registrar(flags);
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
    const isOurs = error instanceof UsageError || error instanceof ConfigError;
    const told = isOurs ? error.message : toldError(`Cannot run '${Deno.args[0]}'`, error);
    if (told === null) throw error;
    console.error(told);
    Deno.exitCode = 2;
  }
}
