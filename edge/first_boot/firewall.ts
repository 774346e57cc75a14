import { brokerServers } from "../../shared/broker_servers.ts";
import type { EnrolmentToken } from "../../shared/enrolment.ts";
import type { CardConfig } from "./card_schema.ts";
import { networkPorts } from "./edge_files.ts";
import type { EnrolledFile } from "./enrolled_file.ts";

const BROKER_PORT = 4222;
const HTTPS_PORT = 443;

const NAMES = 53;
const MULTICAST_NAMES = 5353;
const TIME = 123;

/** Where this device speaks to: the broker, and the console that let it in. */
export interface Peers {
  brokerPort: number;
  consolePort: number;
}

/** The ports of broker and console, by what enrolment settled or, before it, by the token. */
export function peersOf(enrolled: EnrolledFile | null, token: EnrolmentToken | null): Peers {
  const broker = enrolled === null
    ? null
    : new URL(brokerServers(enrolled.brokerUrl)[0]!.replace(/^tls:/, "http:"));
  const console = token === null ? null : new URL(token.url);
  return {
    brokerPort: Number(broker?.port || BROKER_PORT),
    consolePort: enrolled?.consolePort ??
      Number(console?.port || (console?.protocol === "http:" ? 80 : HTTPS_PORT)),
  };
}

/** Who would be kept out by a firewall that isn't there, in a sentence; null if nobody. */
export function openDoor({ printer, firewall }: CardConfig, beside: boolean): string | null {
  const named = networkPorts(printer).find(({ printer: { from } }) => from !== "");
  if ((firewall && !beside) || named === undefined) return null;
  return `printer ${named.printer.name}: 'from' keeps nobody out without the guard's firewall; ` +
    `close port ${named.port} by this machine's own, and take 'from' away`;
}

/**
 * The device's rules for nftables: out go name and time look-ups, the broker and the console; in
 * come the printing computers to their printers, and look-ups of this device's own name. Nothing
 * else, either way.
 */
export function firewallRules(card: CardConfig, { brokerPort, consolePort }: Peers): string {
  const hosts = networkPorts(card.printer).map(({ printer: { from }, port }) => {
    const who = from === "" ? "" : `${from.includes(":") ? "ip6" : "ip"} saddr ${from} `;
    return `    ${who}tcp dport ${port} accept\n`;
  });
  const out = [...new Set([NAMES, brokerPort, consolePort])].sort((a, b) => a - b);
  return `#!/usr/sbin/nft -f
# Written from printwarden.toml; firewall = false leaves it out.
flush ruleset
table inet printwarden {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
    udp dport { 68, 546, ${MULTICAST_NAMES} } accept
${hosts.join("")}  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
  chain output {
    type filter hook output priority filter; policy drop;
    ct state established,related accept
    oif lo accept
    meta l4proto { icmp, ipv6-icmp, igmp } accept
    udp dport { ${NAMES}, 67, ${TIME}, 547, ${MULTICAST_NAMES} } accept
    tcp dport { ${out.join(", ")} } accept
  }
}
`;
}
