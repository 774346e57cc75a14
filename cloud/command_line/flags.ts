import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { commandLineIssue } from "../../shared/command_line_issue.ts";
import { Token } from "../../shared/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { openBroker } from "../broker_access.ts";
import { type Config, loadConfig } from "../config.ts";

const OPTIONS = {
  config: { type: "string" },
  state: { type: "string" },
  nats: { type: "string" },
  port: { type: "string" },
  site: { type: "string" },
  device: { type: "string", multiple: true },
  "device-key": { type: "string", multiple: true },
  "nats-port": { type: "string" },
  node: { type: "string", multiple: true },
  jwt: { type: "boolean" },
  host: { type: "string", multiple: true },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "tls-ca": { type: "string" },
  "tls-own": { type: "boolean" },
  label: { type: "string" },
  console: { type: "string" },
  "experts-required": { type: "string" },
  "jobs-signed": { type: "string" },
  key: { type: "string" },
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

export type Flags = ReturnType<typeof readFlags>["values"];

/** A fault of whoever typed the command: told in one line, exit code 2. */
export class UsageError extends Error {}

function readFlags(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
}

export function flagsOrUsage(args: string[]) {
  try {
    return readFlags(args);
  } catch (error) {
    throw new UsageError(commandLineIssue(error));
  }
}

/** Reads a choice that stays as it was where nothing is said. */
export function yesOrNo(text: string | undefined, name: string): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === "yes" || text === "no") return text === "yes";
  throw new UsageError(`Cannot read --${name}: yes or no was required, got '${text}'`);
}

/** Tasks run in the project's folder; paths are meant from where the person stands. */
export function fromHere(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

export function number(text: string, flag: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(
    `Cannot read --${flag}: a whole number from ${min} to ${max} was required, got '${text}'`,
  );
}

export async function configOf(flags: Flags): Promise<Config> {
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

/** The one site that a right is for; null for all. */
export function siteOf(flags: Flags): string | null {
  if (flags.site === undefined) return null;
  const site = Token.safeParse(flags.site);
  if (site.success) return site.data;
  throw new UsageError(`Cannot read --site: a site's name was required, got '${flags.site}'`);
}

export async function withBroker(
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
