import { connect, credsAuthenticator } from "nats";
import { dirname, join } from "node:path";
import { brokerServers } from "../../shared/broker_servers.ts";
import { brokerTls } from "../../shared/broker_tls_shell.ts";
import { refused, type Result } from "../../shared/result.ts";
import { brokerCertificate } from "./broker_certificate.ts";
import type { BrokerSettings } from "./fleet.ts";
import { accountJwtFile, systemCredsFile } from "./jwt_access.ts";
import { clusterUrl } from "./nodes.ts";
import { natsUrlOf } from "./ports_file.ts";
import { natsConfigFile } from "./settle.ts";

const SUBJECT = "$SYS.REQ.CLAIMS.UPDATE";
const ANSWER_MS = 5_000;

/**
 * Tells a broker that trusts JWTs who was revoked: any member, wherever it runs, which tells the
 * others and cuts off whoever may be there no more.
 */
export async function tellAccount(state: string, broker: BrokerSettings): Promise<Result<string>> {
  const ports = join(dirname(natsConfigFile(state)), "ports");
  const url = clusterUrl(broker.nodes) ?? await natsUrlOf(ports);
  if (url === null) return refused("The broker isn't running, so nobody could tell it");
  const { caFile } = brokerCertificate(state, broker);
  try {
    const connection = await connect({
      servers: brokerServers(url),
      authenticator: credsAuthenticator(await Deno.readFile(systemCredsFile(state))),
      tls: brokerTls(url.replace(/^nats:/, "tls:"), caFile),
      timeout: ANSWER_MS,
    });
    try {
      const token = (await Deno.readTextFile(accountJwtFile(state))).trim();
      const answer = await connection.request(SUBJECT, token, { timeout: ANSWER_MS });
      const said = answer.string();
      return said.includes('"error"')
        ? refused(`The broker doesn't take the account: ${said.slice(0, 300)}`)
        : { ok: true, value: "the broker knows who may be there" };
    } finally {
      await connection.close();
    }
  } catch (error) {
    return refused(
      `The broker could not be told: ${error instanceof Error ? error.message : error}`,
    );
  }
}
