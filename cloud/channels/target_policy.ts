import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { ChannelWay } from "../subscriptions/channel_way.ts";

/** Whether private networks may be reached. */
export type TargetPolicy = "allow" | "refuse";

/** Everything that isn't the open internet (IANA's registries of special-purpose addresses). */
const PRIVATE = new BlockList();
for (
  const [network, prefix] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["224.0.0.0", 3],
  ] as const
) PRIVATE.addSubnet(network, prefix, "ipv4");
for (
  const [network, prefix] of [["::", 128], ["::1", 128], ["fc00::", 7], ["fe80::", 10], [
    "ff00::",
    8,
  ], ["64:ff9b::", 96]] as const
) PRIVATE.addSubnet(network, prefix, "ipv6");

function isPrivate(address: string): boolean {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped) return PRIVATE.check(mapped, "ipv4");
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Finds the addresses of a name; a test may put its own in its place. */
export type Resolve = (hostname: string) => Promise<string[]>;

const resolveByDns: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

/** Why a channel may not be sent by, or null if it may. */
export async function wayIssue(
  policyOf: (url: string) => TargetPolicy,
  way: ChannelWay,
): Promise<string | null> {
  const url = urlOf(way);
  return url === null ? null : await targetIssue(policyOf(url), url);
}

function urlOf(way: ChannelWay): string | null {
  switch (way.type) {
    case "push":
      return way.endpoint;
    case "webhook":
      return way.url;
    case "ntfy":
      return way.server;
    default:
      return null;
  }
}

/**
 * Why a person's target may not be reached, or null if it may. Farms have receivers on their own
 * network, which an admin may point at; anybody else could ask a machine there for what it gives to
 * neighbours. Refusing asks for TLS too: a name that points elsewhere a moment later has no
 * certificate for it there.
 */
export async function targetIssue(
  policy: TargetPolicy,
  url: string,
  resolve: Resolve = resolveByDns,
): Promise<string | null> {
  if (policy === "allow") return null;
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:") {
    return "Only an admin's channels may do without https, if this console's policy lets them";
  }
  const name = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(name) ? [name] : await resolve(name).catch(() => []);
  if (addresses.length === 0) return `No address is known for '${name}'`;
  return addresses.some(isPrivate)
    ? `Only an admin's channels may lead into a private network, if this console's policy lets ` +
      `them, and '${name}' is in one`
    : null;
}
