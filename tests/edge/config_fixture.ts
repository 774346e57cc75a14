import { type Config, parseConfig } from "../../edge/config.ts";

/**
 * The configuration file of a device with one printer `p1`, whose broker is away.
 *
 * @param device more lines about the device
 * @param printer more lines of the printer's table, and tables after it
 */
export function configText(device = "", printer = ""): string {
  return `site = "s1"
device = "d1"
${device}
[nats]
url = "nats://127.0.0.1:1"
keyFile = "unused"
trustFile = "unused"
[[printer]]
name = "p1"
port = "unused"
${printer}`;
}

/** That configuration, read. */
export function configWith(device = "", printer = ""): Config {
  const parsed = parseConfig(new TextEncoder().encode(configText(device, printer)));
  if (!parsed.ok) throw new Error(parsed.issue);
  return parsed.value;
}
