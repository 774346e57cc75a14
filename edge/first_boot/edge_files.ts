import { stringify } from "smol-toml";
import type { CardConfig, CardPrinter } from "./card_schema.ts";
import { printerPort } from "./udev_rules.ts";

/** The first printer's port in the network; each further one has the next. */
const NETWORK_PORT_FIRST = 3333;

/** What enrolment settled about this device. */
export interface Enrolled {
  site: string;
  device: string;
  brokerUrl: string;
  /** Whether the broker's authority lies beside the keys. */
  ownAuthority: boolean;
}

/** The agent's configuration, as `edge.toml` holds it, with its files in `keys`. */
export function edgeToml(card: CardConfig, enrolled: Enrolled, keys: string): string {
  const { site, device, brokerUrl, ownAuthority } = enrolled;
  const nats = {
    url: brokerUrl,
    keyFile: `${keys}/device.nk`,
    trustFile: `${keys}/trust.json`,
    ...(ownAuthority ? { caFile: `${keys}/ca.pem` } : {}),
  };
  const printer = card.printer.map((block) => ({
    name: block.name,
    label: block.label,
    port: printerPort(block),
    baud: block.baud,
    response: block.response,
    ...(block.senses ? { suite: "S2", senses: withoutNulls(block.senses) } : {}),
  }));
  return `# Written from printwarden.toml; change that.\n${
    stringify({ site, device, ...(card.chip ? { gpio: { chip: card.chip } } : {}), nats, printer })
  }\n`;
}

/** TOML has no null: what isn't there is left out. */
function withoutNulls<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, each) => each === null ? undefined : each));
}

/** What `printwarden-tap@NAME.service` reads. */
export function tapEnvironment(printer: CardPrinter, agentUid: number): string {
  const options = `--agent-uid ${agentUid} --orders`;
  return `PORT=${printerPort(printer)}\nBAUD=${printer.baud}\nOPTIONS=${options}\n`;
}

/** The printers that a computer reaches over the network, each with its TCP port. */
export function networkPorts(
  printers: readonly CardPrinter[],
): { printer: CardPrinter; port: number }[] {
  return printers.map((printer, index) => ({ printer, port: NETWORK_PORT_FIRST + index }))
    .filter(({ printer }) => printer.host === "network");
}

/**
 * ser2net's configuration: the host's port of each printer by RFC 2217, one computer at a time.
 *
 * @param run - the folder of the taps' terminals
 */
export function ser2netYaml(
  printers: readonly CardPrinter[],
  run = "/run/printwarden",
): string {
  const connections = networkPorts(printers).map(({ printer: { name, baud }, port }) =>
    `connection: &${name}
  accepter: telnet(rfc2217),tcp,${port}
  connector: serialdev(nouucplock=true),${run}/${name}.tty,${baud}n81,local
  options:
    max-connections: 1
`
  );
  return `%YAML 1.1\n---\n${connections.join("")}`;
}
