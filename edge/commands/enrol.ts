import { join } from "node:path";
import { type EnrolmentAnswer, readToken } from "../../shared/enrolment.ts";
import { Token } from "../../shared/ids.ts";
import { askSite, deviceKeys, writeTrust } from "../first_boot/ask_site.ts";
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

const TOKEN_BYTES_MAX = 4_096;

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
  const answer = await askSite(token.value, keys.value, ca);
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

/** Writes down whom to believe and where to speak; gives the configuration's file. */
async function settle(
  state: string,
  answer: EnrolmentAnswer,
  printer: string,
  port: string,
): Promise<string> {
  await writeTrust(state, answer);
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
