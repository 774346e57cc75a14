/**
 * Every server that a broker's address names [pure]: `tls://a:4222` is one, and
 * `tls://a:4222,b:4222,c:4222` the members of a cluster, each of which does.
 *
 * @returns one address for each, of the same kind
 */
export function brokerServers(url: string): string[] {
  const [, scheme = "nats", hosts = ""] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? ["", "nats", url];
  return hosts.split(",").map((host) => `${scheme}://${host.trim()}`);
}
