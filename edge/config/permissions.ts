import { brokerServers } from "../../shared/broker_servers.ts";
import { dirname, join, resolve } from "node:path";
import { type Config, runFolder, sensesSocket } from "../config.ts";
import { hasSenses } from "./pins.ts";
import { RELEASE_KEYS_DEFAULT } from "../update/release_keys_file.ts";

/** What tells whether the clock was set (systemd-timesyncd(8)). */
const TIMESYNC_FILE = "/run/systemd/timesync/synchronized";
/** What the libraries look up by themselves, and where systemd says how to be answered. */
const VARIABLES = ["INIT_CWD", "NOTIFY_SOCKET", "WATCHDOG_USEC"];

/** A program of systemd's own that alone can speak to it where there is no FFI. */
export const NOTIFY_PROGRAM = "/usr/bin/systemd-notify";

/**
 * The permissions that an agent of this configuration needs, as options of `deno run`: its taps'
 * sockets, its NATS server, its state folder and its keys; no FFI, no device, no other address.
 *
 * @param config with absolute paths, as `loadConfig` gives it
 * @param file path of the configuration's own file
 * @param program the folder that holds `edge`
 */
export function agentPermissions(config: Config, file: string, program: string): string[] {
  const { keyFile, signingKeyFile, trustFile, caFile, url } = config.nats;
  const brokers = brokerServers(url).map((one) => {
    const { hostname, port } = new URL(one.replace(/^(nats|tls):/, "http:"));
    return `${hostname}:${port || 4222}`;
  });
  const run = runFolder(config);
  const sockets = config.printer.map(({ name }) => join(run, `${name}.sock`));
  if (config.printer.some(hasSenses)) sockets.push(sensesSocket(config));
  const keys = [keyFile, signingKeyFile ?? join(dirname(keyFile), "signing.nk"), trustFile];
  const read = [program, file, config.state, run, ...keys, TIMESYNC_FILE, RELEASE_KEYS_DEFAULT];
  return [
    `--allow-net=${[...brokers, ...sockets.map((path) => `unix:${path}`)]}`,
    `--allow-read=${listed([...read, ...(caFile === null ? [] : [caFile])])}`,
    `--allow-write=${listed([config.state, run, ...sockets])}`,
    `--allow-env=${VARIABLES}`,
    `--allow-run=${NOTIFY_PROGRAM}`,
  ];
}

/** Each path once, and none that lies within another's folder. */
function listed(paths: readonly string[]): string {
  const all = [...new Set(paths.map((path) => resolve(path)))];
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`))).join(",");
}
