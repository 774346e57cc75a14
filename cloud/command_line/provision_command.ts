import { Token } from "../../shared/ids.ts";
import type { z } from "zod";
import { BrokerNode, Host, readFleet } from "../provision/fleet.ts";
import { provision } from "../provision/provision.ts";
import { isPublicNkey } from "../provision/public_nkey.ts";
import { type Flags, fromHere, number, UsageError, yesOrNo } from "./flags.ts";

const JWT_BY_HAND =
  "This site's broker knows its users by JWTs. Tokens and cards ('cloud enrol', './scripts/cards') " +
  "give a device no JWT, so that the broker refuses it until its credentials are put together by " +
  "hand: see 'Users by JWTs' in cloud/broker/README.md";

/** Makes a site's keys and its broker's configuration, or renews them. */
export async function provisionSite(flags: Flags): Promise<void> {
  if (!flags.state || !flags.site) {
    throw new UsageError("Cannot provision a site: --state DIR and --site NAME were required");
  }
  checkNames(flags);
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
    jobsSigned: yesOrNo(flags["jobs-signed"], "jobs-signed"),
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

/** Names that stand in subjects and certificates, before anything is written. */
function checkNames({ site, device = [], listener = [], host = [] }: Flags): void {
  const check = (flag: string, names: readonly string[], schema: z.ZodType, required: string) => {
    const wrong = names.find((name) => !schema.safeParse(name).success);
    if (wrong === undefined) return;
    throw new UsageError(`Cannot read --${flag}: ${required} was required, got '${wrong}'`);
  };
  const token = "a name of 1 to 64 letters, digits, _ or -";
  check("site", [site ?? ""], Token, token);
  check("device", device, Token, token);
  check("listener", listener, Token, token);
  check("host", host, Host, "a host's name or address");
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

function givenCertificate(flags: Flags) {
  const { "tls-cert": cert, "tls-key": key, "tls-ca": ca, "tls-own": own } = flags;
  if (!cert && !key && !ca) return own ? null : undefined;
  if (own || !cert || !key) {
    throw new UsageError(
      "Cannot take a certificate: --tls-cert FILE and --tls-key FILE were required, or --tls-own",
    );
  }
  return { certFile: fromHere(cert), keyFile: fromHere(key), caFile: ca ? fromHere(ca) : null };
}
