import { nkeys } from "nats";
import { join } from "node:path";
import { ENROLMENT_PATH, readAnswer, readToken } from "../../shared/enrolment.ts";
import type { EnrolmentAnswer, EnrolmentToken } from "../../shared/enrolment.ts";
import { deviceSigningKey } from "../../shared/device_key.ts";
import { CONTRACT_VERSION, Token } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { SIGNATURE_HEADER, signDetached } from "../../shared/signing.ts";
import { readSeed } from "../agent/seed_file.ts";
import { fail, fromCaller, readArgs } from "./command_line.ts";

export const HELP = `Usage: edge enrol --token TOKEN --state DIR [options]

Makes this device's two keys, which never leave it, and asks the site's console to let it in.

  --token TOKEN    as 'deno task cloud enrol' printed it; '-' reads it from standard input, so that
                   it stands in no list of processes
  --state DIR      where keys, trust and configuration are kept
  --printer NAME   the first printer's name; with its --port the configuration is complete
  --port PATH      its serial port, best /dev/serial/by-id/…
  --ca FILE        the authority of the console's https address, if the system doesn't know it
  --keys           only makes the keys and prints their public halves, as
                   'deno task cloud provision --device-key ID=…' takes them where no console is reached

It writes device.nk, signing.nk, trust.json, ca.pem and printwarden.toml (kept if it is there).
`;

const OPTIONS = {
  token: { type: "string" },
  state: { type: "string" },
  printer: { type: "string", default: "printer1" },
  port: { type: "string", default: "/dev/serial/by-id/FILL-THIS-IN" },
  ca: { type: "string" },
  keys: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const OWNER_ONLY = 0o600;
const TOKEN_BYTES_MAX = 4_096;
const ANSWER_MS = 30_000;

/** The public halves of the device's two keys, as nkeys. */
interface DeviceKeys {
  publicKey: string;
  signingKey: string;
}

/** Enrols this device; exit code 2 and a sentence if it can't be. */
export async function run(args: string[]): Promise<void> {
  const read = readArgs({ args, options: OPTIONS });
  if (!read.ok) fail(read.issue);
  const { values } = read.value;
  if (values.help) return console.log(HELP);
  if (values.state === undefined) fail(`Cannot enrol: --state DIR was required\n\n${HELP}`);
  if (!Token.safeParse(values.printer).success) {
    fail(`Cannot enrol: letters, digits, - and _ were required of --printer`);
  }
  const state = fromCaller(values.state);
  const keys = await deviceKeys(state);
  if (!keys.ok) fail(keys.issue);
  if (values.keys) return console.log(`${keys.value.publicKey},${keys.value.signingKey}`);
  const token = readToken(await tokenText(values.token));
  if (!token.ok) fail(token.issue);
  const ca = values.ca === undefined ? undefined : await Deno.readTextFile(fromCaller(values.ca));
  const answer = await ask(token.value, keys.value, ca);
  if (!answer.ok) fail(answer.issue);
  const file = await settle(state, answer.value, values.printer, values.port);
  const { device, site, brokerUrl } = answer.value;
  console.log(`enrolled at ${site} as ${device}; it will speak to ${brokerUrl}`);
  console.log(`look at ${file}, then: deno task edge doctor --config ${file}`);
}

async function tokenText(given: string | undefined): Promise<string> {
  if (given === undefined) fail(`Cannot enrol: --token TOKEN was required\n\n${HELP}`);
  if (given !== "-") return given;
  const buffer = new Uint8Array(TOKEN_BYTES_MAX);
  const length = await Deno.stdin.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}

/** Makes the keys, or reads those of an earlier try. */
async function deviceKeys(state: string): Promise<Result<DeviceKeys>> {
  await Deno.mkdir(state, { recursive: true });
  const publicKey = await publicHalf(join(state, "device.nk"));
  if (!publicKey.ok) return publicKey;
  const signingKey = await publicHalf(join(state, "signing.nk"));
  if (!signingKey.ok) return signingKey;
  return { ok: true, value: { publicKey: publicKey.value, signingKey: signingKey.value } };
}

async function publicHalf(file: string): Promise<Result<string>> {
  try {
    const seed = nkeys.createUser().getSeed();
    await Deno.writeFile(file, seed, { createNew: true, mode: OWNER_ONLY });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      return refused(`Cannot make a key: '${file}' had to be written: ${reasonOf(error)}`);
    }
  }
  const seed = await readSeed(file);
  return seed.ok ? { ok: true, value: nkeys.fromSeed(seed.value).getPublicKey() } : seed;
}

/** Sends the public halves, signed with the token's key, and checks who answers. */
async function ask(
  token: EnrolmentToken,
  keys: DeviceKeys,
  ca: string | undefined,
): Promise<Result<EnrolmentAnswer>> {
  const pair = nkeys.fromSeed(new TextEncoder().encode(token.seed));
  const body = new TextEncoder().encode(
    JSON.stringify({ contractVersion: CONTRACT_VERSION, ...keys }),
  );
  const signature = await signDetached(body, deviceSigningKey(token.seed, pair.getPublicKey()));
  using client = Deno.createHttpClient(ca === undefined ? {} : { caCerts: [ca] });
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(new URL(ENROLMENT_PATH, token.url), {
      method: "POST",
      headers: { "Content-Type": "application/json", [SIGNATURE_HEADER]: signature },
      body,
      client,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    bytes = await response.bytes();
  } catch (error) {
    return refused(`Cannot enrol: the console at ${token.url} had to answer: ${reasonOf(error)}`);
  }
  if (!response.ok) {
    return refused(`The console refused (${response.status}): ${refusalOf(bytes)}`);
  }
  return await readAnswer(bytes, response.headers.get(SIGNATURE_HEADER) ?? "", token.pin);
}

function refusalOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes).slice(0, 300);
  return /"error":\s*"([^"]*)"/.exec(text)?.[1] ?? text;
}

/** Writes down whom to believe and where to speak; gives the configuration's file. */
async function settle(
  state: string,
  answer: EnrolmentAnswer,
  printer: string,
  port: string,
): Promise<string> {
  const { trust, authorityPem } = answer;
  await Deno.writeTextFile(join(state, "trust.json"), JSON.stringify(trust, null, 2) + "\n");
  if (authorityPem !== null) await Deno.writeTextFile(join(state, "ca.pem"), authorityPem);
  const file = join(state, "printwarden.toml");
  try {
    const text = configText(answer, printer, port);
    await Deno.writeTextFile(file, text, { createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    console.error(`'${file}' is kept; of the new enrolment it has to say:`);
    console.error(configText(answer, printer, port));
  }
  return file;
}

function configText(answer: EnrolmentAnswer, printer: string, port: string): string {
  const { site, device, brokerUrl, authorityPem } = answer;
  const text = JSON.stringify;
  return `# Every key with its meaning: deno task edge config example
site = ${text(site)}
device = ${text(device)}
state = "."

[nats]
url = ${text(brokerUrl)}
keyFile = "device.nk"
trustFile = "trust.json"
${authorityPem === null ? "" : 'caFile = "ca.pem"\n'}
[[printer]]
name = ${text(printer)}
port = ${text(port)}
`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
