import { brokerAuthenticator } from "../publish/broker_authenticator.ts";
import { brokerServers } from "../../shared/broker_servers.ts";
import { surviveReset } from "../../shared/survive_reset.ts";
import { brokerTls, certificateIssue } from "../../shared/broker_tls_shell.ts";
import { connect, type NatsConnection, NatsError } from "nats";
import { deviationSubject, deviceFilter } from "../../shared/subjects.ts";
import { readBrokerKey } from "../agent/seed_file.ts";
import type { Config } from "../config.ts";
import { DECISION_STREAM } from "../publish/serve_decisions.ts";
import { type Check, fine, hint, mustDo, notChecked, reasonOf, tried } from "./check.ts";

const CONNECT_MS = 5000;
const ASK_MS = 3000;
/** A stream of this name can't be: nothing that is sent for it is ever kept. */
const NO_STREAM = "PW_DOCTOR_ASKS_ONLY";
const WRONG_STREAM = 10_060;
/** A printer and a device that no site has. */
const NOBODY = "doctor-asks-only";

/** The way to the site: reached, let in, with the rights of this device and no more. */
export async function checkBroker(config: Config): Promise<Check[]> {
  const seed = await readBrokerKey(config.nats.keyFile);
  if (!seed.ok) return [notChecked("NATS", "without the device's key nobody is let in")];
  let connection: NatsConnection;
  try {
    connection = await open(config, seed.value);
  } catch (error) {
    return [await untrusted(config, error) ?? unreachable(config, error)];
  }
  try {
    return [
      fine("NATS", `${config.nats.url} lets this device in`),
      ...encryption(config),
      await tried("right to report", () => ownRight(connection, config)),
      await tried("right to report as others", () => foreignRight(connection, config)),
      await tried("right to be asked", () => commandRight(connection, config)),
      await tried("decisions", () => decisions(connection, config)),
    ];
  } finally {
    await connection.close();
  }
}

async function open({ nats, device }: Config, seed: Uint8Array): Promise<NatsConnection> {
  surviveReset();
  return await connect({
    servers: brokerServers(nats.url),
    name: `${device} doctor`,
    authenticator: brokerAuthenticator(seed),
    inboxPrefix: `_INBOX_${device}`,
    resolve: false,
    reconnect: false,
    timeout: CONNECT_MS,
    tls: brokerTls(nats.url, nats.caFile),
  });
}

/** What is wrong with the broker's certificate; null if nothing is. */
async function untrusted({ nats }: Config, error: unknown): Promise<Check | null> {
  const issue = await certificateIssue(nats.url, nats.caFile, error, Date.now());
  const todo =
    "nothing is sent until this is settled; compare nats.caFile with the site's authority";
  return issue === null ? null : mustDo("NATS", `${nats.url} isn't trusted: ${issue}`, todo);
}

function unreachable({ nats, device }: Config, error: unknown): Check {
  const code = error instanceof NatsError ? error.code : "";
  const reason = `${reasonOf(error)}`;
  if (/AUTH/.test(code) || /authori[sz]ation/i.test(reason)) {
    return mustDo(
      "NATS",
      `${nats.url} doesn't let this device in`,
      `enrol it: its public key has to stand under '${device}' in nats-server's configuration`,
    );
  }
  const lost = /refused/i.test(`${code} ${reason}`)
    ? "nothing listens there; start nats-server, or correct nats.url"
    : "check nats.url, the network and the firewall between";
  return mustDo("NATS", `${nats.url} can't be reached: ${reason || code}`, lost);
}

function encryption({ nats }: Config): Check[] {
  const urls = brokerServers(nats.url).map((one) => new URL(one));
  const local = urls.every(({ hostname }) => /^(127\.|localhost$|\[::1\]$)/.test(hostname));
  if (local || urls[0]!.protocol === "tls:" || nats.caFile !== null) return [];
  return [hint("encryption", `${nats.url} is reached in the clear`, "use a tls:// address")];
}

/** How the broker answers a report that it can't keep, because it is meant for no stream. */
async function answerTo(connection: NatsConnection, subject: string): Promise<
  "allowed" | "forbidden" | "no stream" | string
> {
  let forbidden = false;
  const statuses = connection.status();
  const watching = (async () => {
    for await (const status of statuses) {
      if (status.type === "error" && status.permissionContext?.subject === subject) {
        forbidden = true;
      }
    }
  })();
  try {
    await connection.jetstream({ timeout: ASK_MS })
      .publish(subject, new Uint8Array(0), { expect: { streamName: NO_STREAM } });
    return "kept, though it should not be";
  } catch (error) {
    if (forbidden || (error instanceof NatsError && error.isPermissionError())) return "forbidden";
    if (!(error instanceof NatsError)) return reasonOf(error);
    if (error.api_error?.err_code === WRONG_STREAM) return "allowed";
    return error.code === "503" ? "no stream" : reasonOf(error);
  } finally {
    void watching;
  }
}

async function ownRight(connection: NatsConnection, config: Config): Promise<Check> {
  const name = "right to report";
  const { site, device } = config;
  for (const { name: printer } of config.printer) {
    const subject = deviationSubject({ site, device, printer }, "undetermined", "guard");
    const answer = await answerTo(connection, subject);
    if (answer === "allowed") continue;
    if (answer === "no stream") {
      return mustDo(name, "no stream takes deviations", "start the aggregator, which makes them");
    }
    const found = answer === "forbidden" ? "this device may not report" : answer;
    return mustDo(name, `${printer}: ${found}`, `give it the rights of device '${device}' again`);
  }
  return fine(name, "deviations of each printer are taken");
}

async function foreignRight(connection: NatsConnection, { site }: Config): Promise<Check> {
  const name = "right to report as others";
  const address = { site, device: NOBODY, printer: NOBODY };
  const answer = await answerTo(connection, deviationSubject(address, "undetermined", "guard"));
  if (answer === "forbidden") return fine(name, "this device may not, and that is right");
  if (answer === "allowed" || answer === "no stream") {
    return mustDo(
      name,
      "this device's key may speak for other devices: whoever takes it can forge their reports",
      "hold it to its own subjects: 'deno task cloud provision' writes such a configuration",
    );
  }
  return notChecked(name, answer);
}

async function commandRight(connection: NatsConnection, config: Config): Promise<Check> {
  const name = "right to be asked";
  const subject = deviceFilter(config.site, config.device, "command.*");
  const refusal = await new Promise<Error | null>((resolve) => {
    const subscription = connection.subscribe(subject, { callback: (error) => resolve(error) });
    // The server's refusal comes before its answer to the flush.
    void connection.flush().then(() => {
      subscription.unsubscribe();
      resolve(null);
    });
  });
  if (refusal === null) return fine(name, "requests from the console reach this device");
  const { device } = config;
  return mustDo(name, reasonOf(refusal), `give it the rights of device '${device}' again`);
}

async function decisions(connection: NatsConnection, { device }: Config): Promise<Check> {
  const name = "decisions";
  try {
    const consumer = await connection.jetstream({ timeout: ASK_MS })
      .consumers.get(DECISION_STREAM, device);
    const { num_pending, num_ack_pending } = await consumer.info(true);
    return fine(name, `they reach this device; ${num_pending + num_ack_pending} wait for it`);
  } catch (error) {
    return mustDo(
      name,
      `nothing keeps this device's decisions: ${reasonOf(error)}`,
      "start the aggregator once the device is enrolled: it makes stream and consumer",
    );
  }
}
