import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parse } from "smol-toml";
import { refused, type Result } from "../shared/result.ts";
import { configIssues } from "./config/issues.ts";
import { pinIssues } from "./config/pins.ts";
import { Config, STATE_DEFAULT } from "./config/schema.ts";

export { describeConfig } from "./config/describe.ts";
export type { Config, PrinterConfig, ResponsePolicy } from "./config/schema.ts";

/** A configuration file larger than this is none of ours, in bytes. */
const CONFIG_BYTES_MAX = 1_048_576;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

function textOf(bytes: Uint8Array): Result<string> {
  if (bytes.length > CONFIG_BYTES_MAX) {
    return refused(`at most ${CONFIG_BYTES_MAX} bytes were required, got ${bytes.length}`);
  }
  try {
    return { ok: true, value: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return refused("UTF-8 text was required, got other bytes");
  }
}

function tomlOf(text: string): Result<unknown> {
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    const line = typeof error === "object" && error && "line" in error ? error.line : "?";
    return refused(`TOML was required, got at line ${line}: ${reasonOf(error)}`);
  }
}

function twice(config: Config): string[] {
  const issues: string[] = [];
  for (const key of ["name", "port"] as const) {
    const values = config.printer.map((printer) => printer[key]);
    values.forEach((value, index) => {
      const first = values.indexOf(value);
      if (first === index) return;
      issues.push(
        `'printer[${index}].${key}': a value of its own was required, ` +
          `got ${JSON.stringify(value)}, which is printer[${first}]'s`,
      );
    });
  }
  return issues;
}

/**
 * Reads a configuration: TOML in UTF-8, with or without a byte order mark, any line ends. An
 * unknown key, a value out of bounds or of another type is refused with key, bound and value.
 *
 * @param bytes the file's content
 */
export function parseConfig(bytes: Uint8Array): Result<Config> {
  const text = textOf(bytes);
  if (!text.ok) return refused(`Cannot read the configuration: ${text.issue}`);
  const table = tomlOf(text.value);
  if (!table.ok) return refused(`Cannot read the configuration: ${table.issue}`);
  const checked = Config.safeParse(table.value);
  const issues = checked.success
    ? [...twice(checked.data), ...pinIssues(checked.data)]
    : configIssues(checked.error.issues, table.value);
  if (!checked.success || issues.length > 0) {
    return refused(`Cannot read the configuration: ${issues.join("; ")}`);
  }
  return { ok: true, value: checked.data };
}

/** The configuration with every path made absolute, as seen from the folder of its file. */
function anchored(config: Config, folder: string): Config {
  const at = (path: string) => isAbsolute(path) ? path : resolve(folder, path);
  const orNull = (path: string | null) => path === null ? null : at(path);
  const { nats } = config;
  return {
    ...config,
    state: at(config.state),
    run: orNull(config.run),
    nats: {
      ...nats,
      keyFile: at(nats.keyFile),
      signingKeyFile: orNull(nats.signingKeyFile),
      trustFile: at(nats.trustFile),
      caFile: orNull(nats.caFile),
    },
    printer: config.printer.map((printer) => ({
      ...printer,
      port: at(printer.port),
      link: orNull(printer.link),
    })),
  };
}

/**
 * Reads the configuration's file; relative paths in it are seen from its own folder.
 *
 * @param file path of the TOML file
 * @param state overrides the configured state folder, and with it the run folder
 */
export async function loadConfig(file: string, state?: string): Promise<Result<Config>> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(file);
  } catch (error) {
    return refused(
      `Cannot read the configuration: a readable file was required, got '${file}': ${
        reasonOf(error)
      }`,
    );
  }
  const parsed = parseConfig(bytes);
  if (!parsed.ok) return refused(parsed.issue.replace("configuration", `configuration '${file}'`));
  const config = anchored(parsed.value, dirname(resolve(file)));
  return { ok: true, value: state ? { ...config, state: resolve(state), run: null } : config };
}

/** The folder of sockets and snapshots. */
export function runFolder(config: Config): string {
  if (config.run !== null) return config.run;
  return config.state === STATE_DEFAULT ? "/run/printwarden" : join(config.state, "run");
}

/** The socket at which the senses' program answers. */
export function sensesSocket(config: Config): string {
  return join(runFolder(config), "senses.sock");
}

/** Where the seed lies that this device signs with. */
export function signingKeyFile({ nats }: Config): string {
  return nats.signingKeyFile ?? join(dirname(nats.keyFile), "signing.nk");
}

/** SHA-256 of the configuration in force, in hexadecimal: presence tells of any change. */
export function configDigest(config: Config): string {
  return createHash("sha256").update(JSON.stringify(config)).digest("hex");
}
